//! Networks of every layer kind, exported as ONNX, imported, and exported again: they compute the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use netviz::Model;
use netviz::exchange::import::specification;
use netviz::exchange::onnx;
use netviz::graph::Graph;
use netviz::ir::{Program, Role};
use netviz::weights::{TensorData, Weights};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::networks::network;

const NETWORKS: usize = 600;

/// Weights that all differ.
fn weights(program: &Program) -> Weights {
    let mut next = 0u16;
    let tensors = program.parameters().iter().map(|parameter| {
        if parameter.role == Role::Counter {
            return TensorData::Counter(0);
        }
        let count = parameter.shape.iter().product();
        let number = || {
            next = (next + 7919) % 10_007;
            f32::from(next) / 10_007.0
        };
        let numbers = std::iter::repeat_with(number);
        // Variances are positive.
        let least = if parameter.role == Role::Statistic { 0.5 } else { -0.5 };
        TensorData::Float(numbers.map(|number| number + least).take(count).collect())
    });
    let tensors = tensors.collect();
    Weights::new(program, tensors).expect("a value for each")
}

/// The network that a file of ours is imported as.
fn imported(path: &Path, text: &str) -> (Graph, Weights) {
    let model = Model::from_path(path).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    let source = model.source.as_ref().expect("a file of another format");
    let found = specification(&model.graph, &source.tensors, &source.sizes, &source.origin, "model.onnx");
    let found = found.unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"));
    let graph = Graph::from_text(&found.text).unwrap_or_else(|errors| panic!("{errors}\n{text}\n{}", found.text));
    let weights = found.weights(graph.program()).unwrap_or_else(|error| panic!("{error:?}\n{text}\n{}", found.text));
    (graph, weights)
}

#[test]
fn exported_networks_of_every_layer_kind_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> =
        (0..NETWORKS).map(|_| network().new_tree(&mut runner).expect("a network").current()).collect();
    for (index, text) in texts.iter().enumerate() {
        let graph = Graph::from_text(text).expect("a valid model");
        let path = folder.path().join(format!("{index}-first.onnx"));
        fs::write(&path, onnx::write(graph.program(), &weights(graph.program()))).expect("it is written");
        let (graph, weights) = imported(&path, text);
        let path = folder.path().join(format!("{index}-second.onnx"));
        fs::write(path, onnx::write(graph.program(), &weights)).expect("it is written");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join(".venv/bin/python"))
        .args([root.join("tests/onnx_equal.py").as_path(), folder.path()])
        .output()
        .expect("`make test` makes .venv");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(text.lines().count(), NETWORKS);
    for line in text.lines() {
        let (index, difference) = line.split_once(' ').expect("two words");
        let difference: f64 = difference.parse().expect("a number");
        let network = &texts[index.parse::<usize>().expect("a number")];
        assert!(difference < 1e-4, "outputs differ by {difference}:\n{network}");
    }
}
