//! `netviz train --tui` in a real terminal, on the real data.
#![cfg(unix)]

mod emulator;
mod endings;
mod picture;

use std::sync::{Mutex, MutexGuard, PoisonError};

use emulator::Emulator;
use pty_process::blocking::Command;

/// A network with validation samples, and epochs of many short steps.
const MODEL: &str = "
name: small
input: [784]
layers:
  - dense: {units: 16, activation: relu}
  - dense: {units: 10, activation: softmax}
train:
  data: mnist
  loss: categorical_crossentropy
  optimizer: adam
  metrics: [accuracy]
  batch_size: 50
  validation_split: 0.1
  limit: 4000
";

/// More epochs than any test waits for.
const LONG: [&str; 2] = ["--epochs", "100000"];

/// Runs that share the processor take many times as long, because libtorch's threads spin while they wait.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary folder with a model in it, and room for a run.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("model.yaml"), MODEL).expect("written");
        Self(folder)
    }

    /// The engine in this folder, with the variables of a capable terminal.
    fn engine(&self, arguments: &[&str]) -> Command {
        // Tests started by `command &` in a script inherit that SIGINT is ignored.
        let program = ["--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_netviz-torch")];
        let command = Command::new("env").args(program).args(arguments).current_dir(self.0.path());
        let command = ["LC_ALL", "LC_CTYPE", "NO_COLOR", "CLICOLOR"].into_iter().fold(command, Command::env_remove);
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8")
    }

    /// `train model.yaml --tui` with more arguments.
    fn train(&self, arguments: &[&str]) -> Command {
        let usual = ["train", "model.yaml", "--out", "run", "--tui", "--threads", "1"];
        self.engine(&[&usual, arguments].concat())
    }
}

/// Trains in a terminal until the table shows an epoch.
fn under_way(command: Command, size: [u16; 2]) -> Emulator {
    let mut terminal = Emulator::start(command, size);
    let is_epoch =
        |row: String| row.trim_start().split_once("/100000  ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    terminal.wait("epoch in the table", |screen| screen.rows(0, size[0]).any(is_epoch).then_some(()));
    assert!(terminal.is_taken());
    terminal
}
