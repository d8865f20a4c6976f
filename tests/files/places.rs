//! Pictures of a document stay in its folder.

use super::Place;

#[test]
fn a_picture_cannot_leave_the_folder_of_its_document() {
    let place = Place::new();
    for name in ["docs", "elsewhere"] {
        std::fs::create_dir(place.path(name)).expect("made");
    }
    place.write("elsewhere/old.svg", "old");
    place.link("../elsewhere", "docs/out");
    place.link("../elsewhere/old.svg", "docs/old.svg");
    place.link("../elsewhere/new.svg", "docs/new.svg");
    for file in ["../x.svg", "../../x.svg", "out/x.svg", "out/../x.svg", "old.svg", "new.svg"] {
        place.write("docs/a.md", &format!("<!-- netviz: ../m.yaml --file {file} -->\n<!-- /netviz -->\n"));
        for arguments in [&["embed", "docs/a.md"][..], &["embed", "--check", "docs/a.md"]] {
            let text = place.refused(arguments);
            assert!(text.contains(&format!("`docs/{file}` lies outside `docs`")), "{text}");
            assert!(text.contains("help: name a file in this folder or below it"), "{text}");
        }
        assert_eq!(super::common::names(place.path("elsewhere")), ["old.svg"]);
        assert_eq!(place.read("elsewhere/old.svg"), "old");
        assert_eq!(place.names(), ["docs", "elsewhere", "m.yaml"]);
    }
    std::fs::create_dir(place.path("docs/pictures")).expect("made");
    place.write("docs/a.md", "<!-- netviz: ../m.yaml --file pictures/x.svg -->\n<!-- /netviz -->\n");
    place.netviz(&["embed", "docs/a.md"]).assert().success();
    assert!(place.read("docs/pictures/x.svg").starts_with("<svg"));
}
