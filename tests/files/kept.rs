//! A file that is overwritten keeps everything but its contents.

use super::{MODEL, Place};

const DOCUMENT: &str = "# A\n\n<!-- netviz: m.yaml --format mermaid -->\n<!-- /netviz -->\n";

#[test]
fn mode_and_owner_stay() {
    let place = Place::new();
    place.write("a.md", DOCUMENT);
    place.set_mode("a.md", 0o600);
    let is_root = std::os::unix::fs::chown(place.path("a.md"), Some(1234), Some(2345)).is_ok();
    place.netviz(&["embed", "a.md"]).assert().success();
    assert!(place.read("a.md").contains("```mermaid"));
    assert_eq!(place.mode("a.md"), 0o600);
    if is_root {
        use std::os::unix::fs::MetadataExt;
        let found = place.path("a.md").metadata().expect("there");
        assert_eq!((found.uid(), found.gid()), (1234, 2345));
    }
    place.write("a.svg", "");
    place.set_mode("a.svg", 0o640);
    place.netviz(&["render", "m.yaml", "-o", "a.svg"]).assert().success();
    assert_eq!(place.mode("a.svg"), 0o640);
}

#[test]
fn a_new_file_has_the_usual_mode() {
    let place = Place::new();
    place.netviz(&["render", "m.yaml", "-o", "a.svg"]).assert().success();
    assert_eq!(place.mode("a.svg"), place.mode("m.yaml"));
}

#[test]
fn what_is_read_only_stays_as_it_is() {
    let place = Place::new();
    for name in ["a.svg", "a.md"] {
        place.write(name, DOCUMENT);
        place.set_mode(name, 0o444);
    }
    let help = "help: make it writable (`chmod u+w`), or choose another file\n\n";
    assert_eq!(
        place.refused(&["render", "m.yaml", "-o", "b.svg", "-o", "a.svg"]),
        format!("error: cannot write `a.svg`: it is read-only\n{help}")
    );
    assert_eq!(place.refused(&["embed", "a.md"]), format!("error: cannot write `a.md`: it is read-only\n{help}"));
    assert_eq!([place.read("a.svg"), place.read("a.md")], [DOCUMENT; 2]);
    assert_eq!(place.names(), ["a.md", "a.svg", "m.yaml"], "b.svg is not written either");
}

#[test]
fn links_stay_links() {
    let place = Place::new();
    std::fs::create_dir(place.path("far")).expect("made");
    place.write("far/a.svg", "old");
    place.link("far/a.svg", "a.svg");
    place.link("far/new.svg", "dangling.svg");
    place.link("dangling.svg", "chain.svg");
    for name in ["a.svg", "chain.svg"] {
        place.netviz(&["render", "m.yaml", "-o", name]).assert().success();
        assert!(place.path(name).is_symlink() && place.read(name).starts_with("<svg"), "{name}");
    }
    assert!(place.read("far/new.svg").starts_with("<svg") && place.path("dangling.svg").is_symlink());
    assert_eq!(place.names(), ["a.svg", "chain.svg", "dangling.svg", "far", "m.yaml"]);
    place.link("loop.svg", "loop.svg");
    assert!(place.refused(&["render", "m.yaml", "-o", "loop.svg"]).contains("too many levels of symbolic links"));
}

#[test]
fn hard_links_stay_one_file() {
    let place = Place::new();
    // Longer than the new contents.
    place.write("a.svg", &"x".repeat(1 << 20));
    std::fs::hard_link(place.path("a.svg"), place.path("b.svg")).expect("linked");
    place.netviz(&["render", "m.yaml", "-o", "a.svg"]).assert().success();
    assert_eq!(place.node("a.svg"), place.node("b.svg"));
    assert!(place.read("b.svg").starts_with("<svg") && place.read("b.svg").ends_with("</svg>\n"));
}

#[test]
fn an_edit_that_is_saved_while_a_picture_is_drawn_is_not_lost() {
    let place = Place::new();
    place.write("a.md", &DOCUMENT.replace("m.yaml", "pipe.yaml"));
    place.write("b.md", DOCUMENT);
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe.yaml")).status().expect("mkfifo");
    assert!(made.success());
    let (pipe, document) = (place.path("pipe.yaml"), place.path("a.md"));
    // The program waits for the model, which is written after the edit.
    let editor = std::thread::spawn(move || {
        let writer = std::fs::OpenOptions::new().write(true).open(pipe).expect("opened");
        std::fs::write(document, "edited").expect("written");
        std::io::Write::write_all(&mut &writer, MODEL.as_bytes()).expect("written");
    });
    let text = place.refused(&["embed", "a.md"]);
    editor.join().expect("no panic");
    assert_eq!(
        text,
        "error: `a.md` was changed since it was read; nothing was written to it\nhelp: run the command again\n\n"
    );
    assert_eq!(place.read("a.md"), "edited");
}
