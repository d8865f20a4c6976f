//! libtorch and onnxruntime compute the same from one program.

#[path = "../../../../tests/export/odd.rs"]
mod odd;
#[path = "../../../../tests/export/python.rs"]
mod python;
#[path = "../../../../tests/export/weights.rs"]
mod weights;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use netviz::Model;
use netviz::data::cache;
use netviz::dataset::Split;
use netviz::exchange::onnx;
use netviz::ir::Program;
use netviz::weights::Weights;
use netviz_torch::network::{Mode, Network};
use netviz_torch::samples::Samples;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;
use tch::{Kind, Tensor};

fn program(text: &str) -> Program {
    let model = Model::from_text(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    model.graph.program().clone()
}

/// Writes a model and the batch for the comparison.
fn files(folder: &Path, network: &Network, weights: &Weights, input: &Tensor, labels: &Tensor) -> [PathBuf; 2] {
    let _guard = tch::no_grad_guard();
    let program = network.program();
    let chunks: Vec<Tensor> = input
        .split(1000, 0)
        .iter()
        .map(|chunk| network.forward(chunk, program.logits(), Mode::Infer).expect("a result"))
        .collect();
    let logits = Tensor::cat(&chunks, 0);
    let dtype = if input.kind() == Kind::Int64 { Dtype::I64 } else { Dtype::F32 };
    let tensors = [("input", dtype, input), ("logits", Dtype::F32, &logits), ("labels", Dtype::I64, labels)];
    let bytes = tensors.map(|(name, dtype, tensor)| {
        let tensor = tensor.contiguous();
        let mut bytes = vec![0; tensor.numel() * tensor.kind().elt_size_in_bytes()];
        tensor.copy_data_u8(&mut bytes, tensor.numel());
        let shape: Vec<usize> = tensor.size().iter().map(|&size| usize::try_from(size).expect("a size")).collect();
        (name, dtype, shape, bytes)
    });
    let views = bytes
        .iter()
        .map(|(name, dtype, shape, bytes)| (*name, TensorView::new(*dtype, shape.clone(), bytes).expect("a tensor")));
    let paths = ["model.onnx", "batch.safetensors"].map(|name| folder.join(name));
    std::fs::write(&paths[0], onnx::write(program, weights)).expect("a file");
    std::fs::write(&paths[1], safetensors::serialize(views, None).expect("unique names")).expect("a file");
    paths
}

fn compare(network: &Network, weights: &Weights, input: &Tensor, labels: &Tensor) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = files(folder.path(), network, weights, input, labels);
    python::onnx_check("compare", &paths).remove(0)
}

fn assert_close(report: &Value, name: &str) {
    let error = report["max_relative_error"].as_f64().expect("a number");
    assert!(error < 1e-4, "{name}: the logits differ by {error}");
}

/// Tests that share the processor take many times as long, because libtorch's threads spin while they wait.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_operation_computes_what_onnxruntime_computes() {
    let _turn = turn();
    for (name, text, _) in odd::ODD {
        let program = program(text);
        let weights = weights::made_up(&program);
        let sizes = program.sample(program.input()).into_iter();
        let shape: Vec<i64> =
            std::iter::once(5).chain(sizes).map(|size| i64::try_from(size).expect("a size")).collect();
        tch::manual_seed(1);
        let input = if program.value(program.input()).ty.dtype().is_float() {
            Tensor::randn(shape, (Kind::Float, tch::Device::Cpu))
        } else {
            Tensor::randint(9, shape, (Kind::Int64, tch::Device::Cpu))
        };
        // The comparison counts predictions along the second dimension; only the values matter here.
        let network = Network::with_weights(program, &weights).expect("a network");
        let logits = network.forward(&input, network.program().logits(), Mode::Infer).expect("a result");
        let labels = logits.argmax(1, false);
        assert_close(&compare(&network, &weights, &input, &labels), name);
    }
}

#[test]
fn the_gallery_is_as_accurate_in_onnxruntime_on_all_test_images() {
    let _turn = turn();
    for (name, text) in [
        ("mnist", include_str!("../../../../models/mnist.yaml")),
        ("lenet5", include_str!("../../../../models/lenet5.yaml")),
        ("resnet_mini", include_str!("../../../../models/resnet_mini.yaml")),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("model.yaml");
        std::fs::write(&model, text).expect("a file");
        let out = folder.path().join("run");
        let engine = || assert_cmd::Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
        engine().args(["train", "--quiet", "--epochs", "1", "--out"]).args([&out, &model]).assert().success();
        let evaluated = engine().args(["evaluate", "--json"]).arg(&out).assert().success();
        let evaluated: Value = serde_json::from_slice(&evaluated.get_output().stdout).expect("JSON");

        let program = program(text);
        let bytes = std::fs::read(out.join("weights.safetensors")).expect("weights");
        let weights = netviz::exchange::safetensors::read(&bytes, &program).expect("weights of the model");
        let network = Network::with_weights(program, &weights).expect("a network");
        let dataset = netviz::dataset::find("mnist").expect("a data set");
        let input = &network.program().value(network.program().input()).ty;
        let samples = Samples::load(dataset, &cache::folder(dataset), Split::Test, input).expect("samples");
        let all = samples.batches(samples.len()).next().expect("a batch").expect("a batch");
        let labels: Vec<i64> = all.classes.iter().map(|&class| i64::try_from(class).expect("small")).collect();
        let report = compare(&network, &weights, &all.images, &Tensor::from_slice(&labels));
        assert_close(&report, name);
        assert_eq!(report["samples"], 10_000, "{name}");
        assert_eq!(report["accuracy"], evaluated["test_accuracy"], "{name}");
    }
}
