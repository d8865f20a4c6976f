//! The comparison of two models: `netviz compare` through the real program, and the algorithm on random networks.

mod command;
mod edits;
mod formats;
mod onnx;
mod picture;
mod weights;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with model files.
fn folder(models: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in models {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn netviz(folder: impl AsRef<Path>, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_netviz"));
    command.env("LANG", "C.UTF-8").current_dir(folder).args(arguments).assert()
}

/// The object that `netviz compare --json` prints, whose status is as it says.
fn compared(folder: impl AsRef<Path>, before: &str, after: &str) -> Value {
    let assert = netviz(folder, &["compare", before, after, "--json"]);
    let text = String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8");
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert.code(i32::from(object["equal"] != true));
    object
}

/// The differences of two models: `added: a`, `changed: a → b`.
fn differences(object: &Value) -> Vec<String> {
    let layers = object["layers"].as_array().expect("a list").iter();
    let text = |layer: &Value| {
        let names = [&layer["before"], &layer["after"]].map(|name| name.as_str().unwrap_or("–"));
        format!("{}: {}", layer["change"].as_str().expect("a word"), names.join(" → "))
    };
    layers.map(text).collect()
}

/// The files of one network in several formats, made by `files/make.py`.
fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare/files")
}
