//! `netviz train --resume` through the real program, on the real data.

#![expect(clippy::print_stderr, reason = "what was skipped, and how often runs were killed")]

mod failures;
mod folders;
mod kills;
mod refusals;
mod steering;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// A network with everything that a step changes: parameters, running statistics and dropout.
const MODEL: &str = "
name: small
input: [784]
layers:
  - dense: {units: 48}
  - batch_norm
  - activation: relu
  - dropout: 0.3
  - dense: {units: 10, activation: softmax}
train:
  data: mnist
  loss: categorical_crossentropy
  metrics: [accuracy]
  batch_size: 2000
  epochs: 3
  validation_split: {share: 0.1, mixed: true}
";

/// One thread, because several would spin while they wait for each other, and tests share the machine.
const ONE_THREAD: &[&str] = &["--threads", "1"];

/// Runs that share the processor take many times as long.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary folder with a model in it, and room for runs.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self::with(MODEL)
    }

    fn with(model: &str) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        std::fs::write(place.path("model.yaml"), model).expect("written");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The engine in this folder.
    fn engine(&self, arguments: &[&str]) -> Command {
        // Tests started by `command &` in a script inherit that SIGINT is ignored.
        let mut command = Command::new("env");
        command.args(["--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_netviz-torch")]);
        command.args(arguments).current_dir(self.0.path());
        command
    }

    /// `train model.yaml --out NAME` with more arguments.
    fn train(&self, name: &str, arguments: &[&str]) -> Command {
        self.engine(&[&["train", "model.yaml", "--out", name], ONE_THREAD, arguments].concat())
    }

    /// `train --resume NAME` with more arguments.
    fn resume(&self, name: &str, arguments: &[&str]) -> Command {
        self.engine(&[&["train", "--resume", name], ONE_THREAD, arguments].concat())
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("text")
    }

    /// The results that must not depend on interruptions: the weights, and the metrics without times.
    fn learned(&self, name: &str) -> (Vec<u8>, Vec<Value>, Value) {
        let untimed = |text: &str| {
            let mut value: Value = serde_json::from_str(text).expect("JSON");
            let object = value.as_object_mut().expect("an object");
            object.remove("seconds").expect("a time");
            // The digests of files that contain times differ.
            object.remove(netviz::run::DIGESTS);
            value
        };
        let metrics = self.text(&format!("{name}/metrics.jsonl"));
        let report = untimed(&self.text(&format!("{name}/report.json")));
        (self.read(&format!("{name}/weights.safetensors")), metrics.lines().map(untimed).collect(), report)
    }
}

fn succeed(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the engine starts");
    assert!(status.success(), "{status}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

/// Runs a command that must fail with this exit code, and returns its standard error.
fn fail(mut command: Command, code: i32) -> String {
    let output = command.output().expect("the engine starts");
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

/// Starts a run and discards its output.
fn start(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the engine starts")
}

/// Kills a run some milliseconds after `file` appears. If the run ends first, it is started again.
fn kill_under_way(command: impl Fn() -> Command, file: &Path, milliseconds: u64) {
    loop {
        let mut child = start(command());
        wait_for(file);
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().expect("killed");
        if !child.wait().expect("it ends").success() {
            return;
        }
        std::fs::remove_dir_all(file.parent().expect("a folder")).expect("removed");
    }
}

/// Waits until `path` exists.
fn wait_for(path: &Path) {
    let start = std::time::Instant::now();
    while !path.exists() {
        assert!(start.elapsed().as_secs() < 120, "no {} within two minutes", path.display());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
