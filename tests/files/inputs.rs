//! No input is overwritten, and no output is written twice.

use super::{MODEL, Place};

#[test]
fn a_picture_does_not_take_the_place_of_what_it_is_drawn_from() {
    let place = Place::new();
    place.write("theme.yaml", "base: dark\n");
    place.link("m.yaml", "link.svg");
    std::fs::hard_link(place.path("m.yaml"), place.path("hard.svg")).expect("linked");
    for (arguments, message) in [
        (&["m.yaml", "--svg", "m.yaml"][..], "`m.yaml` is read, and cannot be written too"),
        (&["m.yaml", "--svg", "./m.yaml"], "`./m.yaml` is `m.yaml`, which is read"),
        (&["m.yaml", "-o", "link.svg"], "`link.svg` is `m.yaml`, which is read"),
        (&["m.yaml", "-o", "hard.svg"], "`hard.svg` is `m.yaml`, which is read"),
        (
            &["m.yaml", "--theme", "./theme.yaml", "--json", "theme.yaml"],
            "`theme.yaml` is `./theme.yaml`, which is read",
        ),
        (&["m.yaml", "-o", "a.svg", "--png", "m.yaml"], "`m.yaml` is read, and cannot be written too"),
    ] {
        let text = place.refused(&[&["render"], arguments].concat());
        assert_eq!(text, format!("error: {message}\nhelp: name another file for the output\n\n"), "{arguments:?}");
        assert_eq!(place.read("m.yaml"), MODEL);
        assert_eq!(place.names(), ["hard.svg", "link.svg", "m.yaml", "theme.yaml"], "nothing is written");
    }
}

#[test]
fn two_outputs_are_two_files() {
    let place = Place::new();
    place.write("old.svg", "");
    place.link("old.svg", "link.svg");
    place.link("new.svg", "dangling.svg");
    std::fs::hard_link(place.path("old.svg"), place.path("hard.svg")).expect("linked");
    for [first, second] in [
        ["a.svg", "./a.svg"],
        ["old.svg", "link.svg"],
        ["new.svg", "dangling.svg"],
        ["old.svg", "hard.svg"],
        ["-", "/dev/stdout"],
    ] {
        let text = place.refused(&["render", "m.yaml", "--svg", first, "--png", second]);
        assert!(text.starts_with("error: two outputs ") && text.contains("give each a file of its own"), "{text}");
        assert_eq!(place.names(), ["dangling.svg", "hard.svg", "link.svg", "m.yaml", "old.svg"]);
        assert_eq!(place.read("old.svg"), "");
    }
}

#[test]
fn the_files_of_a_run_are_written_by_that_run_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("run")).expect("made");
    place.write("run/spec.yaml", MODEL);
    place.write("run/report.json", "{}");
    place.write("run/network.svg", "old");
    let text = place.refused(&["render", "m.yaml", "--svg", "run/network.svg"]);
    assert!(text.starts_with("error: `run/network.svg` is a file of a run\n"), "{text}");
    assert_eq!(place.read("run/network.svg"), "old");
    place.netviz(&["render", "m.yaml", "--svg", "run/mine.svg"]).assert().success();
}

#[test]
fn a_picture_that_is_out_of_date_is_no_input() {
    let place = Place::new();
    place.write("a.md", "<!-- netviz: m.yaml --file x.svg -->\n<!-- /netviz -->\n");
    place.netviz(&["embed", "a.md"]).assert().success();
    let first = place.read("x.svg");
    for units in [4, 3000] {
        place.write("m.yaml", &MODEL.replace("dense: 2", &format!("dense: {units}")));
        place.netviz(&["embed", "a.md"]).assert().success();
        assert_ne!(place.read("x.svg"), first);
    }
}
