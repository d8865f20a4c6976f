//! `netviz import`: networks of other programs as model files.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use netviz::Model;
use predicates::prelude::*;
use predicates::str::contains;
use tempfile::TempDir;

/// A folder with some of the files that `files/spec/make.py` makes.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/spec").join(name);
        fs::copy(path, folder.path().join(name)).expect("a file of the folder");
    }
    folder
}

fn netviz(folder: &Path, arguments: &[&str]) -> Assert {
    Command::cargo_bin("netviz").expect("the program is built").current_dir(folder).args(arguments).assert()
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a file")
}

#[test]
fn the_text_is_one_that_people_would_write() {
    let folder = folder(&["lenet.pt2", "lenet-dynamo.onnx", "residual.keras", "lookup.keras"]);
    for (model, expected) in
        [("lenet.pt2", LENET), ("lenet-dynamo.onnx", LENET), ("residual.keras", RESIDUAL), ("lookup.keras", LOOKUP)]
    {
        netviz(folder.path(), &["import", model, "-o", "model.yaml", "--overwrite"]).success();
        let text = text(&folder, "model.yaml");
        // The name of the network is that of the file.
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("name:")).skip(1).collect();
        assert_eq!(lines.join("\n"), expected.trim(), "{model}");
    }
}

const LENET: &str = "";
const RESIDUAL: &str = "";
const LOOKUP: &str = "";

#[test]
fn an_imported_network_is_the_same_in_all_formats() {
    let folder = folder(&["resnet.pt2", "resnet-dynamo.onnx", "resnet-script.onnx"]);
    let mut weights = Vec::new();
    for model in ["resnet.pt2", "resnet-dynamo.onnx", "resnet-script.onnx"] {
        let stem = model.split('.').next().expect("a name");
        let file = format!("{stem}.safetensors");
        netviz(folder.path(), &["import", model, "--weights", &file]).success().stdout(contains("1,137 parameters"));
        let graph = Model::from_path(folder.path().join(format!("{stem}.yaml"))).expect("a model").graph;
        weights.push(graph.parameters());
    }
    assert!(weights.windows(2).all(|pair| pair[0] == pair[1]));
}

/// What netviz exports becomes the same model file again.
#[test]
fn an_exported_network_comes_back() {
    let folder = folder(&["resnet.pt2", "lstm_both.pt2", "gate.pt2", "residual.keras"]);
    for model in ["resnet.pt2", "lstm_both.pt2", "gate.pt2", "residual.keras"] {
        let run = |arguments: &[&str]| netviz(folder.path(), arguments).success();
        run(&["import", model, "-o", "first.yaml", "--weights", "first.safetensors", "--overwrite"]);
        run(&["export", "first.yaml", "--weights", "first.safetensors", "--onnx", "model.onnx"]);
        run(&["import", "model.onnx", "-o", "second.yaml", "--weights", "second.safetensors", "--overwrite"]);
        let models = ["first.yaml", "second.yaml"].map(|name| {
            let model = Model::from_path(folder.path().join(name)).expect("a model");
            let program = model.graph.program();
            let parameters: Vec<Vec<usize>> = program.parameters().iter().map(|it| it.shape.clone()).collect();
            (parameters, program.elements(program.output()), model.graph.macs())
        });
        assert_eq!(models[0], models[1], "{model}");
    }
}

#[test]
fn everything_in_the_way_is_reported_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/pytorch");
    fs::copy(files.join("encoder-2.6.pt2"), folder.path().join("encoder.pt2")).expect("a file of the folder");
    let error = netviz(folder.path(), &["import", "encoder.pt2", "-o", "model.yaml"]).code(1);
    let error = String::from_utf8(error.get_output().stderr.clone()).expect("UTF-8");
    assert!(error.contains("operations of the network cannot be written as layers:"), "{error}");
    assert_eq!(error.matches("error: ").count(), 1, "{error}");
    assert!(!folder.path().join("model.yaml").exists());
}

#[test]
fn nothing_is_replaced_unasked() {
    let folder = folder(&["mlp.pt2"]);
    fs::write(folder.path().join("mlp.yaml"), "mine").expect("a file");
    let refused = netviz(folder.path(), &["import", "mlp.pt2"]).code(1);
    refused.stderr(contains("`mlp.yaml` is there already").and(contains("--overwrite")));
    assert_eq!(text(&folder, "mlp.yaml"), "mine");
    fs::write(folder.path().join("weights"), "mine").expect("a file");
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "new.yaml", "--weights", "weights"]).code(1);
    assert!(!folder.path().join("new.yaml").exists());
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "-"]).success().stdout(contains("- dense: {"));
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "mlp.pt2", "--overwrite"]).code(1);
    netviz(folder.path(), &["import", "mnist"]).code(1).stderr(contains("is a model of netviz already"));
}

#[test]
fn weights_belong_to_their_model() {
    let folder = folder(&["mlp.pt2", "lstm.pt2"]);
    for stem in ["mlp", "lstm"] {
        let weights = format!("{stem}.safetensors");
        netviz(folder.path(), &["import", &format!("{stem}.pt2"), "--weights", &weights]).success();
    }
    let other = netviz(folder.path(), &["export", "mlp.yaml", "--weights", "lstm.safetensors", "--onnx", "m.onnx"]);
    other.code(1).stderr(contains("these are the weights of another model than `mlp`"));
    let export = netviz(folder.path(), &["export", "mlp.yaml", "--weights", "mlp.safetensors", "m.onnx"]);
    export.success().stdout(contains("compared with the weights: equal"));
}

/// A file of layers alone has no weights to write.
#[test]
fn weights_that_a_file_does_not_have_are_not_made_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let layers = r#"{"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "x"}},
        {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "relu"}}]}}"#;
    fs::write(folder.path().join("m.json"), layers).expect("a file");
    netviz(folder.path(), &["import", "m.json", "--weights", "m.safetensors"])
        .code(1)
        .stderr(contains("without `--weights`"));
    netviz(folder.path(), &["import", "m.json"]).success();
    assert!(text(&folder, "m.yaml").ends_with("layers:\n  - dense: {name: d, units: 3, activation: relu}\n"));
}
