//! What a tensor of an ONNX file is, if only its numbers tell.

use std::path::PathBuf;

use netviz::Model;

use crate::message::{Message, floats_tensor, graph, model, node};

/// The number of learned parameters of a network that adds one tensor to its input.
fn learned(name: &str, numbers: &[f32]) -> usize {
    counted(name, node("Add", &["x", "a.b"], &["y"]), floats_tensor("a.b", numbers))
}

/// The number of learned parameters of a network of one operation with one tensor.
fn counted(name: &str, node: Message, tensor: Message) -> usize {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("role-{name}.onnx"));
    let graph = graph([node]).messages(5, [tensor]);
    std::fs::write(&path, model(&graph).0).expect("it is written");
    let model = Model::from_path(&path).unwrap_or_else(|errors| panic!("{name}: {errors}"));
    model.graph.parameters().trainable
}

#[test]
fn numbers_that_no_training_ends_in_are_constants() {
    let anchors: Vec<f32> = (0..8400u16).map(|index| f32::from(index % 80) + 0.5).collect();
    assert_eq!(learned("anchors", &anchors), 0);
    let strides: Vec<f32> = [(6400, 8.0), (1600, 16.0), (400, 32.0)].iter().flat_map(|&(n, s)| vec![s; n]).collect();
    assert_eq!(learned("strides", &strides), 0);
    let mask: Vec<f32> = (0..4096).map(|index| if index % 64 > index / 64 { f32::MIN } else { 0.0 }).collect();
    assert_eq!(learned("mask", &mask), 0);
}

#[test]
fn numbers_that_a_training_starts_with_are_learned() {
    assert_eq!(learned("zeros", &[0.0; 64]), 64);
    assert_eq!(learned("ones", &[1.0; 64]), 64);
    assert_eq!(learned("twos", &[2.0; 64]), 64);
    let signs: Vec<f32> = (0..64).map(|index| if index % 3 == 0 { -1.0 } else { 1.0 }).collect();
    assert_eq!(learned("signs", &signs), 64);
    assert_eq!(learned("few", &[1.0, 2.0, 3.0]), 3);
    let weights: Vec<f32> = (0..64u8).map(|index| f32::from(index) * 0.37 - 11.0).collect();
    assert_eq!(learned("weights", &weights), 64);
}

#[test]
fn positions_that_an_exporter_renamed_are_learned() {
    let tensor = |name: &str, sizes: &[i64]| {
        let count = u16::try_from(sizes.iter().product::<i64>()).expect("few");
        let raw: Vec<u8> = (0..count).flat_map(|at| (f32::from(at) * 0.37 - 11.0).to_le_bytes()).collect();
        Message::default().ints(1, sizes.iter().copied()).int(2, 1).bytes(8, name).bytes(9, raw)
    };
    let name = "onnx::Add_123";
    let added = |sizes: &[i64]| counted("renamed", node("Add", &["x", name], &["y"]), tensor(name, sizes));
    assert_eq!(added(&[30, 4]), 120);
    // A table of biases that was looked up in a smaller one, and a factor, such as a cosine of positions.
    assert_eq!(added(&[1, 30, 4]), 0);
    assert_eq!(counted("factor", node("Mul", &["x", name], &["y"]), tensor(name, &[30, 4])), 0);
}
