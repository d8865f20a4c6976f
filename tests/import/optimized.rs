//! What ONNX Runtime's optimizer saves has the shapes and the counts of the network that it got.

use std::path::Path;

use netviz::Model;

use crate::message::{Message, node, output, value};

fn read(path: &Path) -> Model {
    let model = Model::from_path(path).unwrap_or_else(|errors| panic!("{errors}"));
    let warnings: Vec<String> = model.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{}: {warnings:?}", path.display());
    model
}

/// The shapes that nodes of a kind give, in order.
fn shapes(model: &Model, kind: &str) -> Vec<String> {
    let graph = model.graph.detailed();
    let nodes = graph.order().filter(|&index| graph.node(index).content.kind() == kind);
    nodes.map(|index| graph.output_type(index).to_string()).collect()
}

#[test]
fn channels_in_blocks_count_as_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/onnxruntime");
    let [plain, optimized] = ["plain.onnx", "optimized.onnx"].map(|name| read(&folder.join(name)));
    for kind in ["Conv", "MaxPool", "AveragePool", "Upsample", "GlobalAveragePool", "Flatten"] {
        assert_eq!(shapes(&optimized, kind), shapes(&plain, kind), "{kind}");
        assert!(!shapes(&plain, kind).is_empty(), "{kind}");
    }
    let graph = &optimized.graph;
    assert!(graph.order().all(|index| graph.node(index).macs.is_some()), "all are counted");
    assert_eq!(graph.macs(), plain.graph.macs());
    assert_eq!(optimized.graph.parameters(), plain.graph.parameters());
    assert!(plain.graph.macs() > 0 && plain.graph.parameters().trainable > 0);
}

#[test]
fn channels_move_into_blocks_and_out_of_them() {
    let int = |name: &str, value: i64| Message::default().bytes(1, name).int(3, value).int(20, 2);
    let blocks = |kind: &str, from: &str, to: &str| node(kind, &[from], &[to]).bytes(7, "com.microsoft.nchwc");
    let nodes = [
        blocks("ReorderInput", "x", "a").message(5, &int("channels_last", 1)),
        blocks("GlobalMaxPool", "a", "b"),
        blocks("ReorderOutput", "b", "y").messages(5, [int("channels", 24), int("channels_last", 1)]),
    ];
    let graph =
        Message::default().messages(1, nodes).message(11, &value("x", &[2, 8, 9, 32])).message(12, &output("y"));
    let set = |domain: &str, version| Message::default().bytes(1, domain).int(2, version);
    let message =
        Message::default().int(1, 8).message(7, &graph).messages(8, [set("", 17), set("com.microsoft.nchwc", 1)]);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("blocks.onnx");
    std::fs::write(&path, message.0).expect("it is written");
    let model = read(&path);
    assert_eq!(shapes(&model, "ReorderInput"), ["2×32×8×9"]);
    assert_eq!(shapes(&model, "GlobalMaxPool"), ["2×32×1×1"]);
    assert_eq!(shapes(&model, "ReorderOutput"), ["2×1×1×24"]);
}
