//! `netviz check` on every file of `tests/specs` and of `models`, against the output kept beside it.
//!
//! `NETVIZ_BLESS=1 cargo test --test specs` rewrites the outputs. Read the difference before you commit it.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

#[test]
fn every_spec_gives_the_output_beside_it() {
    let files = files("tests/specs");
    assert!(files.len() > 50, "the specs are missing");
    compare(&files, |file, stream| file.with_extension(stream));
}

#[test]
fn every_model_gives_its_table() {
    let files = files("models");
    assert!(!files.is_empty(), "the models are missing");
    compare(&files, |file, stream| {
        let name = file.file_stem().expect("a name").to_string_lossy();
        Path::new("tests/goldens").join(format!("check-{name}.{stream}"))
    });
}

/// The YAML files of a folder, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).read_dir().expect("the folder is there");
    let names = entries.map(|entry| PathBuf::from(entry.expect("an entry").file_name()));
    let mut files: Vec<PathBuf> = names.filter(|name| name.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files.into_iter().map(|name| Path::new(folder).join(name)).collect()
}

/// Checks each file and reports all that differ. A stream without a file is empty.
fn compare(files: &[PathBuf], expected: impl Fn(&Path, &str) -> PathBuf) {
    let mut failures = String::new();
    for file in files {
        let output = check(file);
        // Warnings may stand beside the table.
        let valid = !String::from_utf8_lossy(&output.stderr).lines().any(|line| line.starts_with("error"));
        assert_eq!(output.status.code(), Some(i32::from(!valid)), "{}", file.display());
        assert_ne!(valid, output.stdout.is_empty(), "{}", file.display());
        for (stream, actual) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(expected(file, stream));
            if let Some(difference) = difference(&path, actual) {
                failures += &difference;
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn check(file: &Path) -> Output {
    let mut command = Command::cargo_bin("netviz").expect("the program is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("CLICOLOR_FORCE");
    command.arg("check").arg(file).output().expect("the program runs")
}

fn difference(path: &Path, actual: &[u8]) -> Option<String> {
    let expected = std::fs::read(path).unwrap_or_default();
    if expected == actual {
        return None;
    }
    if std::env::var_os("NETVIZ_BLESS").is_some() {
        if actual.is_empty() {
            std::fs::remove_file(path).expect("the file can be removed");
        } else {
            std::fs::write(path, actual).expect("the file can be written");
        }
        return None;
    }
    let text = String::from_utf8_lossy;
    Some(format!("{}: expected\n{}\nbut found\n{}\n", path.display(), text(&expected), text(actual)))
}
