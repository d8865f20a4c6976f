//! Imported networks compute what PyTorch and Keras compute: `files/equal/make.py` makes them.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

#[test]
fn imported_networks_compute_what_their_frameworks_compute() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = root.join("tests/import/files/equal");
    let text = std::fs::read_to_string(files.join("expected.json")).expect("a file of the folder");
    let expected: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
    let folder = tempfile::tempdir().expect("a folder");
    let netviz = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
        command.current_dir(folder.path()).args(arguments).assert().success();
    };
    for name in expected.keys() {
        let path = files.join(name);
        let [yaml, weights, onnx] = ["yaml", "safetensors", "onnx"].map(|ending| format!("{name}.{ending}"));
        netviz(&["import", &path.to_string_lossy(), "-o", &yaml, "--weights", &weights]);
        netviz(&["export", &yaml, "--weights", &weights, "-o", &onnx]);
    }
    let output = Command::new(root.join(".venv/bin/python"))
        .arg(root.join("tests/onnx_outputs.py"))
        .args([files.join("expected.json").as_path(), folder.path()])
        .output()
        .expect("`make test` makes .venv");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("text");
    assert_eq!(lines.lines().count(), expected.len());
    for line in lines.lines() {
        let (name, difference) = line.split_once(' ').expect("two words");
        let difference: f64 = difference.parse().expect("a number");
        assert!(difference < 1e-4, "outputs of {name} differ by {difference}");
    }
}
