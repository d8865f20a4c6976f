//! Operations that exporters make of a layer are that layer only with its constants and along its axes.

use std::path::PathBuf;

use netviz::Model;

use crate::message::{Message, floats_tensor, ints_tensor, node, output, value};

fn int(name: &str, value: i64) -> Message {
    Message::default().bytes(1, name).int(3, value).int(20, 2)
}

fn ints(name: &str, values: &[i64]) -> Message {
    Message::default().bytes(1, name).ints(8, values.iter().copied()).int(20, 7)
}

fn float(name: &str, value: f32) -> Message {
    let mut message = Message::default().bytes(1, name);
    // Field 2 of 32 bits.
    message.0.push(2 << 3 | 5);
    message.0.extend(value.to_le_bytes());
    message.int(20, 1)
}

/// A stored tensor of other numbers than 0 and 1.
fn weights(name: &str, sizes: &[i64]) -> Message {
    let count = usize::try_from(sizes.iter().product::<i64>()).expect("small");
    let raw: Vec<u8> = (0..count).flat_map(|at| (at as f32 * 0.37 - 1.1).to_le_bytes()).collect();
    Message::default().ints(1, sizes.iter().copied()).int(2, 1).bytes(8, name).bytes(9, raw)
}

/// The kinds of the nodes of a network that gets `x`, as they are shown.
fn shown(opset: i64, sizes: &[i64], nodes: &[Message], tensors: &[Message]) -> Vec<String> {
    let graph = Message::default()
        .messages(1, nodes.iter().cloned())
        .messages(11, [value("x", sizes), value("v", sizes)])
        .messages(5, tensors.iter().cloned())
        .message(12, &output("y"));
    let set = Message::default().bytes(1, "").int(2, opset);
    let message = Message::default().int(1, 8).message(7, &graph).message(8, &set);
    let file = tempfile::Builder::new().suffix(".onnx").tempfile_in(PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    let file = file.expect("a file");
    std::fs::write(file.path(), message.0).expect("it is written");
    let model = Model::from_path(file.path()).unwrap_or_else(|errors| panic!("{errors}"));
    let graph = &model.graph;
    let kinds = graph.order().map(|index| graph.node(index).content.kind().to_owned());
    kinds.filter(|kind| kind != "input").collect()
}

#[test]
fn a_hard_swish_has_its_bounds_and_its_slope() {
    let number = |name: &str, value: f32| floats_tensor(name, &[value]);
    let swish = |low: f32, high: f32, shift: f32| {
        let nodes = [
            node("Add", &["x", "three"], &["a"]),
            node("Clip", &["a", "low", "high"], &["b"]),
            node("Mul", &["x", "b"], &["c"]),
            node("Div", &["c", "six"], &["y"]),
        ];
        let tensors = [number("three", shift), number("low", low), number("high", high), number("six", 6.0)];
        shown(17, &[2, 4], &nodes, &tensors)
    };
    assert_eq!(swish(0.0, 6.0, 3.0), ["HardSwish"]);
    for (low, high, shift) in [(0.0, 4.0, 3.0), (-1.0, 6.0, 3.0), (0.0, 6.0, 2.0)] {
        assert_eq!(swish(low, high, shift), ["Add", "Clip", "Mul", "Div"], "{low} {high} {shift}");
    }
    let early = |low: f32, high: f32| {
        let nodes = [
            node("Add", &["x", "three"], &["a"]),
            node("Clip", &["a"], &["b"]).messages(5, [float("min", low), float("max", high)]),
            node("Div", &["b", "six"], &["y"]),
        ];
        shown(9, &[2, 4], &nodes, &[number("three", 3.0), number("six", 6.0)])
    };
    assert_eq!(early(0.0, 6.0), ["HardSigmoid"]);
    assert_eq!(early(0.0, 5.0), ["Add", "Clip", "Div"]);
    let sigmoid = |attributes: &[Message]| {
        let nodes =
            [node("HardSigmoid", &["x"], &["s"]).messages(5, attributes.to_vec()), node("Mul", &["x", "s"], &["y"])];
        shown(17, &[2, 4], &nodes, &[])
    };
    assert_eq!(sigmoid(&[float("alpha", 1.0 / 6.0)]), ["HardSwish"]);
    assert_eq!(sigmoid(&[float("alpha", 1.0 / 6.0), float("beta", 0.5)]), ["HardSwish"]);
    // The slope is 0.2 by default.
    assert_eq!(sigmoid(&[]), ["HardSigmoid", "Mul"]);
    assert_eq!(sigmoid(&[float("alpha", 1.0 / 6.0), float("beta", 0.4)]), ["HardSigmoid", "Mul"]);
}

/// A layer normalization of which the axes are attributes, with a shift.
fn layer(sizes: &[i64], axes: [&[i64]; 2], shift: &[i64]) -> Vec<String> {
    let mean = |from: &str, to: &str, axes: &[i64]| node("ReduceMean", &[from], &[to]).message(5, &ints("axes", axes));
    let nodes = [
        mean("x", "m", axes[0]),
        node("Sub", &["x", "m"], &["d"]),
        node("Mul", &["d", "d"], &["p"]),
        mean("p", "v2", axes[1]),
        node("Add", &["v2", "e"], &["a"]),
        node("Sqrt", &["a"], &["s"]),
        node("Div", &["d", "s"], &["n"]),
        node("Mul", &["n", "w"], &["k"]),
        node("Add", &["k", "b"], &["y"]),
    ];
    let last = *sizes.last().expect("a size");
    let tensors = [floats_tensor("e", &[1e-5]), weights("w", &[last]), weights("b", shift)];
    shown(17, sizes, &nodes, &tensors)
}

#[test]
fn a_layer_normalization_is_along_the_last_axes() {
    assert_eq!(layer(&[2, 5, 4], [&[-1], &[-1]], &[4]), ["LayerNormalization"]);
    assert_eq!(layer(&[2, 5, 4], [&[2], &[-1]], &[1, 1, 4]), ["LayerNormalization"]);
    assert_eq!(layer(&[2, 5, 4], [&[-1, 1], &[1, 2]], &[5, 4]), ["LayerNormalization"]);
    for axes in [[&[1][..], &[1]], [&[-1], &[1]], [&[-1], &[1, 2]], [&[0, 2], &[0, 2]]] {
        assert!(!layer(&[2, 5, 4], axes, &[4]).contains(&"LayerNormalization".to_owned()), "{axes:?}");
    }
    // What is added for each token is a position, and no shift of the normalization.
    let positions = layer(&[2, 5, 4], [&[-1], &[-1]], &[5, 4]);
    assert_eq!(positions.last().map(String::as_str), Some("Add"), "{positions:?}");
}

#[test]
fn a_group_normalization_is_of_groups_of_channels() {
    let grouped = |rows: i64, scale: f32| {
        let nodes = [
            node("Reshape", &["x", "groups"], &["g"]),
            node("InstanceNormalization", &["g", "one", "zero"], &["n"]),
            node("Reshape", &["n", "shape"], &["y"]),
        ];
        let tensors = [
            ints_tensor("groups", &[rows, 3, -1]),
            ints_tensor("shape", &[2, 6, 4, 4]),
            floats_tensor("one", &[scale; 3]),
            floats_tensor("zero", &[0.0; 3]),
        ];
        shown(17, &[2, 6, 4, 4], &nodes, &tensors)
    };
    assert_eq!(grouped(2, 1.0), ["GroupNormalization"]);
    assert_eq!(grouped(4, 1.0), ["Reshape", "InstanceNormalization", "Reshape"]);
    assert_eq!(grouped(2, 1.5), ["Reshape", "InstanceNormalization", "Reshape"]);
}

#[test]
fn an_attention_has_its_softmax_along_the_last_axis() {
    let attention = |opset: i64, axis: Option<i64>| {
        let nodes = [
            node("MatMul", &["x", "x"], &["s"]),
            node("Softmax", &["s"], &["p"]).messages(5, axis.map(|axis| int("axis", axis))),
            node("MatMul", &["p", "v"], &["y"]),
        ];
        shown(opset, &[2, 3, 4, 4], &nodes, &[])
    };
    let apart = ["MatMul", "Softmax", "MatMul"];
    for (opset, axis, is_one) in [
        (17, Some(-1), true),
        (17, Some(3), true),
        (17, None, true),
        (11, Some(3), true),
        (17, Some(2), false),
        (17, Some(1), false),
        // The axis was 1 by default.
        (11, None, false),
    ] {
        let expected = if is_one { &["Attention"][..] } else { &apart };
        assert_eq!(attention(opset, axis), expected, "{opset} {axis:?}");
    }
}

#[test]
fn a_bias_has_a_value_for_each_channel() {
    let product = |bias: &[i64]| {
        let nodes = [node("MatMul", &["x", "w"], &["m"]), node("Add", &["m", "b"], &["y"])];
        shown(17, &[2, 5, 4], &nodes, &[weights("w", &[4, 4]), weights("b", bias)])
    };
    assert_eq!(product(&[4]), ["MatMul"]);
    assert_eq!(product(&[1, 1, 4]), ["MatMul"]);
    assert_eq!(product(&[5, 4]), ["MatMul", "Add"]);
    let convolution = |bias: &[i64]| {
        let nodes = [node("Conv", &["x", "w"], &["m"]), node("Add", &["m", "b"], &["y"])];
        shown(17, &[2, 5, 4, 4], &nodes, &[weights("w", &[6, 5, 1, 1]), weights("b", bias)])
    };
    assert_eq!(convolution(&[6, 1, 1]), ["Conv"]);
    assert_eq!(convolution(&[4]), ["Conv", "Add"]);
    let scale = |shift: &[i64]| {
        let nodes = [node("Mul", &["x", "w"], &["m"]), node("Add", &["m", "b"], &["y"])];
        shown(17, &[2, 5, 4, 4], &nodes, &[weights("w", &[5, 1, 1]), weights("b", shift)])
    };
    assert_eq!(scale(&[5, 1, 1]), ["ChannelScale"]);
    assert_eq!(scale(&[5, 4, 4]), ["Mul", "Add"]);
    assert_eq!(scale(&[4]), ["Mul", "Add"]);
}

#[test]
fn a_shuffle_exchanges_groups_and_a_roll_moves_ends() {
    let shuffle = |order: &[i64]| {
        let nodes = [
            node("Reshape", &["x", "split"], &["a"]),
            node("Transpose", &["a"], &["b"]).message(5, &ints("perm", order)),
            node("Reshape", &["b", "whole"], &["y"]),
        ];
        let tensors = [ints_tensor("split", &[2, 2, 2, 4, 4]), ints_tensor("whole", &[2, 4, 4, 4])];
        shown(17, &[2, 4, 4, 4], &nodes, &tensors)
    };
    assert_eq!(shuffle(&[0, 2, 1, 3, 4]), ["ChannelShuffle"]);
    assert_eq!(shuffle(&[0, 1, 2, 4, 3]), ["Rearrange"]);
    let roll = |[from, until]: [i64; 2], axis: i64, step: i64| {
        let nodes = [
            node("Slice", &["x", "from", "far", "axes", "steps"], &["a"]),
            node("Slice", &["x", "zero", "until", "axes", "steps"], &["b"]),
            node("Concat", &["a", "b"], &["y"]).message(5, &int("axis", axis)),
        ];
        let one = |name: &str, value: i64| ints_tensor(name, &[value]);
        let tensors = [
            one("from", from),
            one("far", i64::MAX),
            one("zero", 0),
            one("until", until),
            one("axes", 1),
            one("steps", step),
        ];
        shown(17, &[2, 8, 8], &nodes, &tensors)
    };
    assert_eq!(roll([3, 3], 1, 1), ["Roll"]);
    assert_eq!(roll([-3, 5], 1, 1), ["Roll"]);
    // The axis, the ends and the steps are others.
    for (ends, axis, step) in [([4, 4], 2, 1), ([3, 5], 1, 1), ([0, 8], 1, 2)] {
        assert!(!roll(ends, axis, step).contains(&"Roll".to_owned()), "{ends:?} {axis} {step}");
    }
}
