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

/// A tensor of single precision, or of bytes.
fn tensor(name: &str, dtype: i64, sizes: &[i64], raw: &[u8]) -> Message {
    Message::default().ints(1, sizes.iter().copied()).int(2, dtype).bytes(8, name).bytes(9, raw)
}

/// A tensor of single precision of which all values are 0.5, but those from `zeros` on of each row.
fn halves(name: &str, sizes: &[i64], zeros: usize) -> Message {
    let row = usize::try_from(*sizes.last().expect("a size")).expect("small");
    let count = usize::try_from(sizes.iter().product::<i64>()).expect("small");
    let raw: Vec<u8> = (0..count).flat_map(|at| if at % row < zeros { 0.5_f32 } else { 0.0 }.to_le_bytes()).collect();
    tensor(name, 1, sizes, &raw)
}

/// The learned and the fixed values of a node that reads `x` and these tensors.
fn counted(name: &str, node: &Message, sizes: &[i64], tensors: impl IntoIterator<Item = Message>) -> (usize, usize) {
    let graph = Message::default()
        .message(1, node)
        .message(11, &value("x", sizes))
        .messages(5, tensors)
        .message(12, &output("y"));
    let count = model(name, 17, &graph, []).graph.parameters();
    (count.trainable, count.fixed)
}

#[test]
fn biases_of_states_that_are_zero_are_not_learned() {
    // 3 inputs and 5 units.
    for (kind, gates, before, zeros, expected) in [
        ("LSTM", 4, 0, 20, 60 + 100 + 20),
        ("LSTM", 4, 0, 40, 60 + 100 + 40),
        ("LSTM", 4, 0, 0, 60 + 100 + 20),
        ("RNN", 1, 0, 5, 15 + 25 + 5),
        ("GRU", 3, 1, 15, 45 + 75 + 15),
        ("GRU", 3, 1, 30, 45 + 75 + 30),
        // Nothing tells which of both biases the layer has not been trained with.
        ("GRU", 3, 1, 0, 45 + 75 + 30),
        ("GRU", 3, 0, 0, 45 + 75 + 15),
    ] {
        let rows = gates * 5;
        let node = node(kind, &["x", "w", "r", "b"], &["y"])
            .messages(5, [int("hidden_size", 5), int("linear_before_reset", before)]);
        let weights =
            [halves("w", &[1, rows, 3], 3), halves("r", &[1, rows, 5], 5), halves("b", &[1, 2 * rows], zeros)];
        let name = format!("bias-{kind}-{before}-{zeros}");
        assert_eq!(counted(&name, &node, &[7, 1, 3], weights), (expected, 0), "{name}");
    }
}

#[test]
fn settings_are_no_weights() {
    let resize = node("Resize", &["x", "roi", "scales"], &["y"]).message(5, &text("mode", "linear"));
    let scales = halves("scales", &[4], 4);
    assert_eq!(counted("resize", &resize, &[1, 3, 8, 8], [halves("roi", &[8], 8), scales]), (0, 0));
    let clip = node("Clip", &["x", "low", "high"], &["y"]);
    assert_eq!(counted("clip", &clip, &[1, 4], [halves("low", &[4], 2), halves("high", &[4], 4)]), (0, 0));
    let hot = node("OneHot", &["x", "depth", "values"], &["y"]);
    assert_eq!(counted("hot", &hot, &[1, 4], [ints_tensor("depth", &[4]), halves("values", &[2], 1)]), (0, 0));
}

#[test]
fn packed_weights_count_each() {
    let bytes = |name: &str, sizes: &[i64]| {
        tensor(name, 2, sizes, &vec![0; usize::try_from(sizes.iter().product::<i64>()).expect("small")])
    };
    let microsoft = |node: Message| node.bytes(7, "com.microsoft");
    let product = microsoft(node("MatMulNBits", &["x", "w", "s"], &["y"]))
        .messages(5, [int("K", 64), int("N", 10), int("bits", 4), int("block_size", 32)]);
    let weights = [bytes("w", &[10, 2, 16]), halves("s", &[20], 20)];
    assert_eq!(counted("blocks", &product, &[1, 64], weights), (0, 640));
    let experts = microsoft(node("QMoE", &["x", "x", "w", "s", "", "v", "t"], &["y"]))
        .messages(5, [int("k", 2), int("expert_weight_bits", 4)]);
    let weights =
        [bytes("w", &[4, 64, 16]), halves("s", &[4, 64], 64), bytes("v", &[4, 32, 32]), halves("t", &[4, 32], 32)];
    assert_eq!(counted("experts", &experts, &[6, 32], weights), (0, 2 * 4 * (64 * 16 + 32 * 32)));
    let table = microsoft(node("GatherBlockQuantized", &["w", "x", "s"], &["y"]))
        .messages(5, [int("bits", 4), int("block_size", 32), int("quantize_axis", 1)]);
    assert_eq!(counted("table", &table, &[1, 3], [bytes("w", &[10, 16]), halves("s", &[10, 1], 1)]), (0, 320));
}

#[test]
fn a_question_mark_names_no_size() {
    let dims = [("", 3), ("?", 0), ("?", 0)].map(|(name, size)| {
        let dim = Message::default();
        if name.is_empty() { dim.int(1, size) } else { dim.bytes(2, name) }
    });
    let tensor = Message::default().int(1, 1).message(2, &Message::default().messages(1, dims));
    let input = Message::default().bytes(1, "x").message(2, &Message::default().message(1, &tensor));
    let graph =
        Message::default().message(1, &node("Transpose", &["x"], &["y"])).message(11, &input).message(12, &output("y"));
    let model = model("question", 17, &graph, []);
    let graph = model.graph.detailed();
    let dims = graph.ty(graph.outputs()[0]).dims().expect("a rank").to_vec();
    assert!(dims.iter().all(|dim| !matches!(dim, netviz::ir::Dim::Symbol(_))), "{dims:?}");
}

#[test]
fn a_scan_gives_its_body_the_types_of_its_operands() {
    let inner = Message::default()
        .message(1, &node("MatMul", &["step", "w"], &["product"]))
        .messages(1, [node("Add", &["state", "product"], &["next"]), node("Relu", &["next"], &["shown"])])
        .bytes(2, "body")
        .messages(11, [output("state"), output("step")])
        .messages(12, [output("next"), output("shown")]);
    let scan =
        node("Scan", &["start", "x"], &["end", "all"]).messages(5, [body("body", &inner), int("num_scan_inputs", 1)]);
    let graph = Message::default()
        .message(1, &scan)
        .messages(11, [value("start", &[5]), value("x", &[7, 3])])
        .message(5, &halves("w", &[3, 5], 5))
        .messages(12, [output("end"), output("all")]);
    let model = model("scan", 17, &graph, []);
    assert_eq!(types(&model), ["float32 5", "float32 7×5"]);
    assert_eq!(model.graph.macs(), 7 * 3 * 5);
}

/// The warnings about a node that reads `x`.
fn warned(name: &str, node: &Message, sizes: &[i64], tensors: impl IntoIterator<Item = Message>) -> String {
    let graph = Message::default()
        .message(1, node)
        .message(11, &value("x", sizes))
        .messages(5, tensors)
        .message(12, &output("y"));
    let warnings: Vec<String> = model(name, 17, &graph, []).warnings.iter().map(ToString::to_string).collect();
    warnings.join("\n")
}

#[test]
fn sizes_that_cannot_fit_are_told() {
    let reshape = node("Reshape", &["x", "sizes"], &["y"]);
    for (index, (sizes, told)) in
        [(&[3, 5][..], true), (&[5, -1], true), (&[0, -1], false), (&[4, 3], false), (&[2, -1, 2], false)]
            .into_iter()
            .enumerate()
    {
        let text = warned(&format!("reshape-{index}"), &reshape, &[3, 4], [ints_tensor("sizes", sizes)]);
        assert_eq!(text.contains("another number of values"), told, "{sizes:?}: {text}");
    }
    let split = node("Split", &["x", "sizes"], &["y", "z"]).message(5, &int("axis", 1));
    for (name, sizes, told) in [("split", [1, 2], true), ("split-all", [1, 3], false)] {
        let text = warned(name, &split, &[3, 4], [ints_tensor("sizes", &sizes)]);
        assert_eq!(text.contains("splits a size of 4"), told, "{text}");
    }
    let filter = || [halves("w", &[4, 3, 3, 3], 3)];
    let convolution = node("Conv", &["x", "w"], &["y"]);
    let strides = Message::default().bytes(1, "strides").ints(8, [0, 1]).int(20, 7);
    let text = warned("strides", &convolution.clone().message(5, &strides), &[1, 3, 8, 8], filter());
    assert!(text.contains("`strides` of 0"), "{text}");
    let text = warned("group", &convolution.clone().message(5, &int("group", 0)), &[1, 3, 8, 8], filter());
    assert!(text.contains("`group` 0"), "{text}");
    assert_eq!(warned("whole", &convolution, &[1, 3, 8, 8], filter()), "");
    for (kind, name) in [("If", "then_branch"), ("Loop", "body"), ("Scan", "body")] {
        let text = warned(kind, &node(kind, &["x", "x"], &["y"]), &[1], []);
        assert!(text.contains(&format!("lacks the body `{name}`")), "{text}");
    }
}

#[test]
fn values_in_a_file_without_a_name_are_told() {
    let entry = |key: &str, value: &str| Message::default().bytes(1, key).bytes(2, value);
    let weight = |entries: Vec<Message>| {
        Message::default().ints(1, [4, 4]).int(2, 1).bytes(8, "w").messages(13, entries).int(14, 1)
    };
    let product = node("MatMul", &["x", "w"], &["y"]);
    let text = warned("unnamed", &product, &[2, 4], [weight(Vec::new())]);
    assert!(text.contains("a file that the model does not name"), "{text}");
    let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("operator-weights.bin");
    std::fs::write(&beside, [0; 64]).expect("it is written");
    let entries = vec![entry("location", "operator-weights.bin"), entry("offset", "ten")];
    let text = warned("offset", &product, &[2, 4], [weight(entries)]);
    assert!(text.contains("with the offset `ten`"), "{text}");
}

/// The first value of a state may be a constant, but the state is none.
#[test]
fn what_a_loop_makes_of_its_state_is_shown() {
    let steps = Message::default()
        .messages(1, [node("Neg", &["state"], &["negative"]), node("Add", &["negative", "x"], &["next"])])
        .message(1, &node("Identity", &["go"], &["on"]))
        .bytes(2, "steps")
        .messages(11, [output("number"), output("go"), output("state")])
        .messages(12, [output("on"), output("next")]);
    let graph = Message::default()
        .message(1, &node("Neg", &["zeros"], &["start"]))
        .message(1, &node("Loop", &["count", "", "start"], &["y"]).message(5, &body("body", &steps)))
        .messages(5, [floats_tensor("zeros", &[0.0]), ints_tensor("count", &[3])])
        .message(11, &value("x", &[1]))
        .message(12, &output("y"));
    let model = model("loop", 17, &graph, []);
    let shown: Vec<&str> = model.graph.order().map(|index| model.graph.node(index).name.as_str()).collect();
    assert_eq!(shown.iter().filter(|name| name.contains("Neg")).count(), 2, "{shown:?}");
}
