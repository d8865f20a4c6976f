//! `netviz export` through the real program.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use netviz::exchange::safetensors::state_dict;
use netviz::exchange::{onnx, safetensors};
use tempfile::TempDir;

use crate::weights::made_up;
use crate::{GALLERY, program};

const TINY: &str = "{input: [3], layers: [dense: 2]}";

/// A folder that only contains a run of `text` in `run`, with weights made for `weights_of`.
fn folder_with_run(text: &str, weights_of: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("run");
    let program = program(weights_of);
    fs::create_dir(&run).expect("a folder");
    fs::write(run.join("spec.yaml"), text).expect("a file");
    fs::write(run.join("weights.safetensors"), state_dict(&program, &made_up(&program))).expect("a file");
    folder
}

fn netviz(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::new(env!("CARGO_BIN_EXE_netviz")).current_dir(folder).args(arguments).assert()
}

fn assert_fails(folder: &Path, arguments: &[&str], message: &'static str) {
    netviz(folder, arguments).code(1).stdout("").stderr(message);
    assert!(!folder.join("a.onnx").exists());
}

#[test]
fn both_formats_are_written_and_described() {
    let (name, text) = GALLERY[0];
    let folder = folder_with_run(text, text);
    let arguments = ["export", "run", "--onnx", "mnist.onnx", "--safetensors", "mnist.safetensors"];
    let expected = "\
mnist.onnx: 1.55 MiB, ONNX, opset 18, 407,050 parameters
  input   input   float32 N×784
  output  logits  float32 N×10
mnist.safetensors: 1.55 MiB, safetensors, 4 tensors named as in a PyTorch state_dict
Read back and compared with the run: equal.

Each sample is expected as
  1×28×28, values from 0 to 1, light ink on 0, scaled into 20×20 with its proportions kept, centred by mass
(netviz.preprocessing in the metadata)

To use it in Python:
  session = onnxruntime.InferenceSession(\"mnist.onnx\")
  [logits] = session.run(None, {\"input\": samples})
  state_dict = safetensors.torch.load_file(\"mnist.safetensors\")
";
    netviz(folder.path(), &arguments).success().stdout(expected).stderr("");
    let read = |file: &str| fs::read(folder.path().join(file)).expect("a file");
    let program = program(text);
    assert!(read("mnist.onnx") == onnx::write(&program, &made_up(&program)), "{name}");
    assert!(read("mnist.safetensors") == safetensors::write(&program, &made_up(&program)), "{name}");
}

#[test]
fn standard_output_gets_the_file_alone() {
    let folder = folder_with_run(TINY, TINY);
    let program = program(&TINY.replacen('{', "{name: spec, ", 1));
    let expected = onnx::write(&program, &made_up(&program));
    netviz(folder.path(), &["export", "run", "--onnx", "-"]).success().stdout(expected).stderr("");
}

#[test]
fn a_missing_run_is_told_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let message = "\
error: there is no run `runs/mnist`
help: train a model first: `netviz train MODEL --out runs/mnist`

";
    assert_fails(folder.path(), &["export", "runs/mnist", "--onnx", "a.onnx"], message);
}

#[test]
fn a_run_without_weights_is_told_with_the_remedy() {
    let folder = folder_with_run(TINY, TINY);
    fs::remove_file(folder.path().join("run/weights.safetensors")).expect("it is there");
    let message = "\
error: `run` holds no weights.safetensors, so it is not the folder of a trained model
help: train a model first: `netviz train MODEL --out run`

";
    assert_fails(folder.path(), &["export", "run", "--onnx", "a.onnx"], message);
}

#[test]
fn a_model_file_in_place_of_a_run_is_told_with_the_remedy() {
    let folder = folder_with_run(TINY, TINY);
    std::fs::write(folder.path().join("tiny.yaml"), TINY).expect("a file");
    let message = "\
error: `tiny.yaml` is a file, not the folder of a run
help: train it first: `netviz train tiny.yaml`, then name the folder that this writes

";
    assert_fails(folder.path(), &["export", "tiny.yaml", "--onnx", "a.onnx"], message);
}

#[test]
fn a_file_of_a_run_is_told_with_its_folder() {
    let folder = folder_with_run(TINY, TINY);
    let message = "\
error: `run/spec.yaml` is a file, not the folder of a run
help: name the folder itself, `run`, or a file of weights in it

";
    assert_fails(folder.path(), &["export", "run/spec.yaml", "--onnx", "a.onnx"], message);
}

#[test]
fn every_weight_that_does_not_fit_is_told() {
    let folder = folder_with_run(TINY, "{input: [3], layers: [dense: 5]}");
    let message = "\
error: `run/weights.safetensors`: `dense_1.weight` is 5×3 of F32; expected 2×3 of F32

error: `run/weights.safetensors`: `dense_1.bias` is 5 of F32; expected 2 of F32
help: these are the weights of another model than `spec`

";
    assert_fails(folder.path(), &["export", "run", "--onnx", "a.onnx"], message);
}

#[test]
fn a_damaged_checkpoint_is_told() {
    let folder = folder_with_run(TINY, TINY);
    fs::write(folder.path().join("run/weights.safetensors"), "no tensors").expect("a file");
    let message = "\
error: `run/weights.safetensors` is not a valid safetensors file: header too large
help: train the model again, or name a file that `netviz train` or `netviz export --safetensors` wrote

";
    assert_fails(folder.path(), &["export", "run", "--onnx", "a.onnx"], message);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let folder = folder_with_run(TINY, TINY);
    let message = "\
error: cannot write `missing/a.onnx`: no such file or directory
help: make its folder first

";
    assert_fails(folder.path(), &["export", "run", "--onnx", "missing/a.onnx"], message);
}

#[test]
fn two_formats_cannot_share_a_file() {
    let folder = folder_with_run(TINY, TINY);
    let message = "\
error: both formats would go to the same file
help: give each a file of its own

";
    assert_fails(folder.path(), &["export", "run", "--onnx", "-", "--safetensors", "-"], message);
}
