//! One network in several formats.

use netviz::exchange::onnx;
use netviz::ir::Program;
use netviz::weights::{TensorData, Weights};
use netviz::{Model, exchange};

use crate::{compared, differences, files, folder};

#[test]
fn exporters_agree_but_for_what_one_writes_more() {
    for (before, after, expected) in [
        ("net.pt2", "net.dynamo.onnx", &[][..]),
        ("net.pt2", "net.keras", &["added: – → permute"]),
        ("net.keras", "net.pt2", &["removed: permute → –"]),
        ("net.script.onnx", "net.pt2", &[]),
    ] {
        let object = compared(files(), before, after);
        let found = differences(&object);
        let found: Vec<&str> = found.iter().map(String::as_str).filter(|it| !it.starts_with("renamed")).collect();
        assert_eq!(found, expected, "{before} {after}");
        assert_eq!(object["exact"], false);
        assert_eq!(object["weights"]["different"], 0, "{object}");
    }
    let object = compared(files(), "net.dynamo.onnx", "net.script.onnx");
    assert_eq!((&object["exact"], &object["summary"]["equal"]), (&true.into(), &6.into()));
    assert_eq!((&object["weights"]["compared"], &object["weights"]["different"]), (&6.into(), &0.into()));
}

#[test]
fn weights_of_other_orders_of_dimensions_are_the_same() {
    let object = compared(files(), "net.pt2", "net.keras");
    assert_eq!((&object["weights"]["compared"], &object["weights"]["different"]), (&9.into(), &0.into()));
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
