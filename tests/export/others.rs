//! The real onnx package and onnxruntime read what is exported; see `tests/onnx_check.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use netviz::export;
use netviz::weights::Weights;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use crate::weights::made_up;
use crate::{GALLERY, program};

/// One model for each operation where something about it is out of the ordinary, and its output.
const ODD: &[(&str, &str, &[usize])] = &[
    ("dense_without_bias", "{input: [5], layers: [dense: {units: 3, use_bias: false}]}", &[3]),
    (
        "same_padding_uneven",
        "{input: [2, 7, 8], layers: [conv2d: {filters: 3, kernel: [2, 4], padding: same}]}",
        &[3, 7, 8],
    ),
    (
        "strided_same_padding",
        "{input: [1, 28, 28], layers: [conv2d: {filters: 2, kernel: 3, strides: [2, 3], padding: same}]}",
        &[2, 14, 10],
    ),
    (
        "dilated_grouped",
        "{input: [4, 11, 9], layers: [conv2d: {filters: 6, kernel: [3, 2], dilation: [2, 3], groups: 2, padding: 1, use_bias: false}]}",
        &[6, 9, 8],
    ),
    ("depthwise", "{input: [4, 6, 6], layers: [conv2d: {filters: 8, kernel: 3, groups: 4}]}", &[8, 4, 4]),
    ("max_pool_padded", "{input: [2, 7, 6], layers: [max_pool2d: {pool: 3, strides: 2, padding: same}]}", &[2, 4, 3]),
    (
        "avg_pool_padded",
        "{input: [2, 7, 6], layers: [avg_pool2d: {pool: [2, 3], strides: [1, 2], padding: same}]}",
        &[2, 7, 3],
    ),
    ("avg_pool_fixed", "{input: [2, 7, 6], layers: [avg_pool2d: {pool: 3, padding: 1}]}", &[2, 3, 2]),
    ("global_avg_pool", "{input: [3, 4, 5], layers: [global_avg_pool2d]}", &[3]),
    ("batch_norm_flat", "{input: [6], layers: [batch_norm: {epsilon: 0.1}, dense: 4, batch_norm]}", &[4]),
    ("batch_norm_image", "{input: [3, 4, 5], layers: [batch_norm]}", &[3, 4, 5]),
    ("dropout", "{input: [6], layers: [dropout: 0.25, dense: 3, dropout: 0.9]}", &[3]),
    ("linear", "{input: [6], layers: [activation: linear]}", &[6]),
    ("relu", "{input: [6], layers: [activation: relu]}", &[6]),
    ("leaky_relu", "{input: [6], layers: [activation: leaky_relu]}", &[6]),
    ("elu", "{input: [6], layers: [activation: elu]}", &[6]),
    ("silu", "{input: [6], layers: [activation: silu]}", &[6]),
    ("sigmoid", "{input: [6], layers: [activation: sigmoid]}", &[6]),
    ("softplus", "{input: [6], layers: [activation: softplus]}", &[6]),
    ("tanh", "{input: [6], layers: [activation: tanh]}", &[6]),
    ("softmax_between", "{input: [6], layers: [dense: {units: 4, activation: softmax}, dense: 3]}", &[3]),
    ("softmax_of_channels", "{input: [3, 4, 5], layers: [activation: softmax, flatten]}", &[60]),
    ("softmax_alone", "{input: [6], layers: [activation: softmax]}", &[6]),
    ("flatten_flat", "{input: [6], layers: [flatten]}", &[6]),
    ("reshape", "{input: [24], layers: [reshape: [2, 3, 4], reshape: [4, -1], reshape: [2, 2, 3, 2]]}", &[2, 2, 3, 2]),
    (
        "add_three",
        "{input: [6], layers: [dense: {units: 6, name: a}, dense: {units: 6, name: b}, add: {from: [a, b, input]}]}",
        &[6],
    ),
    ("add_itself", "{input: [6], layers: [add: {from: [input, input]}]}", &[6]),
    (
        "concat_width",
        "{input: [2, 4, 6], layers: [avg_pool2d: {pool: [1, 2], name: half}, concat: {axis: -1, from: [half, input, half]}]}",
        &[2, 4, 12],
    ),
    (
        "logits_used_twice",
        "{input: [6], layers: [dense: {units: 6, name: a}, concat: {from: [a, input, a]}, activation: softmax]}",
        &[18],
    ),
    (
        "names",
        "{input: [6], layers: [dense: {units: 6, name: größe-1, activation: silu}, dense: {units: 2, name: logits}]}",
        &[2],
    ),
];

/// Runs `tests/onnx_check.py` and reads the JSON that it prints.
fn onnx_check(command: &str, files: &[PathBuf]) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let script = root.join("tests/onnx_check.py");
    let output = Command::new(python).arg(script).arg(command).args(files).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// What `onnx_check.py check` says of models with made-up weights, one report each.
fn check<'a>(models: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> = models
        .map(|(name, text)| {
            let (program, path) = (program(text), folder.path().join(format!("{name}.onnx")));
            std::fs::write(&path, export::onnx(&program, &made_up(&program))).expect("a file");
            path
        })
        .collect();
    onnx_check("check", &files)
}

fn assert_runs_alike(report: &Value) {
    for batch in ["1", "7"] {
        let error = report["max_relative_error"][batch].as_f64().expect("a number");
        assert!(error < 1e-5, "{}: {error} at a batch of {batch}", report["model"]);
    }
}

#[test]
fn the_gallery_is_standard_onnx_and_runs_at_any_batch() {
    for (report, (name, text)) in check(GALLERY.into_iter()).iter().zip(GALLERY) {
        assert_runs_alike(report);
        assert_eq!(report["opset"], json!({"": 18}), "{name}");
        assert_eq!(report["output"], json!({"logits": ["N", 10]}), "{name}");
        let initializers = report["initializers"].as_object().expect("an object").values();
        let elements =
            |dims: &Value| dims.as_array().map(|dims| dims.iter().filter_map(Value::as_u64).product::<u64>());
        let total: u64 = initializers.filter_map(elements).sum();
        assert_eq!(total, program(text).parameter_count().total() as u64, "{name}");
    }
}

#[test]
fn every_operation_is_standard_onnx_and_runs_at_any_batch() {
    let reports = check(ODD.iter().map(|&(name, text, _)| (name, text)));
    assert_eq!(reports.len(), ODD.len());
    for (report, (name, _, shape)) in reports.iter().zip(ODD) {
        assert_runs_alike(report);
        let output: Vec<&Value> = report["output"].as_object().expect("an object").values().collect();
        let expected: Vec<Value> = std::iter::once(json!("N")).chain(shape.iter().map(|&size| json!(size))).collect();
        assert_eq!(output, [&json!(expected)], "{name}");
    }
}

#[test]
fn nodes_values_and_initializers_have_the_names_of_the_program() {
    let [report] = check([GALLERY[0]].into_iter()).try_into().expect("one report");
    assert_eq!(report["input"], json!({"input": ["N", 784]}));
    assert_eq!(report["nodes"], json!(["dense_1/Gemm", "dense_1/Relu", "dense_2/Gemm"]));
    let initializers = json!({
        "dense_1.weight": [512, 784],
        "dense_1.bias": [512],
        "dense_2.weight": [10, 512],
        "dense_2.bias": [10],
    });
    assert_eq!(report["initializers"], initializers);
}

#[test]
fn a_comparison_of_logits_tells_the_error_and_the_accuracy() {
    let folder = tempfile::tempdir().expect("a folder");
    let [model, batch] = ["identity.onnx", "batch.safetensors"].map(|file| folder.path().join(file));
    let program = program("{input: [2], layers: [activation: linear]}");
    std::fs::write(&model, export::onnx(&program, &Weights(Vec::new()))).expect("a file");
    let floats = |values: [f32; 6]| values.into_iter().flat_map(f32::to_le_bytes).collect::<Vec<u8>>();
    let labels: Vec<u8> = [0_i64, 1, 0].into_iter().flat_map(i64::to_le_bytes).collect();
    let tensors = [
        ("input", Dtype::F32, vec![3, 2], floats([8.0, 0.0, 0.0, 8.0, 0.0, 8.0])),
        ("logits", Dtype::F32, vec![3, 2], floats([8.0, 0.0, 0.0, 8.0, 8.0, 7.0])),
        ("labels", Dtype::I64, vec![3], labels),
    ];
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (*name, TensorView::new(*dtype, shape.clone(), bytes).expect("the values fill the shape"))
    });
    std::fs::write(&batch, safetensors::serialize(views, None).expect("unique names")).expect("a file");
    let report = json!({
        "samples": 3,
        "max_relative_error": 1.0,
        "accuracy": 2.0 / 3.0,
        "expected_accuracy": 1.0,
    });
    assert_eq!(onnx_check("compare", &[model, batch]), [report]);
}
