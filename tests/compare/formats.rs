//! One network in several formats.

use netviz::exchange::onnx;
use netviz::ir::Program;
use netviz::weights::{TensorData, Weights};
use netviz::{Model, exchange};

use crate::{compared, differences, files, folder};

#[test]
fn exporters_agree_on_one_network() {
    // How many batch normalizations are part of a convolution in one of the two.
    for (before, after, folded) in [
        ("net.pt2", "net.dynamo.onnx", 1),
        ("net.dynamo.onnx", "net.pt2", 1),
        ("net.script.onnx", "net.pt2", 1),
        ("net.script.onnx", "net.keras", 1),
        ("net.keras", "net.dynamo.onnx", 1),
        ("net.pt2", "net.keras", 0),
        ("net.keras", "net.pt2", 0),
        ("net.dynamo.onnx", "net.script.onnx", 0),
    ] {
        let object = compared(files(), before, after);
        assert_eq!(object["equal"], true, "{before} {after}: {object}");
        assert_eq!(object["exact"], false, "{before} {after}");
        assert_eq!(object["summary"]["folded"], folded, "{before} {after}");
        let own = differences(&object).into_iter().filter(|layer| layer.starts_with("folded"));
        assert_eq!(own.count(), folded, "{before} {after}");
        // The weight and the bias of each layer, and those of a normalization that both have.
        let tensors = if folded == 1 || before == "net.dynamo.onnx" { 6 } else { 9 };
        let weights = &object["weights"];
        assert_eq!((&weights["compared"], &weights["different"]), (&tensors.into(), &0.into()), "{before} {after}");
        assert_eq!(weights["not_compared"], serde_json::json!([]), "{before} {after}");
    }
}

/// Normalizations, attentions and an activation function that are made of other operations in each format.
#[test]
fn exporters_agree_on_a_transformer() {
    for (before, after) in [
        ("transformer.pt2", "transformer.dynamo.onnx"),
        ("transformer.script.onnx", "transformer.pt2"),
        ("transformer.dynamo.onnx", "transformer.script.onnx"),
    ] {
        let object = compared(files(), before, after);
        assert_eq!(object["equal"], true, "{before} {after}: {object}");
        assert_eq!(object["summary"]["equal"], 16, "{before} {after}");
        assert!(object["weights"]["compared"].as_u64() >= Some(16), "{before} {after}: {object}");
        assert_eq!(object["weights"]["different"], 0, "{before} {after}");
    }
    for file in ["transformer.pt2", "transformer.dynamo.onnx", "transformer.script.onnx"] {
        let mut netviz = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
        let output = netviz.current_dir(files()).args(["check", "--json", file]).output().expect("it runs");
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let kinds: Vec<&str> =
            object["layers"].as_array().expect("a list").iter().filter_map(|layer| layer["kind"].as_str()).collect();
        let count = |kind: &str| kinds.iter().filter(|other| other.eq_ignore_ascii_case(kind)).count();
        let made = ["RMSNormalization", "Attention", "Gelu", "Add"].map(count);
        assert_eq!(made, [3, 2, 1, 3], "{file}: {kinds:?}");
    }
}

/// Zeros, which are no matter here.
fn zeros(program: &Program) -> Weights {
    let tensors = program.parameters().iter().map(|parameter| match parameter.role {
        netviz::ir::Role::Counter => TensorData::Counter(0),
        _ => TensorData::Float(vec![0.0; parameter.elements()]),
    });
    Weights::new(program, tensors.collect()).expect("one for each parameter")
}

#[test]
fn a_model_file_is_equal_to_what_it_is_exported_to() {
    for name in ["lenet5", "resnet_mini", "mnist", "resnet20", "vgg16"] {
        let text = std::fs::read_to_string(format!("models/{name}.yaml")).expect("a model");
        let model = Model::from_text(&text).expect("a model");
        let program = model.graph.program();
        let folder = folder(&[("a.yaml", &text)]);
        std::fs::write(folder.path().join("a.onnx"), onnx::write(program, &zeros(program))).expect("a file");
        let object = compared(folder.path(), "a.yaml", "a.onnx");
        let layers = object["layers"].as_array().expect("a list");
        let real: Vec<_> = layers.iter().filter(|layer| layer["change"] != "renamed").collect();
        // The file gives the logits, not the probabilities.
        let change = |layer: &serde_json::Value| (layer["change"].clone(), layer["changes"][0]["what"].clone());
        let is_softmax = |layer: &&&serde_json::Value| change(layer) == ("changed".into(), "activation".into());
        assert!(real.len() <= 1 && real.iter().filter(is_softmax).count() == real.len(), "{name}: {real:?}");
    }
    assert!(exchange::READERS.len() > 1);
}
