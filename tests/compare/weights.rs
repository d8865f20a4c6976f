//! Weights that differ by a known factor.

use std::fs;
use std::path::Path;

use netviz::Model;
use netviz::exchange::safetensors::state_dict;
use netviz::ir::Role;
use netviz::weights::{TensorData, Weights};
use predicates::str::contains;

use crate::{compared, folder, netviz};

const TEXT: &str = "{input: [3], layers: [dense: {units: 4, name: first}, dense: {units: 2, name: last}]}";

/// A run whose weights are those of another one, of which some are multiplied.
fn run(folder: &Path, name: &str, factor: f32) {
    let model = Model::from_text(TEXT).expect("a model");
    let program = model.graph.program();
    let tensors = program.parameters().iter().map(|parameter| {
        let factor = if parameter.name == "first.weight" { factor } else { 1.0 };
        assert_eq!(parameter.role, Role::Trainable);
        TensorData::Float((0..parameter.elements()).map(|index| factor * (index as f32 + 1.0)).collect())
    });
    let weights = Weights::new(program, tensors.collect()).expect("one for each parameter");
    fs::create_dir(folder.join(name)).expect("a folder");
    fs::write(folder.join(name).join("spec.yaml"), TEXT).expect("a file");
    fs::write(folder.join(name).join("weights.safetensors"), state_dict(program, &weights)).expect("a file");
}

#[test]
fn a_factor_is_the_relative_change() {
    let folder = folder(&[]);
    run(folder.path(), "a", 1.0);
    run(folder.path(), "b", 1.25);
    let arguments = ["compare", "--model", "a", "b"];
    let expected = "\
tensor        shape  relative change
────────────────────────────────────
first.weight  4×3               25 %

3 layers equal
parameters 26; multiply-adds 20
weights differ in 1 of 4 tensors
";
    netviz(folder.path(), &arguments).code(1).stdout(format!("a → b\n\n{expected}"));
    netviz(folder.path(), &["compare", "--model", "a", "a"]).code(0).stdout(contains("weights equal in 4 tensors"));
}

#[test]
fn a_run_is_compared_with_a_file_of_its_weights() {
    let folder = folder(&[]);
    run(folder.path(), "a", 1.0);
    run(folder.path(), "b", 0.5);
    let [a, b] = ["a", "b"].map(|name| format!("{name}/weights.safetensors"));
    let object = compared(folder.path(), &a, &b);
    assert_eq!(object["summary"]["equal"].as_u64(), object["before"]["layers"].as_u64());
    assert_eq!(object["weights"]["tensors"][0]["after"], "first.weight");
    assert_eq!(object["weights"]["tensors"][0]["relative_change"], 0.5);
    // The layers of a model file are not those of a tree of tensors, but the tensors have the same names.
    let object = compared(folder.path(), "a", &b);
    assert_eq!((&object["weights"]["compared"], &object["weights"]["different"]), (&4.into(), &1.into()));
}

#[test]
fn a_changed_file_of_a_run_is_refused() {
    let folder = folder(&[]);
    run(folder.path(), "a", 1.0);
    run(folder.path(), "b", 1.0);
    fs::write(folder.path().join("b/weights.safetensors"), "no weights").expect("a file");
    netviz(folder.path(), &["compare", "--model", "a", "b"]).code(2).stdout("");
}
