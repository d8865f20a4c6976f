//! The keys of `netviz check --json` are those that the guide documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::message::{Message, floats_tensor, graph, model, node, output};
use crate::root;

/// Names that files give are no keys.
const NAMES: [&str; 5] = ["bytes_by_dtype", "metadata", "operators", "opsets", "settings"];

/// Keys with those of the objects in their values.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// The words in backticks.
fn marked(text: &str) -> impl Iterator<Item = String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// The keys of the table in the guide.
fn documented() -> Keys {
    let path = root().join("docs/src/other-programs.md");
    let text = std::fs::read_to_string(path).expect("the chapter is there");
    let (_, table) = text.split_once("`--json` prints one object:").expect("the table is there");
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| !line.is_empty());
    let mut keys = Keys::new();
    for row in rows {
        let (names, values) = row.trim_matches('|').split_once('|').expect("two columns");
        let is_key = |word: &String| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        keys.extend(marked(names).map(|name| (name, marked(values).filter(is_key).collect())));
    }
    keys
}

/// Adds the keys of an object, and of the objects and lists in it.
fn collect(object: &Value, around: &str, keys: &mut Keys) {
    for (key, value) in object.as_object().expect("an object") {
        let path = if around.is_empty() { key.clone() } else { format!("{around}.{key}") };
        let inner: Vec<&Value> = match value {
            Value::Object(_) => vec![value],
            Value::Array(values) => values.iter().filter(|value| value.is_object()).collect(),
            _ => Vec::new(),
        };
        let own = keys.entry(path.clone()).or_default();
        if !NAMES.contains(&key.as_str()) {
            own.extend(inner.iter().flat_map(|value| value.as_object().expect("an object").keys().cloned()));
            // One level below the top, only the parts of the network have keys of their own.
            if path == "network" {
                for value in inner {
                    collect(value, &path, keys);
                }
            }
        }
    }
}

/// What `netviz check --json` prints about a file.
fn printed(file: &str, options: &[&str]) -> Value {
    let mut netviz = assert_cmd::Command::cargo_bin("netviz").expect("the program is built");
    let output = netviz.current_dir(root()).args(["check", "--json", file]).args(options).output().expect("it runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn written(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("it is written");
    path.to_string_lossy().into_owned()
}

/// A network with a sequence, several outputs of a node, groups, and a warning.
fn network() -> Message {
    let product = |name: &str, from: &str, to: &str| node("MatMul", &[from, "w"], &[to]).bytes(3, name);
    let nodes = [
        node("Split", &["x"], &["a", "b"]).bytes(3, "Split"),
        product("/block/first/MatMul", "b", "c"),
        product("/block/second/MatMul", "c", "d"),
        node("SequenceInsert", &["given", "a"], &["more"]).bytes(3, "Insert"),
        node("SequenceConstruct", &["a", "d"], &["all"]).bytes(3, "Sequence"),
        node("Reshape", &["x"], &["lost"]).bytes(3, "Reshape"),
    ];
    let tensor = Message::default().message(1, &Message::default().int(1, 1));
    let sequence = Message::default().message(4, &Message::default().message(1, &tensor));
    let graph = graph(nodes)
        .message(11, &Message::default().bytes(1, "given").message(2, &sequence))
        .message(5, &floats_tensor("w", &[0.5; 4]))
        .messages(12, [output("all"), output("more"), output("lost")]);
    model(&graph)
}

#[test]
fn keys_that_are_printed_are_documented_and_the_other_way_round() {
    let damaged = written("keys.yaml", "input: [4]\nlayers: [dens: 4]\n");
    let network = written("keys.onnx", &network().0);
    let files = [
        ("models/mnist.yaml", &[][..]),
        (&damaged, &[]),
        ("tests/specs/channels_last_picture.yaml", &[]),
        (&network, &[]),
        (&network, &["--depth", "0"]),
        ("docs/networks/lstm_tagger.onnx", &[]),
    ];
    let mut keys = Keys::new();
    for (file, options) in files {
        collect(&printed(file, options), "", &mut keys);
    }
    let documented = documented();
    let names = |keys: &Keys| keys.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&keys), names(&documented));
    for (key, inner) in keys.iter().filter(|(_, inner)| !inner.is_empty()) {
        assert_eq!(inner, &documented[key], "in `{key}`");
    }
}

#[test]
fn the_depth_is_that_of_the_table() {
    let network = written("depth.onnx", &network().0);
    let layers = |options: &[&str]| {
        let Value::Array(layers) = printed(&network, options)["layers"].take() else { panic!("no list") };
        layers.into_iter().map(|layer| (layer["name"].to_string(), layer["inputs"].clone())).collect::<Vec<_>>()
    };
    let all: Vec<String> = layers(&[]).into_iter().map(|(name, _)| name).collect();
    assert!(all.contains(&"\"block.first\"".to_owned()) && !all.contains(&"\"block\"".to_owned()), "{all:?}");
    let closed = layers(&["--depth", "0"]);
    assert!(closed.contains(&("\"block\"".to_owned(), serde_json::json!(["Split:1"]))), "{closed:?}");
    assert!(closed.iter().all(|(name, _)| !name.contains("first")), "{closed:?}");
    let reader = closed.iter().find(|(name, _)| name.contains("Sequence")).expect("it is listed");
    assert_eq!(reader.1, serde_json::json!(["Split:0", "block"]));
}
