//! What steers training decides alike in a run that was stopped and in one that was not.

use std::time::Duration;

use serde_json::Value;

use super::{Place, start, succeed, turn, wait_for};

/// Trains twice with these keys of `train`, once killed after the first epoch and resumed; the figures of each
/// epoch, which are the same.
fn trained_twice(place: &Place, keys: &[&str]) -> Vec<Value> {
    let set: Vec<String> = keys.iter().map(|key| format!("train.{key}")).collect();
    let mut arguments = vec!["--checkpoint-every", "4"];
    arguments.extend(set.iter().flat_map(|set| ["--set", set]));
    succeed(place.train("whole", &arguments));
    let mut child = start(place.train("killed", &arguments));
    wait_for(&place.path("killed/metrics.jsonl"));
    std::thread::sleep(Duration::from_millis(60));
    child.kill().expect("killed");
    child.wait().expect("it ends");
    succeed(place.resume("killed", &[]));
    let learned = place.learned("whole");
    assert_eq!(place.learned("killed"), learned, "{keys:?}");
    for run in ["whole", "killed"] {
        std::fs::remove_dir_all(place.path(run)).expect("removed");
    }
    learned.1
}

fn numbers(epochs: &[Value], key: &str) -> Vec<f64> {
    epochs.iter().map(|epoch| epoch[key].as_f64().expect("a number")).collect()
}

#[test]
fn a_schedule_goes_on_where_it_was() {
    let _turn = turn();
    let place = Place::new();
    let rates = |keys: &[&str]| {
        let keys = [&["epochs=6", "optimizer={sgd: {learning_rate: 0.5}}"], keys].concat();
        numbers(&trained_twice(&place, &keys), "learning_rate")
    };
    assert_eq!(rates(&["schedule={step: {every: 2, factor: 0.5}}"]), [0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
    // 27 steps an epoch.
    assert_eq!(rates(&["warm_up=108"]), [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]);
    let cosine = rates(&["schedule=cosine"]);
    assert!(cosine.is_sorted_by(|a, b| a > b) && cosine[5] > 0.0 && cosine[5] < 0.001, "{cosine:?}");
    // No loss is ever a tenth of the lowest: one change after every second epoch.
    let plateau = "schedule={reduce_on_plateau: {patience: 1, factor: 0.5, threshold: 0.9}}";
    assert_eq!(rates(&[plateau]), [0.5, 0.5, 0.5, 0.25, 0.25, 0.125]);
}

#[test]
fn the_learning_rate_is_shown_where_it_changes() {
    let _turn = turn();
    let place = Place::new();
    let text = succeed(place.train("run", &["--epochs", "2", "--set", "train.schedule={step: {every: 1}}"]));
    let ends: Vec<&str> =
        text.lines().filter(|line| line.starts_with("epoch")).map(|line| &line[line.len() - 13..]).collect();
    assert!(ends[0].ends_with("  rate 0.001") && ends[1].ends_with("  rate 0.0001"), "{text}");
    let text = succeed(place.train("run", &["--epochs", "1"]));
    assert!(!text.contains("rate"), "{text}");
}
