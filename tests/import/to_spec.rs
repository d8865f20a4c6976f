//! `netviz import`: networks of other programs as model files.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use predicates::str::contains;
use tempfile::TempDir;

use crate::message::{Message, graph, model, node, value};

/// A folder with some of the files that `files/spec/make.py` makes.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/spec").join(name);
        fs::copy(path, folder.path().join(name)).expect("a file of the folder");
    }
    folder
}

fn netviz(folder: &Path, arguments: &[&str]) -> Assert {
    Command::cargo_bin("netviz").expect("the program is built").current_dir(folder).args(arguments).assert()
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a file")
}

#[test]
fn the_text_is_one_that_people_would_write() {
    let folder = folder(&["residual.keras", "lookup.keras", "lstm_both.pt2", "gate.pt2"]);
    for (model, expected) in
        [("residual.keras", RESIDUAL), ("lookup.keras", LOOKUP), ("lstm_both.pt2", BOTH), ("gate.pt2", GATE)]
    {
        let output = netviz(folder.path(), &["import", model, "-o", "-"]).success();
        let text = String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8");
        assert_eq!(text, expected.trim_start(), "{model}");
    }
}

const RESIDUAL: &str = "
# From residual.keras, Keras.
name: functional
input: [3, 8, 7]
layers:
  - conv2d: {name: stem, filters: 4, kernel: 3, padding: same, use_bias: false}
  - batch_norm: {name: batch_normalization}
  - activation: {name: re_lu, function: relu}
  - conv2d: {name: conv2d, filters: 4, kernel: 3, padding: same}
  - batch_norm: {name: batch_normalization_1}
  - add: {name: add, from: [batch_normalization_1, re_lu]}
  - activation: {name: activation, function: relu}
  - max_pool2d: {name: max_pooling2d, pool: 3, strides: 2, padding: same}
  - avg_pool2d: {name: average_pooling2d, pool: 2}
  - conv2d: {name: separable_conv2d_depthwise, from: max_pooling2d, filters: 4, kernel: 3, strides: 2, padding: same, \
    groups: 4, use_bias: false}
  - conv2d: {name: separable_conv2d, filters: 3, kernel: 1, activation: relu}
  - concat: {name: concatenate, from: [average_pooling2d, separable_conv2d]}
  - conv2d: {name: depthwise_conv2d, filters: 14, kernel: 2, groups: 7}
  - dropout: {name: dropout, rate: 0.3}
  - flatten
  - dense: {name: top, units: 5, activation: softmax}
";

const LOOKUP: &str = "
# From lookup.keras, Keras.
name: sequential_1
input:
  shape: [6]
  dtype: int64
layers:
  - embedding: {name: embedding, vocabulary: 9, units: 4}
  - lstm: {name: lstm_2, units: 3}
  - dense: 2
";

/// The states of both directions are joined again.
const BOTH: &str = "
# From lstm_both.pt2, PyTorch.
name: lstm_both
input: [5, 3]
layers:
  - lstm: {units: 4, bidirectional: true}
  - dense: {name: fc, units: 2}
";

/// Shuffled channels, and a weight for each channel.
const GATE: &str = "
# From gate.pt2, PyTorch.
name: gate
input: [3, 6, 6]
layers:
  - conv2d: {name: conv, filters: 6, kernel: 3, groups: 3, activation: hard_swish}
  - global_avg_pool2d
  - reshape: [6, 1, 1]
  - conv2d: {name: squeeze, filters: 2, kernel: 1, activation: relu}
  - conv2d: {name: excite, filters: 6, kernel: 1, activation: hard_sigmoid}
  - flatten
  - multiply: {from: [conv, flatten_1]}
  - reshape: [3, 2, 4, 4]
  - permute: [1, 0, 2, 3]
  - reshape: [6, 4, 4]
  - split: [4, 2]
  - activation: relu6
  - global_avg_pool2d
  - activation: gelu
  - split: 2
  - activation: silu
  - concat: {from: [activation_2, activation_3]}
  - dense: {name: fc, units: 4}
";

/// Exporters to ONNX make one convolution of it and the batch normalization behind.
#[test]
fn what_is_said_is_what_was_written() {
    let folder = folder(&["resnet.pt2", "resnet-dynamo.onnx", "resnet-script.onnx"]);
    for (stem, ending, said) in [
        ("resnet", "pt2", "24 layers, 1,627 parameters"),
        ("resnet-dynamo", "onnx", "14 layers, 1,525 parameters"),
        ("resnet-script", "onnx", "14 layers, 1,525 parameters"),
    ] {
        let (model, weights) = (format!("{stem}.{ending}"), format!("{stem}.safetensors"));
        let import = netviz(folder.path(), &["import", &model, "--weights", &weights]).success();
        import.stdout(contains(said).and(contains(format!("netviz train {stem}.yaml --weights {weights}"))));
        netviz(folder.path(), &["check", &format!("{stem}.yaml")]).success();
    }
}

/// What netviz exports becomes the same model file with the same weights again.
#[test]
fn an_exported_network_comes_back() {
    let models = ["resnet.pt2", "mlp.pt2", "lstm_both.pt2", "lstm_time_first.pt2", "gate.pt2", "lookup.keras"];
    let folder = folder(&models);
    for model in models {
        let run = |arguments: &[&str]| netviz(folder.path(), arguments).success();
        run(&["import", model, "-o", "first.yaml", "--weights", "first.safetensors", "--overwrite"]);
        run(&["export", "first.yaml", "--weights", "first.safetensors", "--onnx", "model.onnx"]);
        run(&["import", "model.onnx", "-o", "second.yaml", "--weights", "second.safetensors", "--overwrite"]);
        // But for the comment.
        let texts = ["first.yaml", "second.yaml"].map(|name| text(&folder, name));
        let [first, second] = texts.each_ref().map(|text| text.split_once('\n').expect("lines").1);
        assert_eq!(first, second, "{model}");
        let read = |name: &str| fs::read(folder.path().join(name)).expect("a file");
        assert!(read("first.safetensors") == read("second.safetensors"), "{model}");
    }
}

#[test]
fn everything_in_the_way_is_reported_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/pytorch");
    fs::copy(files.join("encoder-2.6.pt2"), folder.path().join("encoder.pt2")).expect("a file of the folder");
    let error = netviz(folder.path(), &["import", "encoder.pt2", "-o", "model.yaml"]).code(1);
    let error = String::from_utf8(error.get_output().stderr.clone()).expect("UTF-8");
    assert!(error.contains("operations of the network cannot be written as layers:"), "{error}");
    assert_eq!(error.matches("error: ").count(), 1, "{error}");
    assert!(!folder.path().join("model.yaml").exists());
}

#[test]
fn nothing_is_replaced_unasked() {
    let folder = folder(&["mlp.pt2"]);
    fs::write(folder.path().join("mlp.yaml"), "mine").expect("a file");
    let refused = netviz(folder.path(), &["import", "mlp.pt2"]).code(1);
    refused.stderr(contains("`mlp.yaml` is there already").and(contains("--overwrite")));
    assert_eq!(text(&folder, "mlp.yaml"), "mine");
    fs::write(folder.path().join("weights"), "mine").expect("a file");
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "new.yaml", "--weights", "weights"]).code(1);
    assert!(!folder.path().join("new.yaml").exists());
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "-"]).success().stdout(contains("- dense: {"));
    netviz(folder.path(), &["import", "mlp.pt2", "-o", "mlp.pt2", "--overwrite"]).code(1);
    netviz(folder.path(), &["import", "mnist"]).code(1).stderr(contains("is a model of netviz already"));
}

#[test]
fn weights_belong_to_their_model() {
    let folder = folder(&["mlp.pt2", "lstm.pt2"]);
    for stem in ["mlp", "lstm"] {
        let weights = format!("{stem}.safetensors");
        netviz(folder.path(), &["import", &format!("{stem}.pt2"), "--weights", &weights]).success();
    }
    let other = netviz(folder.path(), &["export", "mlp.yaml", "--weights", "lstm.safetensors", "--onnx", "m.onnx"]);
    other.code(1).stderr(contains("these are the weights of another model than `mlp`"));
    let export = netviz(folder.path(), &["export", "mlp.yaml", "--weights", "mlp.safetensors", "m.onnx"]);
    export.success().stdout(contains("compared with the weights: equal"));
}

/// A file of layers alone has no weights to write.
#[test]
fn weights_that_a_file_does_not_have_are_not_made_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let layers = r#"{"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "x"}},
        {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "relu"}}]}}"#;
    fs::write(folder.path().join("m.json"), layers).expect("a file");
    netviz(folder.path(), &["import", "m.json", "--weights", "m.safetensors"])
        .code(1)
        .stderr(contains("without `--weights`"));
    netviz(folder.path(), &["import", "m.json"]).success();
    assert!(text(&folder, "m.yaml").ends_with("layers:\n  - dense: {name: d, units: 3, activation: relu}\n"));
}

/// A model of Keras in JSON, of one layer after an input of this shape, and one layer more.
fn sequential(shape: &str, layer: &str) -> String {
    format!(
        r#"{{"class_name": "Sequential", "config": {{"name": "small", "layers": [
            {{"class_name": "InputLayer", "config": {{"batch_shape": {shape}, "dtype": "float32", "name": "x"}}}},
            {layer},
            {{"class_name": "Flatten", "config": {{"name": "flat"}}}}
        ]}}, "keras_version": "3.9.0"}}"#
    )
}

#[test]
fn what_a_layer_would_do_otherwise_is_refused() {
    let cases = [
        (
            "[null, 5, 4, 3]",
            r#""Rescaling", "config": {"scale": [0.5, 1, 2], "offset": 0"#,
            "its `scale` is not one number",
        ),
        (
            "[null, 5, 4, 3]",
            r#""Rescaling", "config": {"scale": 2, "offset": [0.5, 1, 2]"#,
            "its `offset` is not one number",
        ),
        (
            "[null, 9]",
            r#""Embedding", "config": {"input_dim": 4, "output_dim": 3, "mask_zero": true"#,
            "it masks zeros",
        ),
        ("[null, 4, 12, 14]", r#""BatchNormalization", "config": {"axis": 2"#, "its input is neither"),
        ("[null, 8]", r#""ReLU", "config": {"max_value": [1, 2]"#, "its `max_value` is not one number"),
        (
            "[null, 8]",
            r#""Dense", "config": {"units": 2, "activation": {"class_name": "function", "config": "mine"}"#,
            "its activation is `mine`",
        ),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (shape, layer, expected) in cases {
        let layer = format!(r#"{{"class_name": {layer}, "name": "it"}}}}"#);
        fs::write(folder.path().join("model.json"), sequential(shape, &layer)).expect("a file");
        netviz(folder.path(), &["import", "model.json", "-o", "-"]).code(1).stderr(contains(expected));
    }
}

#[test]
fn images_with_the_channels_first_are_flattened_as_keras_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let layer = r#"{"class_name": "Flatten", "config": {"name": "it", "data_format": "channels_first"}},
        {"class_name": "Activation", "config": {"name": "act", "activation": "softmax"}}"#;
    fs::write(folder.path().join("model.json"), sequential("[null, 4, 2, 3]", layer)).expect("a file");
    netviz(folder.path(), &["import", "model.json", "-o", "-"]).success().stdout(contains("- permute: [1, 2, 0]"));
}

#[test]
fn numbers_that_are_rounded_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let cast = |input: &str, output: &str, to: i64| {
        node("Cast", &[input], &[output]).message(5, &Message::default().bytes(1, "to").int(3, to).int(20, 2))
    };
    let nodes = [node("Relu", &["x"], &["a"]), cast("a", "b", 7), cast("b", "y", 1)];
    let model = model(&graph(nodes).message(12, &value("y", &[1, 4])));
    fs::write(folder.path().join("model.onnx"), model.0).expect("a file");
    let refused = netviz(folder.path(), &["import", "model.onnx", "-o", "-"]).code(1);
    refused.stderr(contains("Cast × 1: it rounds to whole numbers"));
}

/// Inputs, outputs and operations that are in the way.
#[test]
fn ends_and_operations_in_the_way_are_reported_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let nodes = [node("Sin", &["x"], &["y"]), node("Mul", &["v", "v"], &["square"]), node("Cos", &["square"], &["z"])];
    let graph = graph(nodes).message(11, &value("v", &[1, 4])).message(12, &value("y", &[1, 4]));
    fs::write(folder.path().join("model.onnx"), model(&graph.message(12, &value("z", &[1, 4]))).0).expect("a file");
    let refused = netviz(folder.path(), &["import", "model.onnx", "-o", "-"]).code(1);
    let expected = contains("2 inputs: ").and(contains("2 outputs: "));
    refused.stderr(expected.and(contains("Sin × 1 (`Sin").and(contains("Cos × 1 (`Cos"))));
}

#[test]
fn an_operator_in_the_way_has_its_own_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let layers = r#"{"class_name": "Rescaling", "config": {"name": "it", "scale": 0.5, "offset": 0}}"#;
    fs::write(folder.path().join("model.json"), sequential("[null, 8]", layers)).expect("a file");
    let refused = netviz(folder.path(), &["import", "model.json", "-o", "-"]).code(1);
    refused
        .stderr(contains("Rescaling × 1: a constant factor or term of other than images belongs to no layer (`it`)"));
}

#[test]
fn the_early_hard_sigmoid_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let layers = r#"{"class_name": "Activation", "config": {"name": "it", "activation": "hard_sigmoid"}}"#;
    for (version, code) in [("2.15.0", 1), ("3.9.0", 0)] {
        let text = sequential("[null, 8]", layers).replace("3.9.0", version);
        fs::write(folder.path().join("model.json"), text).expect("a file");
        netviz(folder.path(), &["import", "model.json", "-o", "-"]).code(code);
    }
}

#[test]
fn files_of_tensors_say_what_they_lack() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/files/tensors");
    for (name, format) in [("llama.gguf", "GGUF"), ("encoder.safetensors", "safetensors")] {
        let refused = netviz(folder.path(), &["import", &files.join(name).to_string_lossy(), "-o", "-"]).code(1);
        refused.stderr(contains(format!("{format} files hold tensors, and no graph")).and(contains("0 inputs").not()));
    }
}
