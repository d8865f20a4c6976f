//! `netviz train` through the real program, on the real data.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use assert_cmd::Command;
use serde_json::Value;

fn engine() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command
}

/// Runs that share the processor take many times as long, because libtorch's threads spin while they wait.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn events(arguments: &[&str], out: &Path) -> Vec<Value> {
    let run = engine().args(["train", "--json", "--out"]).arg(out).args(arguments).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn number(event: &Value, key: &str) -> f64 {
    event[key].as_f64().unwrap_or_else(|| panic!("{key} in {event}"))
}

/// The losses that Keras printed in the article.
const ARTICLE: [f64; 5] = [0.2596, 0.1047, 0.0684, 0.0496, 0.0379];

#[test]
fn five_seeds_learn_as_the_article_did() {
    let _turn = turn();
    for seed in ["0", "1", "2", "3", "4"] {
        let out = folder();
        let events = events(&["--seed", seed], out.path());
        let (done, epochs) = events.split_last().expect("events");
        assert_eq!(epochs.len(), 5);
        for (event, expected) in epochs.iter().zip(ARTICLE) {
            let loss = number(event, "loss");
            assert!((loss / expected - 1.0).abs() < 0.08, "seed {seed}: {event}, the article had {expected}");
        }
        assert_eq!(done["event"], "done");
        assert!(number(done, "test_accuracy") >= 0.975, "seed {seed}: {done}");
    }
}

#[test]
fn lenet5_reaches_98_5_percent_in_three_epochs() {
    let _turn = turn();
    let out = folder();
    let events = events(&["models/lenet5.yaml"], out.path());
    assert_eq!(events.len(), 4);
    assert!(number(&events[3], "test_accuracy") >= 0.985, "{}", events[3]);
}

#[test]
fn a_residual_network_learns_with_samples_kept_apart() {
    let _turn = turn();
    let out = folder();
    let arguments = ["models/resnet_mini.yaml", "--epochs", "1", "--set", "train.validation_split=0.1"];
    let events = events(&arguments, out.path());
    assert!(number(&events[0], "val_accuracy") > 0.85, "{}", events[0]);
    assert!(number(&events[1], "test_accuracy") > 0.85, "{}", events[1]);
}

#[test]
fn every_optimizer_and_loss_learns() {
    let _turn = turn();
    for set in [
        "optimizer={sgd: {learning_rate: 0.1}}",
        "optimizer={sgd: {learning_rate: 0.05, momentum: 0.9}}",
        "optimizer={sgd: {learning_rate: 0.05, momentum: 0.9, nesterov: true}}",
        "optimizer=adam",
        "optimizer=adamw",
        "loss=mse",
    ] {
        let out = folder();
        let events = events(&["--epochs", "1", "--set", &format!("train.{set}")], out.path());
        assert!(number(&events[1], "test_accuracy") > 0.9, "{set}: {}", events[1]);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let _turn = turn();
    let weights = |seed: &str| {
        let out = folder();
        let model = "{name: small, input: [784], layers: [dense: {units: 16, activation: relu}, dropout: 0.3, \
                     dense: {units: 10, activation: softmax}], train: {data: mnist, loss: categorical_crossentropy}}";
        let path = out.path().join("model.yaml");
        std::fs::write(&path, model).expect("a file");
        let run = out.path().join("run");
        engine().args(["train", "--quiet", "--seed", seed, "--out"]).args([&run, &path]).assert().success();
        std::fs::read(run.join("weights.safetensors")).expect("weights")
    };
    let first = weights("7");
    assert_eq!(first, weights("7"));
    assert_ne!(first, weights("8"));
}

#[test]
fn a_run_leaves_its_spec_weights_metrics_and_report() {
    let _turn = turn();
    let out = folder();
    let run = engine().args(["train", "--epochs", "2", "--out"]).arg(out.path()).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("epoch 1/2  469 steps"), "{text}");
    assert!(lines[3].starts_with("test  loss 0."), "{text}");
    assert!(!text.contains(['\u{1b}', '\r']), "no control characters off a terminal");
    assert!(text.contains(&format!("netviz evaluate {}", out.path().display())), "{text}");

    assert!(text.contains(&format!("\nopen\n  {}/report.html\n", out.path().display())), "{text}");

    let mut names: Vec<String> = std::fs::read_dir(out.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    let expected = [
        "checkpoint.safetensors",
        "confusion.svg",
        "curves.svg",
        "history.jsonl",
        "metrics.csv",
        "metrics.jsonl",
        "mistakes.svg",
        "network.svg",
        "report.html",
        "report.json",
        "spec.yaml",
        "weights.safetensors",
    ];
    assert_eq!(names, expected);
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).expect("text");
    assert_eq!(read("metrics.jsonl").lines().count(), 2);
    let report: Value = serde_json::from_str(&read("report.json")).expect("JSON");
    assert_eq!((&report["status"], &report["parameters"]), (&Value::from("finished"), &Value::from(407_050)));
    let preprocessing = &report["preprocessing"];
    assert_eq!((&preprocessing["method"], &preprocessing["box"]), (&Value::from("ink"), &Value::from(20)));
    // The spec of a run includes the values from the command line.
    assert!(read("spec.yaml").contains("epochs: 2"), "{}", read("spec.yaml"));

    let bytes = std::fs::read(out.path().join("weights.safetensors")).expect("weights");
    let file = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut tensors: Vec<(String, Vec<usize>)> =
        file.iter().map(|(name, view)| (name.to_owned(), view.shape().to_vec())).collect();
    tensors.sort();
    let expected = [
        ("dense_1.bias", vec![512]),
        ("dense_1.weight", vec![512, 784]),
        ("dense_2.bias", vec![10]),
        ("dense_2.weight", vec![10, 512]),
    ];
    assert_eq!(tensors, expected.map(|(name, shape)| (name.to_owned(), shape)));
}

#[test]
fn the_table_has_the_figures_of_the_lines_of_json() {
    let _turn = turn();
    let out = folder();
    let validation = "train.validation_split=0.1";
    engine().args(["train", "-q", "--epochs", "2", "--set", validation, "--out"]).arg(out.path()).assert().success();
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).expect("text");
    let (table, lines) = (read("metrics.csv"), read("metrics.jsonl"));
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"]);
    assert_eq!(rows.len(), 3);
    for (row, line) in rows[1..].iter().zip(lines.lines()) {
        let object: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(row.len(), object.as_object().expect("an object").len());
        for (key, value) in rows[0].iter().zip(row) {
            assert_eq!(value.parse::<f64>().ok(), object[key].as_f64(), "{key} of {line}");
        }
    }
}

#[test]
fn an_interrupted_run_ends_after_the_step_with_its_folder_in_order() {
    let _turn = turn();
    let out = folder();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_netviz-torch"))
        .args(["train", "--epochs", "1000", "--out"])
        .arg(out.path())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the engine starts");
    // The line of the first epoch shows that training has started.
    let metrics = out.path().join("metrics.jsonl");
    let start = std::time::Instant::now();
    while !metrics.exists() {
        assert!(start.elapsed().as_secs() < 120, "no epoch within two minutes");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(130));
    let report = std::fs::read_to_string(out.path().join("report.json")).expect("a report");
    assert!(report.contains("\"interrupted\""), "{report}");
    assert!(out.path().join("metrics.csv").exists() && !out.path().join("report.html").exists());
    engine().arg("evaluate").arg(out.path()).assert().success();
}

#[test]
fn what_cannot_be_trained_is_said_before_any_work() {
    let _turn = turn();
    let out = folder();
    let fails = |arguments: &[&str], message: &str| {
        let run = engine().args(["train", "--out"]).arg(out.path().join("run")).args(arguments).assert().code(1);
        let text = String::from_utf8(run.get_output().stderr.clone()).expect("text");
        assert!(text.contains(message), "{text}");
    };
    fails(&["--epochs", "0"], "`epochs`: expected a whole number of at least 1, found 0");
    fails(&["--set", "train.optimizer=adm"], "did you mean `adam`?");
    fails(&["no/such.yaml"], "there is no model `no/such.yaml`");
    let model = out.path().join("model.yaml");
    std::fs::write(&model, "input: [4]\nlayers:\n  - dense: 2\n").expect("a file");
    fails(&[model.to_str().expect("text")], "the model has no `train` section");
    assert!(!out.path().join("run").exists(), "nothing was written");
    let run = engine().args(["train", "--out"]).arg(model.join("run")).assert().code(1);
    let text = String::from_utf8(run.get_output().stderr.clone()).expect("text");
    assert!(text.contains("cannot make the folder"), "{text}");
}

#[test]
fn without_data_and_network_the_way_to_get_the_data_is_named() {
    let _turn = turn();
    let empty = folder();
    let run = engine()
        .args(["train", "--offline", "--out"])
        .arg(empty.path().join("run"))
        .env("NETVIZ_DATA", empty.path())
        .assert()
        .code(1);
    let text = String::from_utf8(run.get_output().stderr.clone()).expect("text");
    assert!(text.contains("netviz fetch mnist"), "{text}");
}

#[test]
fn a_device_that_libtorch_does_not_have_is_refused_before_anything_is_written() {
    let _turn = turn();
    let out = folder();
    let run = out.path().join("run");
    let mut command = engine();
    command.args(["train", "--device", "cuda", "--limit", "1000", "--epochs", "1", "--out"]).arg(&run);
    if tch::Cuda::is_available() {
        let trained = command.assert().success();
        assert!(String::from_utf8_lossy(&trained.get_output().stdout).contains(", cuda\n"));
        return;
    }
    let refused = command.assert().code(1);
    let text = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(
        text.starts_with("error: ") && text.contains("CUDA") && text.contains("leave `--device cuda` out"),
        "{text}"
    );
    assert!(!run.exists());
}

/// The keys that the guide documents for an event, in order.
fn documented(event: &str) -> Vec<String> {
    let guide = include_str!("../../../docs/src/training.md");
    let row = guide.lines().find(|line| line.starts_with(&format!("| `{event}` |"))).expect("a row");
    let keys = row.rsplit('|').nth(1).expect("a column").split('`').skip(1).step_by(2);
    ["event"].into_iter().chain(keys).map(str::to_owned).collect()
}

#[test]
fn events_have_the_keys_that_the_guide_names() {
    let _turn = turn();
    let out = folder();
    let keys = |event: &Value| event.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let name = |event: &Value| event["event"].as_str().expect("a name").to_owned();
    let quick = ["--limit", "1000", "--set", "train.validation_split=0.5", "--set", "train.early_stopping=1"];
    // The second epoch is much worse than the first.
    let worse = ["--epochs", "9", "--set", "train.schedule={step: {every: 1, factor: 1000}}"];
    let events = events(&[&quick[..], &worse].concat(), out.path());
    assert_eq!(events.iter().map(name).collect::<Vec<_>>(), ["epoch", "epoch", "done"]);
    for event in &events {
        assert_eq!(keys(event), documented(&name(event)));
    }
    let resume = |arguments: &[&str]| {
        let run = engine().args(["train", "--json", "--resume"]).arg(out.path()).args(arguments).assert().success();
        let text = String::from_utf8(run.get_output().stdout.clone()).expect("text");
        serde_json::from_str::<Value>(text.lines().next().expect("a line")).expect("JSON")
    };
    let finished = resume(&[]);
    assert_eq!((name(&finished), keys(&finished)), ("finished".to_owned(), documented("finished")));
}

#[test]
fn what_is_no_terminal_gets_no_control_character() {
    let _turn = turn();
    let out = folder();
    for arguments in [&[][..], &["--json"], &["--seed", "x"]] {
        let arguments = [&["train", "--limit", "500", "--epochs", "1", "--out"], arguments];
        let output = engine()
            .args(arguments[0])
            .arg(out.path())
            .args(arguments[1])
            .env_remove("CLICOLOR_FORCE")
            .env("TERM", "xterm-256color")
            .output()
            .expect("the engine starts");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert!(!text.is_empty() && text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }
}
