//! What a tensor of an ONNX file is, if only its numbers tell.

use std::path::PathBuf;

use netviz::Model;

use crate::message::{floats_tensor, graph, model, node};

/// The number of learned parameters of a network that adds one tensor to its input.
fn learned(name: &str, numbers: &[f32]) -> usize {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("role-{name}.onnx"));
    let graph = graph([node("Add", &["x", "a.b"], &["y"])]).messages(5, [floats_tensor("a.b", numbers)]);
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
