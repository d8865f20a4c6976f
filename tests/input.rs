//! Arguments that are not models, and warnings that are errors.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use tempfile::TempDir;

const TWICE: &str = "input: [4]\nlayers:\n  - dense: {units: 3, activation: softmax}\n  - activation: softmax\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn netviz(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("netviz").expect("the program is built").current_dir(folder).args(arguments).assert()
}

#[test]
fn a_file_of_another_kind_is_named_in_a_few_lines() {
    let files: [(&str, &[u8], &str); 6] = [
        ("model.tflite", b"\x1c\0\0\0TFL3\0\0", "a TensorFlow Lite model"),
        ("lenet.prototxt", b"name: \"LeNet\"\nlayer {\n  name: \"data\"\n}\n", "a network of Caffe"),
        ("net.py", b"import torch\n\nclass Net(torch.nn.Module):\n    pass\n", "a Python program"),
        ("weights.npy", b"\x93NUMPY\x01\0\x1b[31m", "an array of NumPy"),
        ("weights.pt", b"\x80\x02}q\x01\x1b[31m.", "a pickle file"),
        ("picture.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "XML or HTML"),
    ];
    for (name, bytes, kind) in files {
        let folder = folder(&[(name, bytes)]);
        let output = netviz(folder.path(), &["check", name]).code(1).stdout(is_empty()).get_output().clone();
        let text = String::from_utf8(output.stderr).expect("no bytes of the file");
        assert!(text.contains(&format!("`{name}` is not a model file: it looks like {kind}")), "{text}");
        assert!(text.contains("help: ") && text.lines().count() < 8 && !text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn a_large_file_of_another_kind_is_named_too() {
    let folder = folder(&[("big.npy", &[&b"\x93NUMPY"[..], &vec![0; 2 << 20]].concat())]);
    netviz(folder.path(), &["check", "big.npy"]).code(1).stderr(contains("it looks like an array of NumPy"));
    fs::create_dir(folder.path().join("saved")).expect("a folder");
    fs::write(folder.path().join("saved/saved_model.pb"), b"\x08\x01").expect("a file");
    let message = "`saved` is not a model file: it looks like a SavedModel of TensorFlow";
    netviz(folder.path(), &["check", "saved"]).code(1).stderr(contains(message).and(contains("tf2onnx")));
}

#[test]
fn a_missing_file_and_a_folder_lead_to_the_file_that_is_meant() {
    let folder = folder(&[("model.yaml", TWICE.as_bytes()), ("my net.yml", TWICE.as_bytes())]);
    for (name, hint) in [
        ("model.yml", "did you mean `model.yaml`?"),
        ("model", "did you mean `model.yaml`?"),
        ("modle.yaml", "did you mean `model.yaml`?"),
        ("my net.yaml", "did you mean `'my net.yml'`?"),
        ("other.xyz", "`netviz models` lists the models that are built in"),
        ("models/lenet5.yaml", "`lenet5` is built in"),
        ("lenet", "did you mean `lenet5`, which is built in?"),
        ("out.svg", "name the model before the file: `netviz render MODEL out.svg`"),
    ] {
        let message = format!("there is no model `{name}`");
        netviz(folder.path(), &["check", name]).code(1).stderr(contains(message).and(contains(hint)));
    }
    let message = "`.` is a folder, but not that of a run: it holds no spec.yaml";
    netviz(folder.path(), &["render", "."]).code(1).stderr(contains(message).and(contains("such as `./model.yaml`")));
}

#[test]
fn strict_makes_warnings_errors_for_every_command() {
    let document = "<!-- netviz: model.yaml --strict -->\n<!-- /netviz -->\n";
    let folder = folder(&[("model.yaml", TWICE.as_bytes()), ("doc.md", document.as_bytes())]);
    let message = "`activation_1` applies softmax a second time, after `dense_1`";
    let warning = contains(format!("warning: {message}"));
    netviz(folder.path(), &["check", "model.yaml"]).success().stderr(warning);
    let commands: [&[&str]; 3] = [
        &["check", "model.yaml", "--strict"],
        &["render", "model.yaml", "--strict", "--svg", "out.svg"],
        &["embed", "doc.md"],
    ];
    for arguments in commands {
        let error = contains(format!("error: {message}")).and(contains("model.yaml: 1 error"));
        netviz(folder.path(), arguments).code(1).stdout(is_empty()).stderr(error);
    }
    assert!(!folder.path().join("out.svg").exists());
    assert_eq!(fs::read_to_string(folder.path().join("doc.md")).expect("a file"), document);
}

#[test]
fn strict_lets_a_sound_model_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in root.join("models").read_dir().expect("the folder is there") {
        let path = entry.expect("an entry").path();
        netviz(root, &["check", "--strict", &path.to_string_lossy()]).success().stderr(is_empty());
    }
}
