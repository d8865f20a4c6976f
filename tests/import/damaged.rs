//! ONNX files that are damaged or unusual, but can be drawn: each is one warning, or a row of the table that is true.

use std::path::PathBuf;

use netviz::Model;

use crate::message::{Message, floats_tensor, node, output, value};

/// A file of a graph from `x` to `y`, with these versions of ONNX's operators and these functions of the domain `local`.
fn written(name: &str, opsets: &[i64], graph: &Message, functions: impl IntoIterator<Item = Message>) -> PathBuf {
    let set = |domain: &str, version| Message::default().bytes(1, domain).int(2, version);
    let message = Message::default()
        .int(1, 8)
        .message(7, graph)
        .message(8, &set("local", 1))
        .messages(8, opsets.iter().map(|&version| set("", version)))
        .messages(25, functions);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("damaged-{name}.onnx"));
    std::fs::write(&path, message.0).expect("it is written");
    path
}

fn graph(nodes: impl IntoIterator<Item = Message>, tensors: impl IntoIterator<Item = Message>) -> Message {
    Message::default()
        .messages(1, nodes)
        .messages(11, [value("x", &[2, 4])])
        .messages(5, tensors)
        .message(12, &output("y"))
}

/// The only warning about a file.
fn warning(path: &PathBuf) -> String {
    let model = Model::from_path(path).unwrap_or_else(|errors| panic!("{}: {errors}", path.display()));
    let warnings: Vec<String> = model.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{}: {warnings:?}", path.display());
    warnings[0].clone()
}

/// What `netviz check` prints.
fn checked(path: &PathBuf, options: &[&str]) -> String {
    let mut netviz = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
    let output = netviz.arg("check").arg(path).args(options).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn operands_that_are_missing_are_told() {
    for (kind, given, needed) in
        [("Add", 1, 2), ("MatMul", 1, 2), ("Where", 2, 3), ("BatchNormalization", 3, 5), ("Conv", 0, 2)]
    {
        let graph = graph([node(kind, &["x"; 3][..given], &["y"])], []);
        let text = warning(&written(kind, &[17], &graph, []));
        assert!(text.contains(&format!("has {given} operand")) && text.contains(&format!("needs {needed}")), "{text}");
    }
}

#[test]
fn versions_that_are_none_are_told() {
    let graph = graph([node("Relu", &["x"], &["y"])], []);
    for (name, opsets, told, taken) in [
        ("unstated", &[][..], "does not state which version", 28),
        ("zero", &[0], "states version 0", 28),
        ("negative", &[-1], "states version -1", 28),
        ("newer", &[999], "states version 999 of ONNX's operators, which is newer", 28),
        ("two", &[17, 11], "two versions of ONNX's operators, 17 and 11", 11),
    ] {
        let text = warning(&written(name, opsets, &graph, []));
        assert!(text.contains(told) && text.contains(&format!("as of version {taken}")), "{text}");
    }
    let path = written("stated", &[17], &graph, []);
    assert!(Model::from_path(&path).expect("valid").warnings.is_empty());
}

#[test]
fn values_that_do_not_fit_their_shape_are_told() {
    let tensor = |count: usize| Message::default().ints(1, [4, 3]).int(2, 1).bytes(8, "w").bytes(9, vec![0; 4 * count]);
    for (name, count) in [("few", 11), ("many", 13)] {
        let graph = graph([node("MatMul", &["x", "w"], &["y"])], [tensor(count)]);
        let path = written(name, &[17], &graph, []);
        let text = warning(&path);
        assert!(text.contains(&format!("has {} bytes, not the 48 of its shape", 4 * count)), "{text}");
        assert!(checked(&path, &[]).contains("MatMul  2×3            12"), "{}", checked(&path, &[]));
    }
}

#[test]
fn sums_that_are_too_large_are_no_numbers() {
    let huge = 1 << 31;
    let product = Message::default()
        .message(1, &node("MatMul", &["x", "v"], &["y"]))
        .messages(11, [value("x", &[huge, huge]), value("v", &[huge, huge])])
        .message(12, &output("y"));
    let path = written("huge", &[17], &product, []);
    assert!(warning(&path).contains("more than 1.8e19 multiply-adds"), "{}", warning(&path));
    assert!(checked(&path, &[]).contains("multiply-adds  more than 1.8e19"), "{}", checked(&path, &[]));
    let json: serde_json::Value = serde_json::from_str(&checked(&path, &["--json"])).expect("JSON");
    let numbers = [&json["macs"], &json["layers"][2]["macs"], &json["network"]["graph"]["flops"]];
    assert!(numbers.iter().all(|number| number.is_null()), "{numbers:?}");
}

#[test]
fn a_batch_that_is_fixed_is_told() {
    let row = |text: String| text.lines().find(|line| line.starts_with("multiply-adds")).expect("a row").to_owned();
    let graph = graph([node("MatMul", &["x", "w"], &["y"])], [floats_tensor_of("w", &[4, 3])]);
    let path = written("batch", &[17], &graph, []);
    assert_eq!(row(checked(&path, &[])), "multiply-adds  24  for a batch of 2");
    let dims = Message::default().messages(1, [Message::default().bytes(2, "n"), Message::default().int(1, 4)]);
    let tensor = Message::default().int(1, 1).message(2, &dims);
    let symbolic = Message::default()
        .message(1, &node("MatMul", &["x", "w"], &["y"]))
        .message(11, &Message::default().bytes(1, "x").message(2, &Message::default().message(1, &tensor)))
        .message(5, &floats_tensor_of("w", &[4, 3]))
        .message(12, &output("y"));
    let path = written("samples", &[17], &symbolic, []);
    assert_eq!(row(checked(&path, &[])), "multiply-adds  12");
    assert_eq!(row(checked(&path, &["--dim", "n=8"])), "multiply-adds  96  for a batch of 8");
}

/// A tensor of zeros.
fn floats_tensor_of(name: &str, sizes: &[i64]) -> Message {
    let count = usize::try_from(sizes.iter().product::<i64>()).expect("small");
    Message::default().ints(1, sizes.iter().copied()).int(2, 1).bytes(8, name).bytes(9, vec![0; 4 * count])
}

fn body(name: &str, graph: &Message) -> Message {
    Message::default().bytes(1, name).message(6, graph).int(20, 5)
}

#[test]
fn an_if_is_a_row_and_all_of_its_branches_count() {
    let branch = |weight: &str, columns: i64| {
        Message::default()
            .message(1, &node("MatMul", &["x", weight], &["z"]))
            .bytes(2, "branch")
            .message(5, &floats_tensor_of(weight, &[4, columns]))
            .message(12, &output("z"))
    };
    let choice = node("If", &["c"], &["y"])
        .bytes(3, "Choice")
        .messages(5, [body("then_branch", &branch("a", 3)), body("else_branch", &branch("b", 5))]);
    let graph = graph([choice], []).message(11, &value("c", &[1]));
    let path = written("branches", &[17], &graph, []);
    let text = checked(&path, &[]);
    assert!(text.lines().any(|line| line.starts_with("Choice ") && line.contains("If ")), "{text}");
    assert!(text.contains("multiply-adds  64"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&checked(&path, &["--json", "--depth", "0"])).expect("JSON");
    let layers = json["layers"].as_array().expect("a list");
    let choice = layers.iter().find(|layer| layer["name"] == "Choice").expect("the group is listed");
    assert_eq!((choice["layers"].as_u64(), choice["macs"].as_u64()), (Some(3), Some(64)), "{choice}");
}

#[test]
fn operations_of_an_unknown_operator_are_shown() {
    let inner = Message::default()
        .message(1, &node("MatMul", &["given", "w"], &["result"]))
        .bytes(2, "inner")
        .message(11, &output("given"))
        .message(5, &floats_tensor_of("w", &[4, 3]))
        .message(12, &output("result"));
    let unknown = node("Twice", &["x"], &["y"]).bytes(7, "local").messages(5, [body("inner", &inner)]);
    let path = written("unknown", &[17], &graph([unknown], []), []);
    let text = checked(&path, &[]);
    assert!(text.contains("MatMul") && !text.contains("folded"), "{text}");
}

#[test]
fn names_are_lines_that_control_nothing() {
    let name = format!("a\n\u{202e}\u{1b}[31m{}", "n".repeat(10_000));
    let relu = node("Relu", &["x"], &["y"]).bytes(3, &name);
    let other = node(&name, &["x"], &["z"]).bytes(7, "local");
    let graph = graph([relu, other], []).bytes(2, &name).message(12, &output("z"));
    let path = written("names", &[17], &graph, []);
    let text = checked(&path, &[]);
    assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
    let first = text.lines().next().expect("a line");
    assert!(first.starts_with("a\u{fffd}\u{fffd}\u{fffd}[31mn") && first.contains("n…: ONNX"), "{first}");
    let svg = Model::from_path(&path).expect("valid").draw(&netviz::picture::Options::default()).expect("drawn").svg();
    let title = svg.split_once("<title").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0;
    assert!(title.chars().count() < 200, "{title}");
}

#[test]
fn a_sparse_tensor_has_the_size_of_what_is_stored() {
    let places = Message::default().ints(1, [3]).int(2, 7).bytes(8, "places").bytes(9, [0; 24]);
    let sparse = Message::default().message(1, &floats_tensor("w", &[0.5; 3])).message(2, &places).ints(3, [4, 5]);
    let graph = graph([node("MatMul", &["x", "w"], &["y"])], []).message(15, &sparse);
    let text = checked(&written("sparse", &[17], &graph, []), &[]);
    // Three values and their places.
    assert!(text.contains("size           36 B") && text.contains("2×5            20"), "{text}");
}

#[test]
fn functions_that_call_functions_are_counted_before_they_are_read() {
    let set = Message::default().bytes(1, "").int(2, 17);
    let local = Message::default().bytes(1, "local").int(2, 1);
    let function = |name: &str, nodes: [Message; 2]| {
        let ends = Message::default().bytes(1, name).bytes(4, "x").bytes(5, "y").bytes(10, "local");
        ends.messages(7, nodes).messages(9, [set.clone(), local.clone()])
    };
    let call = |name: &str, from: &str, to: &str| node(name, &[from], &[to]).bytes(7, "local");
    let name = |number: usize| format!("F{number}");
    let twice = |number: usize| {
        let next = name(number + 1);
        function(&name(number), [call(&next, "x", "a"), call(&next, "a", "y")])
    };
    let last = function(&name(60), [node("Relu", &["x"], &["a"]), node("Relu", &["a"], &["y"])]);
    let graph = graph([call("F0", "x", "y")], []);
    let path = written("doubled", &[17], &graph, (0..60).map(twice).chain([last]));
    let start = std::time::Instant::now();
    let errors = Model::from_path(&path).expect_err("it is too large").to_string();
    assert!(errors.contains("more than 500,000 operations"), "{errors}");
    assert!(start.elapsed().as_secs() < 1, "{:?}", start.elapsed());
    let path = written("endless", &[17], &graph, [function("F0", [call("F0", "x", "a"), call("F0", "a", "y")])]);
    let errors = Model::from_path(&path).expect_err("it never ends").to_string();
    assert!(errors.contains("nested more than 64 deep") && errors.contains("must not call itself"), "{errors}");
}
