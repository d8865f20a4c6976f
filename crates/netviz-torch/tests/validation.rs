//! Which samples an epoch is validated on, through the real program on the real data.

use assert_cmd::Command;
use serde_json::Value;

/// The events of a short run of a small model.
fn events(settings: &[&str]) -> Vec<Value> {
    let out = tempfile::tempdir().expect("a folder");
    let model = out.path().join("model.yaml");
    let text = "{name: small, input: [784], layers: [dense: {units: 10, activation: softmax}], train: {data: mnist, \
                loss: categorical_crossentropy, metrics: [accuracy], limit: 3000, epochs: 2}}";
    std::fs::write(&model, text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    command.args(["train", "--json", "--threads", "1", "--out"]).arg(out.path().join("run")).arg(&model);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let run = command.assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn the_test_samples_judge_every_epoch_where_they_are_asked_for() {
    let events = events(&["train.validation_data=test"]);
    assert_eq!(events.len(), 3);
    assert_ne!(events[0]["val_loss"], events[1]["val_loss"]);
    assert_eq!(events[1]["val_loss"], events[2]["test_loss"]);
    assert_eq!(events[1]["val_accuracy"], events[2]["test_accuracy"]);
}

#[test]
fn mixed_samples_are_others_than_the_last_and_the_seed_draws_them() {
    // With a learning rate this low, the model stays the same, so the metrics identify the samples.
    let still = "train.optimizer.rmsprop.learning_rate=1e-12";
    let metrics = |settings: &[&str]| {
        let mut settings = settings.to_vec();
        settings.push(still);
        let event = events(&settings).swap_remove(0);
        [event["val_loss"].as_f64().expect("a number"), event["loss"].as_f64().expect("a number")]
    };
    let last = metrics(&["train.validation_split=0.25"]);
    let mixed = metrics(&["train.validation_split={share: 0.25, mixed: true}"]);
    assert_ne!(last.map(f64::to_bits), mixed.map(f64::to_bits));
    let again = metrics(&["train.validation_split={share: 0.25, mixed: true}"]);
    assert_eq!(mixed.map(f64::to_bits), again.map(f64::to_bits));
    // Together, they are the same samples: 750 for validation and 2,250 others.
    let whole = |[kept, rest]: [f64; 2]| (kept + 3.0 * rest) / 4.0;
    assert!((whole(last) - whole(mixed)).abs() < 1e-5, "{last:?} and {mixed:?}");
}
