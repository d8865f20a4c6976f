//! Runs the checks in Python.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Runs `tests/onnx_check.py` and reads the JSON that it prints.
pub(crate) fn onnx_check(command: &str, files: &[PathBuf]) -> Vec<Value> {
    // The root package, or a crate two folders below it.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().find(|folder| folder.join("tests/onnx_check.py").is_file()).expect("the root");
    let python = root.join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let script = root.join("tests/onnx_check.py");
    let output = Command::new(python).arg(script).arg(command).args(files).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
