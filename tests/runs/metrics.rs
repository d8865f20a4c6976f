//! Runs with several metrics, among them one that this version of netviz does not know.

use std::fs;

use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::folder::{finished, folder, line, netviz, output};

/// Adds values of `top_5` to a run.
fn with_top_5(folder: &TempDir, run: &str, values: &[f64]) {
    let path = |name: &str| folder.path().join(run).join(name);
    let object = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    let text = fs::read_to_string(path("metrics.jsonl")).expect("metrics");
    let epochs = text.lines().zip(values).map(|(line, value)| {
        let mut epoch = object(line);
        epoch["top_5"] = json!(value);
        epoch["val_top_5"] = json!(value / 2.0);
        epoch["note"] = json!("not a number");
        format!("{epoch}\n")
    });
    let text: String = epochs.collect();
    fs::write(path("metrics.jsonl"), text).expect("written");
    let mut report = object(&fs::read_to_string(path("report.json")).expect("a report"));
    report["test_top_5"] = json!(values.last());
    fs::write(path("report.json"), report.to_string()).expect("written");
}

/// Runs `a` and `b` with `top_5`, and `c` without.
fn three() -> TempDir {
    let folder = folder();
    for (name, accuracy) in [("a", 0.7), ("b", 0.8), ("c", 0.9)] {
        finished("seed: 1", &[(0.5, Some(0.5)), (0.75, Some(accuracy))]).write(&folder, &format!("runs/{name}"));
    }
    with_top_5(&folder, "runs/a", &[0.95, 0.96]);
    with_top_5(&folder, "runs/b", &[0.91, 0.92]);
    folder
}

#[test]
fn every_metric_has_its_columns_and_rows() {
    let folder = three();
    let text = output(&folder, &["runs"]);
    assert_eq!(line(&text, "run")[2..9], ["status", "epochs", "accuracy", "top", "5", "loss", "accuracy"]);
    assert_eq!(line(&text, "runs/a")[4..10], ["0.7000", "0.9600", "0.3000", "0.7000", "0.4800", "0.3000"]);
    assert_eq!(line(&text, "runs/c")[4..8], ["0.9000", "0.1000", "0.9000", "0.1000"]);

    let text = output(&folder, &["compare", "runs/a", "runs/b"]);
    let rows: Vec<&str> = text.lines().skip(2).take(9).map(|line| line.split("  ").next().unwrap_or("")).collect();
    let expected = [
        "test accuracy",
        "test top 5",
        "test loss",
        "best validation accuracy",
        "best validation loss",
        "last training accuracy",
        "last training top 5",
        "last training loss",
        "epochs",
    ];
    assert_eq!(rows, expected);
    // It is unknown whether more is better.
    assert!(text.lines().any(|line| line.starts_with("test top 5") && !line.contains('*')), "{text}");
}

#[test]
fn every_metric_has_its_keys_in_all_objects() {
    let folder = three();
    let text = output(&folder, &["runs", "--json"]);
    let objects: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let values = |key: &str| objects.iter().map(|object| object[key].clone()).collect::<Vec<_>>();
    assert_eq!(values("test_top_5"), [json!(0.96), json!(0.92), Value::Null]);
    assert_eq!(values("val_top_5"), [json!(0.48), json!(0.46), Value::Null]);
    assert!(objects.iter().all(|object| object.get("best_val_top_5") == Some(&Value::Null)), "{text}");
    assert!(objects.iter().all(|object| object.get("test_note").is_none()), "{text}");
}

#[test]
fn every_metric_has_its_curves() {
    let folder = three();
    let svg = output(&folder, &["compare", "runs/a", "runs/b", "--svg", "-"]);
    for id in ["curves-loss", "curves-accuracy", "curves-top_5"] {
        assert!(svg.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(svg.contains("small: loss, accuracy and top 5 of 2 runs by epoch"));
}

#[test]
fn runs_are_sorted_by_every_metric_that_they_have() {
    let folder = three();
    let order = |sort: &str| -> String {
        let text = output(&folder, &["runs", "--sort", sort]);
        text.lines().filter_map(|line| line.strip_prefix("runs/")?.chars().next()).collect()
    };
    assert_eq!([order("top_5"), order("accuracy"), order("loss")], ["abc", "cba", "cba"]);
    let known = "sort them by name, accuracy, top_5, loss, time or newest";
    let message = contains("runs cannot be sorted by `acuracy`").and(contains(known));
    netviz(folder.path(), &["runs", "--sort", "acuracy"]).code(2).stdout(is_empty()).stderr(message);
    netviz(folder.path(), &["runs", "runs/c", "--sort", "top_3"]).code(2).stdout(is_empty());
}

#[test]
fn help_names_the_metrics_that_sort_runs() {
    let text = output(&folder(), &["runs", "--help"]);
    assert!(text.contains("accuracy") && text.contains("Test accuracy, highest first"), "{text}");
    assert!(text.contains("Test loss, lowest first"), "{text}");
}
