//! The onnx package and onnxruntime read the exported files; see `tests/onnx_check.py`.

use std::path::PathBuf;

use netviz::exchange::onnx;
use netviz::weights::Weights;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use crate::odd::ODD;
use crate::python::onnx_check;
use crate::weights::made_up;
use crate::{GALLERY, program};

/// The reports of `onnx_check.py check` for models with made-up weights, one per model.
fn check<'a>(models: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> = models
        .map(|(name, text)| {
            let (program, path) = (program(text), folder.path().join(format!("{name}.onnx")));
            std::fs::write(&path, onnx::write(&program, &made_up(&program))).expect("a file");
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
    // The reference implementation reads one direction only; the engine's tests compare both with onnxruntime.
    let known: Vec<_> = ODD.iter().filter(|(_, text, _)| !text.contains("bidirectional")).collect();
    let reports = check(known.iter().map(|&&(name, text, _)| (name, text)));
    assert_eq!(reports.len(), known.len());
    for (report, (name, _, shape)) in reports.iter().zip(known) {
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
    std::fs::write(&model, onnx::write(&program, &Weights::new(&program, Vec::new()).expect("none"))).expect("a file");
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
