//! Networks of other programs, written as model files, compute what these programs compute.

use std::path::{Path, PathBuf};
use std::process::Command;

use netviz::Model;
use netviz::exchange::import::specification;
use netviz::exchange::safetensors;
use netviz::graph::Graph;
use netviz::weights::TensorData;
use netviz_torch::network::{Mode, Network};
use serde_json::Value;
use tch::{Kind, Tensor};

/// The largest difference between outputs.
const TOLERANCE: f64 = 1e-4;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the root package")
}

fn numbers(value: &Value) -> Vec<f32> {
    let numbers = value.as_array().expect("a list").iter();
    #[expect(clippy::cast_possible_truncation, reason = "they are single precision")]
    numbers.map(|number| number.as_f64().expect("a number") as f32).collect()
}

fn sizes(value: &Value) -> Vec<i64> {
    value.as_array().expect("a list").iter().map(|size| size.as_i64().expect("a size")).collect()
}

/// A network of another program, as netviz runs it.
fn imported(path: &Path) -> Network {
    let name = path.display();
    let model = Model::from_path(path).unwrap_or_else(|problems| panic!("{name}: {problems}"));
    let source = model.source.expect("a file of another program");
    let specification = specification(&model.graph, &source.tensors, &source.sizes, &source.origin, "the file");
    let specification = specification.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let graph = Graph::from_text(&specification.text).unwrap_or_else(|problems| panic!("{name}: {problems}"));
    let weights = specification.weights(graph.program()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    Network::with_weights(graph.program().clone(), &weights).expect("memory")
}

/// The largest difference from what another program computes.
fn difference(network: &Network, input: &[f32], shape: &[i64], expected: &[f32]) -> f64 {
    let program = network.program();
    let is_float = program.value(program.input()).ty.dtype().is_float();
    let input = Tensor::from_slice(input).reshape(shape).to_kind(if is_float { Kind::Float } else { Kind::Int64 });
    let _guard = tch::no_grad_guard();
    let found = network.forward(&input, program.output(), Mode::Infer).expect("an output").flatten(0, -1);
    let expected = Tensor::from_slice(expected);
    assert_eq!(found.size(), expected.size());
    (found - expected).abs().max().double_value(&[])
}

#[test]
fn networks_compute_what_pytorch_and_keras_compute() {
    let folder = root().join("tests/import/files/spec");
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("a file of the folder");
    let stored: Value = serde_json::from_str(&text).expect("JSON");
    for (name, case) in stored.as_object().expect("networks") {
        for file in case["files"].as_array().expect("files") {
            let network = imported(&folder.join(file.as_str().expect("a name")));
            let (input, expected) = (numbers(&case["input"]), numbers(&case["output"]));
            let difference = difference(&network, &input, &sizes(&case["shape"]), &expected);
            assert!(difference < TOLERANCE, "{name}, {file}: the outputs differ by {difference}");
        }
    }
}

/// The nine networks of onnx's package, whose weights are random numbers here.
#[test]
fn light_networks_compute_what_onnxruntime_computes() {
    let python = root().join(".venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make test` makes it from tests/requirements.txt", python.display());
    let folder = tempfile::tempdir().expect("a folder");
    let script = root().join("tests/import/files/spec/light.py");
    let output = Command::new(&python).arg(script).arg(folder.path()).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let mut count = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a line of JSON");
        let path = PathBuf::from(case["path"].as_str().expect("a path"));
        let read = |key: &str| {
            let bytes = std::fs::read(case[key].as_str().expect("a path")).expect("a file");
            let numbers = bytes.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().expect("four bytes")));
            numbers.collect::<Vec<f32>>()
        };
        let difference = difference(&imported(&path), &read("input"), &sizes(&case["shape"]), &read("output"));
        assert!(difference < TOLERANCE, "{}: the outputs differ by {difference}", path.display());
        std::fs::remove_file(path).expect("large files are removed");
        count += 1;
    }
    assert_eq!(count, 9);
}

/// With a rate this small, the weights stay as they are.
#[test]
fn training_starts_from_given_weights() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let text = "input: [784]\nlayers: [dense: {units: 10, activation: softmax}]\ntrain: {data: mnist, loss: \
                categorical_crossentropy, optimizer: {sgd: {learning_rate: 1e-30}}, epochs: 1, limit: 64, seed: 1}\n";
    std::fs::write(path("model.yaml"), text).expect("a file");
    let program = Model::from_text(text).expect("a model").graph.program().clone();
    let network = Network::initialized(program.clone(), 7).expect("memory");
    let weights = network.weights().expect("memory");
    std::fs::write(path("given.safetensors"), safetensors::write(&program, &weights)).expect("a file");
    let mut train = assert_cmd::Command::cargo_bin("netviz-torch").expect("the program is built");
    let arguments = ["train", "model.yaml", "--weights", "given.safetensors", "--out", "run", "--quiet", "--offline"];
    train.current_dir(folder.path()).args(arguments).assert().success();
    let bytes = std::fs::read(path("run/weights.safetensors")).expect("a file");
    let trained = safetensors::read(&bytes, &program).expect("weights");
    for pair in trained.tensors().iter().zip(weights.tensors()) {
        let (TensorData::Float(trained), TensorData::Float(given)) = pair else { panic!("{pair:?}") };
        assert!(trained.iter().zip(given).all(|(trained, given)| (trained - given).abs() < 1e-20));
    }
}
