//! Files that are made to take too long, or too much memory: each ends in an error or a network, soon.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use netviz::Model;
use netviz::diagnostics::Diagnostics;

use crate::message::{Message, chain, graph, ints_tensor, model, node, output, value};

/// Processor time of a debug build, in seconds; a release takes a fifth of it.
const MOST_SECONDS: f64 = 10.0;
/// Memory of the process at its peak, in KiB.
const MOST_MEMORY: u64 = 3 << 19;

/// Reads a model, in bounded time and memory, and returns the first error.
fn read(name: &str, model: &Message) -> Result<Model, Diagnostics> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}.onnx"));
    std::fs::write(&path, &model.0).expect("it is written");
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let start = processor_seconds();
    let result = Model::from_path(&path);
    let seconds = processor_seconds() - start;
    drop(guard);
    std::fs::remove_file(&path).expect("it is removed");
    assert!(seconds < MOST_SECONDS, "{name} takes {seconds} s");
    assert!(peak_memory() < MOST_MEMORY, "{name} takes {} KiB", peak_memory());
    result
}

/// Processor time of this thread.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// The largest memory that the process has had, in KiB.
fn peak_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

#[track_caller]
fn refused(name: &str, model: &Message, expected: &str) {
    match read(name, model) {
        Ok(_) => panic!("{name} is read"),
        Err(errors) => {
            let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            assert!(messages.iter().any(|message| message.contains(expected)), "{name}: {messages:?}");
        }
    }
}

#[track_caller]
fn accepted(name: &str, model: &Message) -> Model {
    read(name, model).unwrap_or_else(|errors| panic!("{name}: {errors:?}"))
}

#[test]
fn millions_of_empty_nodes() {
    let nodes = std::iter::repeat_n(Message::default(), 5_000_000);
    refused("empty-nodes", &model(&graph(nodes)), "more than 320 MiB of memory");
}

#[test]
fn millions_of_numbers_in_an_attribute() {
    let attribute = Message::default().bytes(1, "axes").bytes(8, vec![1; 60_000_000]).int(20, 7);
    let node = node("Squeeze", &["x"], &["y"]).message(5, &attribute);
    refused("long-attribute", &model(&graph([node])), "more than 320 MiB of memory");
}

#[test]
fn bodies_in_bodies() {
    let mut inner = graph([node("Relu", &["x"], &["y"])]);
    for _ in 0..200 {
        let attribute = Message::default().bytes(1, "then_branch").message(6, &inner).int(20, 5);
        inner = graph([node("If", &["x"], &["y"]).message(5, &attribute)]);
    }
    refused("bodies", &model(&inner), "nested more than 100 deep");
}

#[test]
fn sequences_of_sequences() {
    let mut ty = Message::default().message(1, &Message::default().int(1, 1));
    for _ in 0..1000 {
        ty = Message::default().message(4, &Message::default().message(1, &ty));
    }
    let input = Message::default().bytes(1, "s").message(2, &ty);
    refused("sequences", &model(&graph([]).message(11, &input)), "nested more than 100 deep");
}

#[test]
fn a_circle_of_many_nodes() {
    let count = 100_000;
    let link = |index: usize| node("Relu", &[&format!("v{index}")], &[&format!("v{}", (index + 1) % count)]);
    refused("circle", &model(&graph((0..count).map(link))), "nodes depend on each other");
}

#[test]
fn a_long_chain() {
    let nodes = chain(100_000, |input, output| node("Relu", &[input], &[output]));
    let model = accepted("chain", &model(&graph(nodes).message(12, &output("y"))));
    assert_eq!(model.graph.detailed().order().len(), 100_001);
}

#[test]
fn too_many_operations() {
    let nodes = std::iter::repeat_n(node("Relu", &["x"], &[]), 500_001);
    refused("operations", &model(&graph(nodes)), "more than 500,000 operations");
}

fn function(name: &str, nodes: impl IntoIterator<Item = Message>) -> Message {
    Message::default().bytes(1, name).bytes(4, "x").bytes(5, "y").bytes(10, "local").messages(7, nodes)
}

fn call(name: &str, input: &str, output: &str) -> Message {
    node(name, &[input], &[output]).bytes(7, "local")
}

#[test]
fn a_function_that_calls_itself() {
    let function = function("again", [call("again", "x", "y")]);
    let model = model(&graph([call("again", "x", "y")])).message(25, &function);
    refused("recursion", &model, "functions are nested more than 64 deep");
}

#[test]
fn functions_that_double_each_other() {
    let twice = |index: usize| {
        let inner = format!("f{}", index + 1);
        function(&format!("f{index}"), [call(&inner, "x", "a"), call(&inner, "a", "y")])
    };
    let model = model(&graph([call("f0", "x", "y")])).messages(25, (0..40).map(twice));
    refused("doubling", &model.message(25, &function("f40", [node("Relu", &["x"], &["y"])])), "more than");
}

#[test]
fn a_large_function_that_is_called_often() {
    let types = (0..100_000).map(|index| value(&index.to_string(), &[1]));
    let large = function("large", [node("Relu", &["x"], &["y"])]).messages(12, types);
    let nodes = chain(100_000, |input, output| call("large", input, output));
    refused("large-function", &model(&graph(nodes)).message(25, &large), "names and attributes");
}

#[test]
fn a_node_with_a_long_name_in_a_function_that_is_called_often() {
    let named = node("Relu", &["x"], &["y"]).bytes(3, "name.".repeat(100_000));
    let nodes = chain(50_000, |input, output| call("named", input, output));
    let model = model(&graph(nodes)).message(25, &function("named", [named]));
    refused("long-names", &model, "names and attributes");
}

#[test]
fn names_that_many_nodes_have() {
    let mut nodes = chain(50_000, |input, output| node("Relu", &[input], &[output]).bytes(3, "same"));
    nodes.extend((2..50_000).map(|index| node("Relu", &["x"], &[]).bytes(3, format!("same_{index}"))));
    accepted("names", &model(&graph(nodes)));
}

#[test]
fn names_in_thousands_of_groups() {
    let nodes = chain(2000, |input, output| node("Relu", &[input], &[output]).bytes(3, "a/".repeat(5000)));
    accepted("groups", &model(&graph(nodes)));
}

#[test]
fn an_input_of_a_million_dimensions() {
    let input = value("many", &vec![1; 1_000_000]);
    let nodes = (0..100_000).map(|_| node("Relu", &["many"], &[]));
    accepted("dimensions", &model(&graph(nodes).message(11, &input)));
}

#[test]
fn long_lists_through_many_operations() {
    let list = ints_tensor("list", &vec![1; 4096]);
    let mut nodes = vec![node("Add", &["list", "list"], &["x0"])];
    nodes.extend((0..50_000).map(|at| node("Mul", &[&format!("x{at}"), "list"], &[&format!("x{}", at + 1)])));
    accepted("lists", &model(&graph(nodes).message(5, &list)));
}

#[test]
fn sizes_that_lie() {
    let tensor = |sizes: &[i64]| {
        let tensor = Message::default().ints(1, sizes.iter().copied()).int(2, 1).bytes(8, "w").bytes(9, [0; 8]);
        model(&graph([node("MatMul", &["x", "w"], &["y"])]).message(5, &tensor))
    };
    refused("overflow", &tensor(&[1 << 62, 1 << 62, 4]), "has 8 bytes");
    refused("negative", &tensor(&[-1, 4]), "has a negative size");
    refused("rank", &tensor(&[1; 65]), "more than 64 dimensions");
    let whole = tensor(&[2]);
    let cut = Message(whole.0[..whole.0.len() - 3].to_vec());
    refused("cut", &cut, "not a valid ONNX file");
}

#[test]
fn shapes_that_are_too_large() {
    let most = i64::MAX;
    let graph = graph([
        node("ConstantOfShape", &["sizes"], &["filled"]),
        node("Reshape", &["x", "sizes"], &["reshaped"]),
        node("Expand", &["x", "sizes"], &["expanded"]),
        node("Tile", &["x", "sizes"], &["tiled"]),
        node("Range", &["zero", "most", "one"], &["range"]),
        node("MatMul", &["reshaped", "expanded"], &["y"]),
    ]);
    let constants = [
        ints_tensor("sizes", &[most, most]),
        ints_tensor("zero", &[0]),
        ints_tensor("one", &[1]),
        ints_tensor("most", &[most]),
    ];
    accepted("shapes", &model(&graph.messages(5, constants)));
}

#[test]
fn names_that_bodies_in_bodies_read() {
    let count = 30_000;
    let given = (0..count).map(|index| node("Relu", &["x"], &[&format!("v{index}")]));
    let readers = (0..count).map(|index| node("Relu", &[&format!("v{index}")], &[]));
    let mut inner = Message::default().messages(1, readers).bytes(2, "body");
    for _ in 0..25 {
        let attribute = Message::default().bytes(1, "then_branch").message(6, &inner).int(20, 5);
        inner = Message::default().message(1, &node("If", &["x"], &[]).message(5, &attribute)).bytes(2, "body");
    }
    let attribute = Message::default().bytes(1, "then_branch").message(6, &inner).int(20, 5);
    let outer = node("If", &["x"], &["y"]).message(5, &attribute);
    accepted("captures", &model(&graph(given.chain([outer]))));
}

#[test]
fn many_tensors_are_read_at_once() {
    let tensor = |index: usize| ints_tensor(&format!("w{index}"), &[1; 100]);
    let nodes = (0..5000).map(|index| node("Add", &["x", &format!("w{index}")], &[]));
    let model = accepted("tensors", &model(&graph(nodes).messages(5, (0..5000).map(tensor))));
    assert_eq!(model.source.expect("a file").tensors.len(), 5000);
}

/// An archive with these compressed members, in a file of this name; what reading it ends in.
fn archive(name: &str, members: &[(&str, &str)]) -> String {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in members {
        zip.start_file(*path, zip::write::SimpleFileOptions::default()).expect("memory");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("it is written");
    let command = format!("ulimit -v {MOST_OF_ARCHIVES}; exec {} check {name}", env!("CARGO_BIN_EXE_netviz"));
    let output = std::process::Command::new("sh").arg("-c").arg(command).current_dir(folder.path()).output();
    let output = output.expect("a shell");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// Address space of the program, in KiB.
const MOST_OF_ARCHIVES: u64 = 400 << 10;

#[test]
fn configurations_and_weights_that_expand() {
    let configuration = |unit: &str| {
        let filler = unit.repeat(((32 << 20) - 100) / unit.len());
        format!(r#"{{"class_name": "Sequential", "config": {{"x": [{filler}0]}}}}"#)
    };
    for unit in ["[0],", r#"{"":0},"#, r#""","#, "0,"] {
        let error = archive("a.keras", &[("metadata.json", "{}"), ("config.json", &configuration(unit))]);
        assert!(error.contains("of memory, more than 160.00 MiB"), "{unit}: {error}");
    }
    let model = r#"{"class_name": "Sequential", "config": {"layers": []}}"#;
    let weights = "\0".repeat(100 << 20);
    let members = [("metadata.json", "{}"), ("config.json", model), ("model.weights.h5", &weights)];
    let error = archive("a.keras", &members);
    assert!(error.contains("it has more than 32.00 MiB after decompression"), "{error}");
}

#[test]
fn programs_that_expand() {
    let program = |values: &str, nodes: &str| {
        format!(
            r#"{{"graph_module": {{"graph": {{"inputs": [], "outputs": [], "nodes": [{nodes}], "tensor_values": {{{values}}}}},
            "signature": {{"input_specs": [], "output_specs": []}}}}}}"#
        )
    };
    let filler = |unit: &str| unit.repeat((31 << 20) / unit.len());
    let list = |kind: &str, unit: &str| {
        let values = filler(unit);
        let values = values.trim_end_matches(',');
        program(
            "",
            &format!(r#"{{"target": "", "inputs": [{{"name": "", "arg": {{"{kind}": [{values}]}}}}], "outputs": []}}"#),
        )
    };
    let nodes = filler(r#"{"target":"","inputs":[],"outputs":[]},"#);
    for text in [
        program("", nodes.trim_end_matches(',')),
        list("as_nested_tensors", "[],"),
        list("as_strings", "\"\","),
        list("as_ints", "1,"),
    ] {
        let error = archive("a.pt2", &[("a/models/model.json", &text)]);
        assert!(error.contains("of memory, more than 160.00 MiB"), "{error}");
    }
    let error = archive("a.pt2", &[("a/models/model.json", &" ".repeat(100 << 20))]);
    assert!(error.contains("it has more than 32.00 MiB after decompression"), "{error}");
}
