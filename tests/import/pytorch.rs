//! PyTorch's exported programs, compared with what PyTorch says about them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use netviz::Model;
use netviz::graph::Graph;
use netviz::ir::{ParameterCount, Role};
use netviz::picture::Options;
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/pytorch").join(name)
}

/// The model of a file, which can be drawn.
fn read(name: &str) -> Model {
    let model = Model::from_path(path(name)).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    model.draw(&Options::default()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    model
}

fn expected() -> BTreeMap<String, Value> {
    let text = std::fs::read_to_string(path("expected.json")).expect("a file of this folder");
    serde_json::from_str(&text).expect("JSON")
}

/// Names, kinds and types of all operations.
fn nodes(graph: &Graph) -> Vec<String> {
    let graph = graph.detailed();
    let line = |index| {
        let node = graph.node(index);
        format!("{}: {} {}", node.name, node.content.kind(), graph.output_type(index).signature())
    };
    graph.order().map(line).collect()
}

#[test]
fn counts_are_those_of_pytorch() {
    for (name, expected) in expected() {
        let model = read(&format!("{name}.pt2"));
        let (graph, program) = (model.graph.detailed(), model.graph.program());
        let of_role = |role: Role| {
            let own: Vec<_> = program.parameters().iter().filter(|parameter| parameter.role == role).cloned().collect();
            ParameterCount::of(&own).total()
        };
        let counts = [Role::Trainable, Role::Frozen, Role::Statistic].map(of_role);
        let numbers = ["trainable", "frozen", "buffers"]
            .map(|key| usize::try_from(expected[key].as_u64().expect("a number")).expect("a small one"));
        assert_eq!(counts, numbers, "{name}");
        if let Some(macs) = expected["macs"].as_u64() {
            assert_eq!(graph.macs() as u64, macs, "{name}");
            assert!(graph.order().all(|index| graph.node(index).macs.is_some()), "{name}");
        }
        let origin = &model.source.as_ref().expect("a file of PyTorch").origin;
        let producer = format!("PyTorch {}", expected["torch"].as_str().expect("a version"));
        assert_eq!((origin.format, origin.producer.as_str()), ("PyTorch", producer.as_str()));
        assert_eq!(origin.opsets, [("aten".to_owned(), 10)]);
    }
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "the weights are single")]
fn weights_are_those_of_the_state_dict() {
    for (name, expected) in expected() {
        let model = read(&format!("{name}.pt2"));
        let tensors = &model.source.as_ref().expect("a file of PyTorch").tensors;
        let values = expected["values"].as_object().expect("an object");
        let parameters = model.graph.program().parameters();
        assert_eq!(tensors.len(), parameters.len(), "{name}");
        let mut compared = 0;
        for (parameter, tensor) in parameters.iter().zip(tensors) {
            assert_eq!(parameter.shape, tensor.shape);
            let Some(values) = values.get(&parameter.name).and_then(Value::as_array) else { continue };
            let all = tensor.floats(100_000).unwrap_or_else(|| panic!("{name}: {}", parameter.name));
            let some: Vec<f32> = all.iter().take(4).chain(all.last()).map(|&value| value as f32).collect();
            let values: Vec<f32> = values.iter().filter_map(Value::as_f64).map(|value| value as f32).collect();
            assert_eq!(some, values, "{name}: {}", parameter.name);
            compared += 1;
        }
        // Those that are tied are one.
        assert_eq!(compared, values.len() - usize::from(name == "shared"), "{name}");
    }
}

#[test]
fn modules_are_groups_with_classes() {
    let model = read("convolutions.pt2");
    let graph = model.graph.detailed();
    assert_eq!(graph.class("layer1"), Some("Sequential"));
    assert_eq!(graph.class("layer1.1"), Some("Block"));
    assert_eq!(graph.class("layer1.1.bn1"), Some("BatchNorm2d"));
    let nodes = nodes(graph);
    let start = ["x: input float32 N×3×33×33", "stem.conv2d: conv2d float32 N×8×16×16"];
    assert_eq!(nodes[..2], start);
    assert!(nodes.contains(&"layer1.1.bn1.batch_norm: batch_norm float32 N×8×16×16".to_owned()), "{nodes:?}");
    assert!(nodes.contains(&"layer1.0.relu.relu: relu float32 N×8×16×16".to_owned()), "{nodes:?}");
    let stem = graph.order().nth(1).expect("a convolution");
    let settings: Vec<String> = graph
        .settings(stem)
        .iter()
        .filter(|setting| !setting.is_default)
        .map(|setting| format!("{} {}", setting.name, setting.value))
        .collect();
    assert_eq!(settings, ["kernel_size 3×3", "stride 2×2"]);
}

#[test]
fn weights_that_are_not_used_are_counted_and_told() {
    let model = read("convolutions.pt2");
    let message = "20 parameters in 2 tensors are used by no operation, such as `auxiliary.weight`";
    assert_eq!(model.warnings.iter().map(|warning| warning.message.as_str()).collect::<Vec<_>>(), [message]);
    assert_eq!(model.graph.program().parameter_count().trainable - model.graph.parameters().trainable, 20);
}

#[test]
fn a_layer_that_is_called_twice_has_its_parameters_once() {
    let model = read("shared.pt2");
    let graph = model.graph.detailed();
    let own = |name: &str| {
        let index = graph.order().find(|&index| graph.node(index).name == name);
        graph.node(index.unwrap_or_else(|| panic!("{name}: {:?}", nodes(graph)))).parameters.total()
    };
    assert_eq!([own("frozen.linear"), own("frozen@1.linear")], [20, 0]);
    // The head is tied to the embedding.
    assert_eq!([own("embedding.embedding"), own("head.linear")], [40, 0]);
}

#[test]
fn symbols_keep_their_names_and_can_be_given_sizes() {
    let model = read("dynamic.pt2");
    let graph = &model.graph;
    let netviz::ir::Dim::Symbol(batch) = graph.batch() else { panic!("{:?}", graph.batch()) };
    assert!(batch.starts_with('s'), "{batch}");
    assert_eq!(graph.output_type(graph.output()).signature(), "float32 N×10");
    let shared = read("shared.pt2");
    let input = shared.graph.output_type(shared.graph.input()).signature();
    let length = input.trim_start_matches("int64 N×");
    let conv = format!("conv.conv2d: conv2d float32 N×3×({length} - 2)×2");
    assert!(nodes(&shared.graph).contains(&conv), "{conv} in {:?}", nodes(&shared.graph));
}

#[test]
fn bodies_are_groups() {
    let model = read("control.pt2");
    let nodes = nodes(&model.graph);
    for node in [
        "cond.true_graph_0.linear: linear float32 N×8",
        "cond.false_graph_0.linear: linear float32 N×8",
        "cond.false_graph_0.sub: sub float32 N×8",
        "cond: cond float32 N×8",
        "while_loop.while_loop_body_graph_0.tanh: tanh float32 N×8",
    ] {
        assert!(nodes.contains(&node.to_owned()), "{node} in {nodes:#?}");
    }
    // What only sets a mode is not there, but its operations are.
    assert!(nodes.iter().any(|node| node.starts_with("c.linear")), "{nodes:#?}");
    assert!(!nodes.iter().any(|node| node.contains("grad")), "{nodes:#?}");
}

#[test]
fn early_versions_have_all_but_the_weights() {
    for (file, producer, version, parameters, macs) in [
        ("encoder-2.6.pt2", "PyTorch 2.6.0", "schema 8.2", 101_187, 2_359_488),
        ("lstm-2.6.pt2", "PyTorch 2.6.0", "schema 8.2", 267_025, 4_019_200),
        ("lenet5-2.8.pt2", "PyTorch 2.8.0", "schema 8.8", 61_706, 416_520),
    ] {
        let model = read(file);
        let graph = model.graph.detailed();
        assert_eq!((graph.parameters().trainable, graph.macs()), (parameters, macs), "{file}");
        let source = model.source.as_ref().expect("a file of PyTorch");
        assert!(source.origin.producer.starts_with(producer), "{}", source.origin.producer);
        assert_eq!(source.origin.version, version, "{file}");
        assert!(source.tensors.iter().all(|tensor| tensor.bytes().is_none()), "{file}");
    }
}
