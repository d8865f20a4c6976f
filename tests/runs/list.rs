//! `netviz runs`.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::{Value, json};

use crate::common::locked;
use crate::folder::{finished, folder, line, netviz, output};

const EPOCHS: &[(f64, Option<f64>)] = &[(0.5, Some(0.5)), (0.75, Some(0.7))];

#[test]
fn runs_are_listed_with_their_figures() {
    let folder = folder();
    finished("optimizer: {sgd: {learning_rate: 0.1}}, schedule: cosine", EPOCHS).write(&folder, "runs/lr-0.1");
    finished("optimizer: {adam: {learning_rate: 0.01}}", &[(0.9, None)]).write(&folder, "runs/lr-0.02");
    fs::create_dir(folder.path().join("runs/other")).expect("a folder");
    let expected = "                                               test     test   validation   validation
run            model   status     epochs   accuracy     loss     accuracy         loss   parameters   optimizer          time
─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
runs/lr-0.02   small   finished      1/1     0.9000   0.1000                                  3,985   adam 0.01         1.5 s
runs/lr-0.1    small   finished      2/2     0.7000   0.3000       0.7000       0.3000        3,985   sgd 0.1, cosine   3.0 s

next
  netviz compare runs/lr-0.02 runs/lr-0.1 --svg compare.svg
";
    netviz(folder.path(), &["runs"]).success().stdout(expected).stderr(is_empty());
    // The same folder by other paths.
    netviz(folder.path(), &["runs", "runs/"]).success().stdout(expected);
    netviz(folder.path(), &["runs", "runs/lr-0.02", "runs", "runs/lr-0.1/"]).success().stdout(expected);
}

#[test]
fn every_run_has_the_status_that_it_is_in() {
    let folder = folder();
    let made = finished("seed: 1", EPOCHS);
    made.write(&folder, "finished");
    made.clone().killed(9).write(&folder, "killed");
    let mut stopped = made.clone();
    stopped.report = Some(json!({"epochs": 2, "status": "interrupted"}));
    stopped.write(&folder, "stopped");
    // Resumed for more epochs and killed: the report is that of the shorter run.
    let mut further = made.clone().killed(9);
    further.report.clone_from(&made.report);
    further.write(&folder, "further");
    let mut early = made.clone().killed(30);
    early.report = Some(json!({"epochs": 30, "status": "finished", "best_epoch": 1, "stopped_after": 2}));
    early.write(&folder, "early");
    made.write(&folder, "running");
    let lock = locked(&folder.path().join("running"));

    let text = output(&folder, &["runs", "."]);
    let status = |name: &str| line(&text, name)[2..].join(" ");
    assert!(status("finished").starts_with("finished 2/2 0.7000"), "{text}");
    assert!(status("killed").starts_with("unfinished 2/9 0.7000 0.3000 3,985"), "only validation figures: {text}");
    assert!(status("stopped").starts_with("interrupted 2/2"), "{text}");
    assert!(status("further").starts_with("unfinished 2/9 0.7000 0.3000 3,985"), "{text}");
    assert!(status("early").starts_with("stopped early 2/30"), "{text}");
    assert!(status("running").starts_with("running 2/2 0.7000 0.3000 3,985"), "{text}");
    assert!(text.contains("  netviz train --resume further\n"), "{text}");

    drop(lock);
    assert!(line(&output(&folder, &["runs", "running"]), "running").contains(&"finished"));
}

#[test]
fn a_damaged_run_is_listed_with_what_is_wrong() {
    for (file, text, problem, hint) in [
        ("report.json", "{\"status\": ", "report.json is not valid JSON", "--resume"),
        ("report.json", "[1]", "report.json holds no object", "--resume"),
        ("report.json", "{\"status\": \"done\"}", "report.json has no known `status`", "--resume"),
        ("report.json", "{\"status\": \"finished\", \"epochs\": -1}", "`epochs` that is not an integer", "--resume"),
        (
            "report.json",
            "{\"status\": \"finished\", \"epochs\": 2, \"test_loss\": \"low\"}",
            "`test_loss` that is not a number",
            "--resume",
        ),
        (
            "metrics.jsonl",
            "{\"epoch\": 1}\n{\"epoch\": 1}\n",
            "line 2 of metrics.jsonl is not epoch 2",
            "remove `runs/bad/report.json`",
        ),
        (
            "metrics.jsonl",
            "{\"epoch\": 1, \"loss\": 1}\n",
            "metrics.jsonl holds 1 of 2 epochs",
            "remove `runs/bad/report.json`",
        ),
        ("metrics.jsonl", "\u{0}", "line 1 of metrics.jsonl is not valid JSON", "remove `runs/bad/report.json`"),
        ("spec.yaml", "layers: [", "spec.yaml is not a valid model", "another folder"),
        ("spec.yaml", "input: 3\nlayers: [dense: 2]", "spec.yaml has no `train` section", "another folder"),
    ] {
        let folder = folder();
        finished("seed: 1", EPOCHS).write(&folder, "runs/good");
        finished("seed: 1", EPOCHS).write(&folder, "runs/bad");
        fs::write(folder.path().join("runs/bad").join(file), text).expect("a file");
        let assert = netviz(folder.path(), &["runs"]).success();
        let assert = assert.stderr(contains("`runs/bad`: ").and(contains(problem)).and(contains(hint)));
        let listed = String::from_utf8(assert.get_output().stdout.clone()).expect("UTF-8");
        assert!(line(&listed, "runs/bad").contains(&"damaged"), "{file}: {listed}");
        assert!(line(&listed, "runs/good").contains(&"finished"), "{file}: {listed}");
        let json = output(&folder, &["runs", "runs/bad", "--json"]);
        let object: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((&object["status"], &object["test_loss"]), (&json!("damaged"), &Value::Null));
        assert!(object["problems"][0].as_str().is_some_and(|told| told.contains(problem)), "{json}");
    }
}

#[test]
fn every_run_is_one_object_with_the_same_keys() {
    let folder = folder();
    finished("optimizer: {adam: {learning_rate: 0.01}}", EPOCHS).write(&folder, "runs/a");
    finished("seed: 1", &[]).killed(3).write(&folder, "runs/b");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for name in ["report.json", "metrics.jsonl", "checkpoint.safetensors"] {
        let file = File::options().append(true).open(folder.path().join("runs/a").join(name)).expect("a file");
        file.set_modified(time).expect("a time");
    }
    let text = output(&folder, &["runs", "--json"]);
    let objects: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let expected = json!({
        "run": "runs/a", "model": "small", "status": "finished", "epochs": 2, "planned_epochs": 2, "stopped_after": null,
        "best_epoch": null, "test_accuracy": 0.7, "test_loss": 1.0 - 0.7, "val_accuracy": 0.7, "val_loss": 1.0 - 0.7,
        "best_val_accuracy": 0.7, "best_val_loss": 1.0 - 0.7, "parameters": 3985, "optimizer": "adam",
        "learning_rate": 0.01, "seconds": 3.0, "seconds_per_epoch": 0.5, "written": 1_700_000_000, "problems": [],
    });
    assert_eq!(objects[0], expected);
    let keys = |object: &Value| object.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(objects.len(), 2);
    assert_eq!(keys(&objects[0]), keys(&objects[1]));
    assert_eq!((&objects[1]["status"], &objects[1]["epochs"]), (&json!("unfinished"), &json!(0)));
}

#[test]
fn runs_can_be_sorted_by_what_counts() {
    let folder = folder();
    for (name, accuracy, epochs) in [("c", 0.8, 1), ("a", 0.7, 2), ("b", 0.9, 3)] {
        finished("seed: 1", &vec![(accuracy, None); epochs]).write(&folder, &format!("runs/{name}"));
    }
    finished("seed: 1", EPOCHS).killed(9).write(&folder, "runs/0");
    let order = |sort: &str| -> String {
        let text = output(&folder, &["runs", "--sort", sort]);
        text.lines().filter_map(|line| line.strip_prefix("runs/")?.chars().next()).collect()
    };
    assert_eq!([order("name"), order("accuracy"), order("loss")], ["0abc", "bca0", "bca0"]);
    // The time of an unfinished run is that of its two epochs.
    assert_eq!(order("time"), "0cab");
}

#[test]
fn where_there_are_no_runs_the_next_command_is_told() {
    let folder = folder();
    let expected = "there are no runs in runs\n\nnext\n  netviz train\n";
    netviz(folder.path(), &["runs"]).success().stdout(expected).stderr(is_empty());
    fs::create_dir(folder.path().join("my runs")).expect("a folder");
    let expected = "there are no runs in my runs\n\nnext\n  netviz train --out 'my runs/mnist'\n";
    netviz(folder.path(), &["runs", "my runs"]).success().stdout(expected);
    netviz(folder.path(), &["runs", "my runs", "--json"]).success().stdout("");
    fs::write(folder.path().join("file"), "").expect("a file");
    for (name, message) in [("nowhere", "there is no folder `nowhere`"), ("file", "`file` is a file, not a folder")] {
        netviz(folder.path(), &["runs", name]).code(1).stdout("").stderr(contains(message).and(contains("help: ")));
    }
}

#[test]
fn a_locale_without_unicode_gets_tables_in_ascii_and_json_as_it_is() {
    let folder = folder();
    finished("seed: 1", EPOCHS).write(&folder, "runs/a");
    finished("seed: 2", &[(0.9, None)]).write(&folder, "runs/b");
    let said = |locale: &str, arguments: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_netviz"));
        let output =
            command.current_dir(folder.path()).env("LC_ALL", locale).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for arguments in [&["runs"][..], &["compare", "runs/a", "runs/b"]] {
        let (unicode, ascii) = (said("C.UTF-8", arguments), said("C", arguments));
        assert!(!unicode.is_ascii(), "{unicode}");
        assert_eq!(ascii, unicode.replace(['─', '–'], "-"));
    }
    finished("seed: 3", EPOCHS).write(&folder, "runs/3×3…");
    assert_eq!(said("C", &["runs", "--json"]), said("C.UTF-8", &["runs", "--json"]));
}

/// Control characters in the names of runs and models are escaped.
#[test]
fn nothing_in_a_run_controls_the_terminal() {
    let folder = folder();
    let mut made = finished("seed: 1", EPOCHS);
    made.spec = made.spec.replace("name: small", "name: \"\\e[31mred\\u0007\\u009b\"");
    let odd = "runs/\u{1b}[2J\u{9b}x\n";
    for name in [odd, "runs/x", "runs/y"] {
        made.write(&folder, name);
    }
    fs::write(folder.path().join("runs/y/report.json"), "\u{1b}[2J").expect("a file");
    for arguments in [&["runs"][..], &["compare", odd, "runs/x"], &["compare", odd, "runs/y"]] {
        let assert = netviz(folder.path(), arguments);
        let output = assert.get_output();
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8(text.clone()).expect("UTF-8");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}
