//! Edits of one ONNX file, which `files/edits.py` makes with the onnx package.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{compared, folder};

fn edited() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let folder = folder(&[]);
    let script = root.join("tests/compare/files/edits.py");
    let output = Command::new(python).arg(script).arg(folder.path()).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// Each layer with a mark: `changed squash: operations null → "Identity"`.
fn marked(object: &Value) -> Vec<String> {
    let layers = object["layers"].as_array().expect("a list").iter();
    let text = |layer: &Value| {
        let name = layer["after"].as_str().or(layer["before"].as_str()).expect("a name");
        let changes = layer["changes"].as_array().expect("a list").iter();
        let changes = changes.map(|change| {
            let [what, before, after] = ["what", "before", "after"].map(|key| change[key].clone());
            format!(" {} {before} → {after}", what.as_str().expect("a word"))
        });
        format!("{} {name}{}", layer["change"].as_str().expect("a word"), changes.collect::<Vec<_>>().join(";"))
    };
    layers.filter(|layer| layer["change"] != "renamed").map(text).collect()
}

#[test]
fn an_edit_is_what_a_reviewer_would_call_it() {
    let folder = edited();
    for (edit, expected) in [
        ("identity", &["changed skip operations null → \"Identity\""][..]),
        ("transpose", &["added turned"]),
        // What another program writes may be rearranged.
        ("by_another_program", &[]),
        ("norm", &["added norm"]),
        ("norm_of_another_program", &["folded deep"]),
        ("output", &["changed squash is_output false → true"]),
        ("batch", &["changed x batch \"N\" → \"1\""]),
        ("names", &[]),
        ("order", &[]),
        ("function", &[]),
        ("shared", &["changed deep parameters 148 → 4"]),
        ("quantized", &["changed deep trainable 148 → 4"]),
    ] {
        let object = compared(folder.path(), "net.onnx", &format!("{edit}.onnx"));
        assert_eq!(marked(&object), expected, "{edit}");
        let is_strict = !edit.contains("another_program");
        assert_eq!(object["exact"], is_strict, "{edit}");
        if expected.is_empty() {
            assert_eq!(object["equal"], true, "{edit}: {object}");
            assert_eq!((&object["weights"]["compared"], &object["weights"]["different"]), (&6.into(), &0.into()));
        }
    }
}

#[test]
fn outputs_have_an_order() {
    let object = compared(edited().path(), "output.onnx", "outputs_in_other_order.onnx");
    assert_eq!(marked(&object), ["changed squash output_number 2 → 1", "changed head output_number 1 → 2"]);
}

/// 2 · (x − 3) / 2 + 1 with an epsilon: the weights of the folded network are nearly those of the other one.
#[test]
fn a_normalization_that_is_not_in_the_weights_is_a_difference() {
    let object = compared(edited().path(), "net.onnx", "norm_of_another_program.onnx");
    assert_eq!((&object["equal"], &object["summary"]["folded"]), (&false.into(), &1.into()));
    let tensors = object["weights"]["tensors"].as_array().expect("a list");
    let change = |name: &str| {
        let tensor = tensors.iter().find(|tensor| tensor["before"] == name).expect("it is compared");
        tensor["relative_change"].as_f64().expect("a number")
    };
    // 2 / √4.00001 is 1 − 1.25 · 10⁻⁶; the bias is less by 2.
    assert!((change("w2") - 1.25e-6).abs() < 1e-7, "{}", change("w2"));
    assert!(change("b2") > 0.5 && change("w1") == 0.0);
}

#[test]
fn whole_numbers_are_not_compared_with_fractions() {
    let object = compared(edited().path(), "net.onnx", "quantized.onnx");
    let skipped = object["weights"]["not_compared"].as_array().expect("a list");
    assert_eq!((skipped.len(), &skipped[0]["before"]), (1, &"w2".into()), "{object}");
    assert_eq!(skipped[0]["reason"], "values of the types float32 and int8");
    assert_eq!(object["weights"]["different"], 0);
}
