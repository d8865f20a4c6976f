//! Runs of the engine, as `netviz runs` and `netviz compare` read them.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use netviz::cli::Cli;
use netviz::run::{Run, Status};
use serde_json::Value;

const MODEL: &str = "{name: small, input: [784], layers: [dense: {units: 8, activation: relu}, dense: {units: 10, \
                     activation: softmax}], train: {data: mnist, loss: categorical_crossentropy, metrics: [accuracy], \
                     validation_split: 0.1, batch_size: 256}}";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("model.yaml"), MODEL).expect("a file");
    folder
}

fn engine(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    command.args(["train", "--quiet", "--threads", "1"]).args(arguments).current_dir(folder);
    command
}

fn train(folder: &Path, arguments: &[&str]) {
    assert!(engine(folder, arguments).status().expect("the engine runs").success(), "{arguments:?}");
}

fn report(run: &Path) -> Value {
    let text = std::fs::read_to_string(run.join("report.json")).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn two_runs_are_read_as_they_were_and_drawn_together() {
    let folder = folder();
    let quick = ["model.yaml", "--limit", "2000", "--epochs"];
    train(folder.path(), &[&quick[..], &["3", "--out", "a"]].concat());
    train(folder.path(), &[&quick[..], &["1", "--out", "b", "--set", "train.optimizer=adam"]].concat());
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    for (path, epochs) in [(&a, 3), (&b, 1)] {
        let run = Run::read(path, true).expect("a run");
        assert_eq!((run.status, run.epochs.len(), &run.problems), (Status::Finished, epochs, &Vec::new()));
        let (report, test) = (report(path), run.outcome.expect("an outcome").test);
        assert_eq!(
            (test.get("accuracy"), test.get("loss")),
            (report["test_accuracy"].as_f64(), report["test_loss"].as_f64())
        );
        assert!(
            run.epochs
                .iter()
                .all(|epoch| epoch.validation.as_ref().is_some_and(|metrics| metrics.get("accuracy").is_some()))
        );
    }
    let svg = folder.path().join("both.svg");
    let arguments: [PathBuf; 6] = ["netviz".into(), "compare".into(), a, b, "--svg".into(), svg.clone()];
    let code = netviz::cli::run(&Cli::parse_from(arguments));
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
    assert!(std::fs::read_to_string(svg).expect("a picture").contains("curves-accuracy"));
}

#[test]
fn a_run_is_running_until_it_ends_and_what_is_damaged_is_written_anew() {
    let folder = folder();
    let run = folder.path().join("run");
    let mut child = engine(folder.path(), &["model.yaml", "--epochs", "1000", "--out", "run"])
        .stdout(Stdio::null())
        .spawn()
        .expect("the engine runs");
    let start = Instant::now();
    let running = loop {
        if let Some(running) = Run::read(&run, true).filter(|run| !run.epochs.is_empty()) {
            break running;
        }
        assert!(start.elapsed() < Duration::from_mins(2), "no epoch is over");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!((running.status, running.outcome), (Status::Running, None));
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    let killed = Run::read(&run, true).expect("a run");
    assert_eq!(killed.status, Status::Unfinished);

    let epochs = (killed.epochs.len() + 2).to_string();
    train(folder.path(), &["--resume", "run", "--epochs", &epochs]);
    let finished = Run::read(&run, true).expect("a run");
    assert_eq!(finished.status, Status::Finished);
    for name in ["report.json", "metrics.jsonl"] {
        std::fs::write(run.join(name), "{").expect("a file");
        assert_eq!(Run::read(&run, true).expect("a run").status, Status::Damaged, "{name}");
        // The list of runs suggests this.
        if name != "report.json" {
            std::fs::remove_file(run.join("report.json")).expect("it is there");
        }
        train(folder.path(), &["--resume", "run"]);
        let mended = Run::read(&run, true).expect("a run");
        assert_eq!((mended.status, mended.epochs == finished.epochs), (Status::Finished, true), "{name}");
    }
}
