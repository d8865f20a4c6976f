//! Incomplete files are removed.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Place;

/// The name of an incomplete file.
const TEMPORARY: &str = ".netviz-0123456789abcdef.tmp";

#[test]
fn a_program_that_is_killed_leaves_the_old_picture_or_the_new_one() {
    let place = Place::new();
    place.netviz(&["render", "m.yaml", "-o", "a.svg", "-o", "a.json"]).assert().success();
    let whole = [place.read("a.svg"), place.read("a.json")];
    for round in 0..60 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_netviz"))
            .args(["render", "m.yaml", "-o", "a.svg", "-o", "a.json"])
            .current_dir(place.path(""))
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_micros(round * 500));
        child.kill().expect("killed");
        child.wait().expect("it ends");
        assert_eq!([place.read("a.svg"), place.read("a.json")], whole, "round {round}");
    }
    place.netviz(&["render", "m.yaml", "-o", "a.svg"]).assert().success();
    assert_eq!(place.names(), ["a.json", "a.svg", "m.yaml"]);
}

#[test]
fn what_a_killed_program_left_is_removed_and_nothing_else() {
    let place = Place::new();
    place.write(TEMPORARY, "half");
    let busy = ".netviz-fedcba9876543210.tmp";
    place.write(busy, "half");
    let writer = File::open(place.path(busy)).expect("opened");
    writer.lock().expect("locked, as by a program that still writes");
    for own in [".netviz-notes", ".netviz-notes.tmp", "netviz-0123456789abcdef.tmp"] {
        place.write(own, "the user's");
    }
    std::fs::create_dir(place.path(".netviz-0123456789abcdee.tmp")).expect("made");
    place.netviz(&["render", "m.yaml", "-o", "a.svg"]).assert().success();
    let left = [
        ".netviz-0123456789abcdee.tmp",
        busy,
        ".netviz-notes",
        ".netviz-notes.tmp",
        "a.svg",
        "m.yaml",
        "netviz-0123456789abcdef.tmp",
    ];
    assert_eq!(place.names(), left);
}
