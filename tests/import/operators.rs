//! Operators of ONNX whose types, parameters or warnings were once wrong, each in a network of its own.

use std::path::PathBuf;

use netviz::Model;

use crate::message::{Message, floats_tensor, graph, ints_tensor, node, output, value};

/// A model of a graph with a version of ONNX's operators.
fn model(name: &str, opset: i64, graph: &Message, functions: impl IntoIterator<Item = Message>) -> Model {
    let set = |domain: &str, version| Message::default().bytes(1, domain).int(2, version);
    let message = Message::default()
        .int(1, 8)
        .message(7, graph)
        .messages(8, [set("", opset), set("local", 1), set("com.microsoft", 1)])
        .messages(25, functions);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("operator-{name}.onnx"));
    std::fs::write(&path, message.0).expect("it is written");
    Model::from_path(&path).unwrap_or_else(|errors| panic!("{name}: {errors}"))
}

/// The types of the outputs of a network.
fn types(model: &Model) -> Vec<String> {
    let graph = model.graph.detailed();
    graph.outputs().iter().map(|&output| graph.ty(output).signature()).collect()
}

fn int(name: &str, value: i64) -> Message {
    Message::default().bytes(1, name).int(3, value).int(20, 2)
}

fn text(name: &str, value: &str) -> Message {
    Message::default().bytes(1, name).bytes(4, value).int(20, 3)
}

fn body(name: &str, graph: &Message) -> Message {
    Message::default().bytes(1, name).message(6, graph).int(20, 5)
}

#[test]
fn a_slice_backwards_over_nothing_is_empty() {
    let graph = Message::default()
        .message(1, &node("Slice", &["empty", "from", "to", "axes", "steps"], &["y"]))
        .message(11, &value("empty", &[0, 3]))
        .messages(5, [("from", -1), ("to", i64::MIN), ("axes", 0), ("steps", -1)].map(|(n, at)| ints_tensor(n, &[at])))
        .message(12, &output("y"));
    assert_eq!(types(&model("slice", 17, &graph, [])), ["float32 0×3"]);
}

#[test]
fn an_input_of_a_function_may_be_left_out() {
    let branch = Message::default()
        .message(1, &node("Clip", &["a", "low", "high"], &["clipped"]))
        .bytes(2, "branch")
        .message(12, &output("clipped"));
    let choice =
        node("If", &["condition"], &["y"]).messages(5, [body("then_branch", &branch), body("else_branch", &branch)]);
    let set = Message::default().bytes(1, "").int(2, 17);
    let inputs = ["a", "condition", "low", "high"];
    let function = inputs.iter().fold(Message::default().bytes(1, "Limit"), |all, name| all.bytes(4, name));
    let function = function.bytes(5, "y").bytes(10, "local").message(7, &choice).message(9, &set);
    for (name, given) in [("fewer", &["x", "holds"][..]), ("empty", &["x", "holds", "", ""])] {
        let graph = graph([node("Limit", given, &["y"]).bytes(7, "local")])
            .message(11, &value("holds", &[1]))
            .message(12, &output("y"));
        assert_eq!(types(&model(name, 17, &graph, [function.clone()])), ["float32 N×4"]);
    }
}

#[test]
fn early_arithmetic_has_the_shape_of_its_first_operand() {
    for kind in ["Add", "Sub", "Mul", "Div", "Greater"] {
        let node = node(kind, &["a", "b"], &["y"]).messages(5, [int("broadcast", 1), int("axis", 1)]);
        let graph = Message::default()
            .message(1, &node)
            .message(11, &value("a", &[2, 3, 4, 5]))
            .message(5, &floats_tensor("b", &[0.5, 1.5, 2.5]))
            .message(12, &output("y"));
        let model = model(&format!("early-{kind}"), 6, &graph, []);
        let dtype = if kind == "Greater" { "bool" } else { "float32" };
        assert_eq!(types(&model), [format!("{dtype} 2×3×4×5")]);
        assert!(model.warnings.is_empty(), "{:?}", model.warnings);
    }
}

#[test]
fn an_equation_without_output_keeps_its_ellipsis() {
    for (name, equation, [a, b], expected) in [
        ("matrices", "...ij,...jk", [&[2, 3, 4][..], &[2, 4, 6]], "float32 2×3×6"),
        ("sorted", "b...c,...dab", [&[4, 2, 2], &[2, 1, 3, 4]], "float32 2×3×2×1"),
        ("letters", "ij,jk", [&[3, 4], &[4, 6]], "float32 3×6"),
    ] {
        let node = node("Einsum", &["a", "b"], &["y"]).message(5, &text("equation", equation));
        let graph =
            Message::default().message(1, &node).messages(11, [value("a", a), value("b", b)]).message(12, &output("y"));
        assert_eq!(types(&model(name, 12, &graph, [])), [expected], "{equation}");
    }
}
