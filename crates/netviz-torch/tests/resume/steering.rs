//! Schedules, early stopping and other settings decide the same in a resumed run as in an uninterrupted one.

use serde_json::Value;

use super::{Place, fail, kill_under_way, succeed, turn};

/// Trains twice with these keys of `train`, once without interruption and once killed after the first epoch and
/// resumed. Returns the metrics of each epoch, which must be the same.
fn trained_twice(place: &Place, keys: &[&str]) -> Vec<Value> {
    let set: Vec<String> = keys.iter().map(|key| format!("train.{key}")).collect();
    let mut arguments = vec!["--checkpoint-every", "4"];
    arguments.extend(set.iter().flat_map(|set| ["--set", set]));
    succeed(place.train("whole", &arguments));
    kill_under_way(|| place.train("killed", &arguments), &place.path("killed/metrics.jsonl"), 60);
    succeed(place.resume("killed", &[]));
    let learned = place.learned("whole");
    assert_eq!(place.learned("killed"), learned, "{keys:?}");
    // With validation samples, there is a best epoch.
    assert_eq!(place.read("killed/best.safetensors"), place.read("whole/best.safetensors"), "{keys:?}");
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
    // 27 steps per epoch.
    assert_eq!(rates(&["warm_up=108"]), [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]);
    let cosine = rates(&["schedule=cosine"]);
    assert!(cosine.is_sorted_by(|a, b| a > b) && cosine[5] > 0.0 && cosine[5] < 0.001, "{cosine:?}");
    // No loss is a tenth of the lowest one, so the rate drops after every second epoch.
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
    let text = succeed(place.train("run", &["--epochs", "1", "--overwrite"]));
    assert!(!text.contains("rate"), "{text}");
}

/// Two epochs that learn, then a learning rate that is far too high.
const DERAILED: &[&str] =
    &["epochs=9", "optimizer={rmsprop: {learning_rate: 0.01}}", "schedule={step: {every: 2, factor: 30}}"];

#[test]
fn training_stops_early_with_the_weights_of_the_best_epoch() {
    let _turn = turn();
    let place = Place::new();
    for rule in ["early_stopping=2", "early_stopping={patience: 2, monitor: accuracy}"] {
        let epochs = trained_twice(&place, &[DERAILED, &[rule]].concat());
        assert_eq!(epochs.len(), 4, "{rule}: {epochs:?}");
    }
    let set = [DERAILED, &["early_stopping=2"]].concat().iter().map(|key| format!("train.{key}")).collect::<Vec<_>>();
    let arguments: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
    let text = succeed(place.train("run", &arguments));
    assert!(text.contains("\nstopped early after epoch 4; the best was epoch 2\ntest "), "{text}");
    let report: Value = serde_json::from_str(&place.text("run/report.json")).expect("JSON");
    assert_eq!(report["status"], "finished");
    assert_eq!((&report["best_epoch"], &report["stopped_after"]), (&2.into(), &4.into()));
    succeed(place.train("two", &[&arguments[2..], &["--epochs", "2"]].concat()));
    assert_eq!(place.read("run/weights.safetensors"), place.read("two/weights.safetensors"));
    assert_eq!(place.read("run/best.safetensors"), place.read("two/weights.safetensors"));
    let text = succeed(place.resume("run", &[]));
    assert_eq!(text, "run is finished, stopped early after epoch 4; the best was epoch 2: nothing to do\n");
    let text = succeed(place.resume("run", &["--epochs", "12"]));
    assert!(text.contains("\nstopped early after epoch 4; the best was epoch 2\n"), "{text}");
}

#[test]
fn a_run_with_samples_kept_apart_leaves_the_best_and_the_last_weights() {
    let _turn = turn();
    let place = Place::new();
    let set: Vec<String> = DERAILED[1..].iter().map(|key| format!("train.{key}")).collect();
    let arguments: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
    let text = succeed(place.train("run", &[&arguments[..], &["--epochs", "3"]].concat()));
    assert!(text.contains("\nthe best was epoch 2\ntest "), "{text}");
    succeed(place.train("two", &[&arguments[..], &["--epochs", "2"]].concat()));
    assert_eq!(place.read("run/best.safetensors"), place.read("two/weights.safetensors"));
    assert_ne!(place.read("run/weights.safetensors"), place.read("two/weights.safetensors"));
    let metrics = |run: &str| succeed(place.engine(&["evaluate", "--json", run]));
    assert_eq!(metrics("run/best.safetensors"), metrics("two"));
    assert_ne!(metrics("run/best.safetensors"), metrics("run"));
    assert_eq!(
        fail(place.engine(&["evaluate", "run/metrics.csv"]), 1),
        "error: `run/metrics.csv` is a file, not the folder of a run\nhelp: name the folder itself, `run`, or a file of \
         weights in it\n\n"
    );
    // Without validation samples there is no best epoch, and no file of the earlier run is left.
    let text = succeed(place.train("run", &["--epochs", "1", "--set", "train.validation_split=0", "--overwrite"]));
    assert!(!text.contains("best") && !place.path("run/best.safetensors").exists(), "{text}");
}

#[test]
fn clipping_decay_class_weights_and_a_limit_go_on_too() {
    let _turn = turn();
    let place = Place::new();
    let metrics = |keys: &[&str]| numbers(&trained_twice(&place, &[&["limit=30000"], keys].concat()), "loss");
    let plain = metrics(&["optimizer=adam"]);
    let decayed = metrics(&["optimizer={adam: {weight_decay: 0.01}}"]);
    let clipped = metrics(&["optimizer={sgd: {learning_rate: 0.1}}", "clip_norm=1e-6"]);
    let weighted = metrics(&["optimizer=adam", "class_weights=[1, 9, 1, 1, 1, 1, 1, 1, 1, 1]"]);
    assert!(plain != decayed && plain != weighted);
    assert!(plain[2] < 0.7 * plain[0], "{plain:?}");
    assert!(clipped[2] > 0.97 * clipped[0], "nothing is learned from gradients of next to nothing: {clipped:?}");
}

#[test]
fn a_class_that_weighs_most_is_guessed_most() {
    let _turn = turn();
    let place = Place::new();
    let report = |keys: &str| -> Value {
        succeed(place.train("run", &["--set", keys, "--overwrite"]));
        serde_json::from_str(&place.text("run/report.json")).expect("JSON")
    };
    let fair = report("train.seed=0")["test_accuracy"].as_f64().expect("a number");
    let zeros = "train.class_weights=[1000, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3]";
    let only_zeros = report(zeros)["test_accuracy"].as_f64().expect("a number");
    // 980 of the 10,000 test images are zeros.
    assert!(fair > 0.85 && (0.09..0.3).contains(&only_zeros), "{fair}, {only_zeros}");
}

#[test]
fn a_limit_takes_the_first_samples_and_belongs_to_the_run() {
    let _turn = turn();
    let place = Place::new();
    let text = succeed(place.train("run", &["--limit", "3000", "--epochs", "1"]));
    // A tenth of them is used for validation.
    assert!(text.contains(" 2,700 samples of mnist"), "{text}");
    assert!(text.contains("(10,000 samples;"), "the test samples stay all: {text}");
    assert!(place.text("run/spec.yaml").contains("limit: 3000"));
    let text = fail(place.resume("run", &["--limit", "4000", "--epochs", "2"]), 1);
    assert!(text.contains("started with `train.limit: 3000`, which is `4000` now"), "{text}");
    let text = succeed(place.train("all", &["--limit", "70000", "--epochs", "1"]));
    assert!(text.contains(" 54,000 samples of mnist"), "{text}");
}
