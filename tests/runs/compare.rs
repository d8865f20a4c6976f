//! `netviz compare`: the table, and the errors.

use std::fs;

use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::folder::{finished, folder, netviz, output};

/// Three runs, `a`, `b` and `c`.
pub(crate) fn three() -> TempDir {
    let folder = folder();
    let validated = [(0.5, Some(0.45)), (0.8, Some(0.75)), (0.9, Some(0.7))];
    finished("optimizer: {sgd: {learning_rate: 0.1}}", &validated).write(&folder, "a");
    finished("optimizer: {sgd: {learning_rate: 0.2}}", &[(0.6, Some(0.65)), (0.7, Some(0.72))]).write(&folder, "b");
    finished("optimizer: adam, batch_size: 64", &[(0.9, None)]).killed(4).write(&folder, "c");
    folder
}

#[test]
fn figures_and_what_differs_stand_side_by_side() {
    let folder = three();
    let expected = "                                    a                    b
─────────────────────────────────────────────────────────────────────────
test accuracy                       0.7000               0.7200 *
test loss                           0.3000               0.2800 *
best validation accuracy            0.7500 (epoch 2) *   0.7200 (epoch 2)
best validation loss                0.2500 (epoch 2) *   0.2800 (epoch 2)
last training accuracy              0.9000               0.7000
last training loss                  0.1000               0.3000
epochs                              3/3                  2/2
time per epoch                      0.50 s               0.50 s
parameters                          3,985                3,985
─────────────────────────────────────────────────────────────────────────
train.optimizer.sgd.learning_rate   0.1                  0.2
train.epochs                        3                    2

* best value in the row

next
  netviz compare a b --svg compare.svg
";
    netviz(folder.path(), &["compare", "a", "b"]).success().stdout(expected).stderr(is_empty());
}

#[test]
fn runs_of_other_kinds_can_be_compared() {
    let folder = three();
    let text = output(&folder, &["compare", "a", "c", "b"]);
    let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
    let words = |name: &str| row(name)[name.len()..].split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words("status"), ["finished", "unfinished", "finished"]);
    assert_eq!(words("test accuracy"), ["0.7000", "–", "0.7200", "*"]);
    assert_eq!(words("epochs"), ["3/3", "1/4", "2/2"]);
    assert_eq!(words("train.batch_size"), ["32", "64", "32"]);
    // Two optimizers have few arguments in common.
    assert!(row("train.optimizer ").contains("adam: {learning_rate: 0.001,"), "{text}");
}

#[test]
fn nothing_is_the_best_where_other_things_are_measured() {
    let folder = folder();
    finished("seed: 1", &[(0.5, None)]).write(&folder, "a");
    let mut other = finished("seed: 1", &[(0.75, None)]);
    other.spec = other.spec.replace("loss: categorical_crossentropy", "loss: mse");
    other.write(&folder, "b");
    let text = output(&folder, &["compare", "a", "b"]);
    let row = |name: &str| text.lines().find(|line| line.starts_with(name)).expect("a row");
    assert!(row("test accuracy").contains('*') && !row("test loss").contains('*'), "{text}");
}

#[test]
fn programs_get_one_object() {
    let folder = three();
    let text = output(&folder, &["compare", "a", "c", "--json"]);
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&object["runs"][0]["run"], &object["runs"][1]["status"]), (&json!("a"), &json!("unfinished")));
    assert_eq!(object["runs"][0]["best_val_accuracy"], json!(0.75));
    let differences = object["differences"].as_array().expect("a list");
    let found = differences.iter().find(|row| row["path"] == "train.batch_size").expect("a difference");
    assert_eq!(found["values"], json!([32, 64]));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = three();
    finished("seed: 1", &[]).killed(3).write(&folder, "fresh");
    finished("seed: 1", &[(0.5, None)]).write(&folder, "damaged");
    fs::write(folder.path().join("damaged/report.json"), "{").expect("a file");
    fs::write(folder.path().join("file"), "").expect("a file");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    for (runs, message, hint) in [
        (&["a"][..], "there is nothing to compare `a` with", "name another run"),
        (&["a", "a/"], "`a/` is named twice", "name each run once"),
        (&["a", "b/../a"], "`a` and `b/../a` are the same run", "name each run once"),
        (&["a", "nowhere"], "there is no run `nowhere`", "`netviz runs` lists"),
        (&["a", "empty"], "`empty` is not the folder of a run", "`netviz runs empty` lists"),
        (&["a", "b", "file"], "`file` is a file, not the folder of a run", "that `netviz train` wrote"),
        (&["a", "b", "--view", "blocks"], "`--view` is for two models, but these are runs", "`--model` compares"),
        (&["a", "fresh"], "the run `fresh` has no metrics yet", "resume it: `netviz train --resume fresh`"),
        (&["a", "damaged"], "the run `damaged` is damaged: report.json is not valid JSON", "--resume damaged"),
    ] {
        let arguments = [&["compare", "--svg", "out.svg"], runs].concat();
        let assert = netviz(folder.path(), &arguments).failure().stdout("");
        assert.stderr(contains(message).and(contains(hint)));
    }
    // All errors are reported at once.
    let assert = netviz(folder.path(), &["compare", "nowhere", "fresh"]).code(1);
    assert.stderr(contains("there is no run `nowhere`").and(contains("`fresh` has no metrics yet")));
    assert!(!folder.path().join("out.svg").exists());
}

/// Two runs of the same settings, with the lines of their metrics changed by a function.
fn same_settings(change: fn(&str) -> String) -> TempDir {
    let folder = folder();
    for name in ["a", "b"] {
        finished("seed: 1", &[(0.5, None), (0.75, None)]).write(&folder, name);
    }
    let path = folder.path().join("b/metrics.jsonl");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(path, text.lines().map(change).collect::<String>()).expect("a file");
    folder
}

#[test]
fn runs_that_learned_alike_are_the_same() {
    let text = output(&same_settings(|line| format!("{line}\n")), &["compare", "a", "b"]);
    assert!(text.contains("\nthe models and all training results are the same\n"), "{text}");
}

/// A run that was resumed for more epochs has followed the schedule for fewer epochs until then.
#[test]
fn other_learning_rates_under_the_same_settings_are_a_difference() {
    let folder = same_settings(|line| format!("{line}\n"));
    for (name, rates) in [("a", ["0.001", "0.0005"]), ("b", ["0.001", "0.00025"])] {
        let path = folder.path().join(name).join("metrics.jsonl");
        let text = fs::read_to_string(&path).expect("a file");
        let line = |(line, rate): (&str, &str)| line.replace('}', &format!(",\"learning_rate\":{rate}}}\n"));
        fs::write(path, text.lines().zip(rates).map(line).collect::<String>()).expect("a file");
    }
    let text = output(&folder, &["compare", "a", "b"]);
    let row = text.lines().find(|line| line.starts_with("learning rate in epoch 2")).expect("a row");
    assert!(row.contains("5.000e-4") && row.contains("2.500e-4"), "{row}");
    assert!(!text.contains("are the same"), "{text}");
}

#[test]
fn other_results_under_the_same_settings_are_no_equality() {
    let folder = same_settings(|line| line.replace("0.75", "0.8125") + "\n");
    let text = output(&folder, &["compare", "a", "b"]);
    assert!(text.contains("the models and settings are the same, but the results differ"), "{text}");
}
