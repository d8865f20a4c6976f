//! The folder that a run is written to.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use netviz::cli::{Failure, print_diagnostics};
use netviz::diagnostics::Diagnostic;
use netviz::files::plain;
use netviz::program::Program;
use netviz::run;
use netviz::spec::Train;
use netviz::text::shell;
use netviz::weights::Weights;
use serde_json::{Map, Value, json};

use crate::checkpoint::Checkpoint;
use crate::network::Network;
use crate::observe::json::{epoch_object, insert, insert_verdict, rounded};
use crate::observe::{Epoch, Outcome, Plan};

/// How often a folder in use is tried again, and after what time: `netviz runs` holds it for an instant.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// A run's folder, which no other run can use as long as this value lives.
pub(super) struct RunFolder {
    path: PathBuf,
    /// The kernel gives the lock back when the process ends, however it does.
    _lock: Option<File>,
}

impl RunFolder {
    /// Makes the folder, which is `runs/NAME` where no other is given.
    pub(super) fn create(path: Option<&Path>, name: &str) -> Result<Self, Failure> {
        let path = path.map_or_else(|| Path::new("runs").join(name), Path::to_owned);
        std::fs::create_dir_all(&path).map_err(|error| {
            Failure::new(format!("cannot make the folder `{}`: {}", path.display(), plain(&error)))
                .hint("choose another with `--out DIR`")
        })?;
        Self::claim(path, "wait until it has ended, or choose another folder with `--out DIR`")
    }

    /// Opens the folder of an earlier run.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let problem = if !path.is_dir() {
            format!("there is no run `{name}`")
        } else if !path.join(run::SPEC).is_file() {
            format!("`{name}` is not the folder of a run: it holds no {}", run::SPEC)
        } else {
            return Self::claim(path.to_owned(), "wait until it has ended, or stop it");
        };
        Err(Failure::new(problem).hint("name the folder that `netviz train` wrote, such as runs/mnist"))
    }

    /// Locks the folder, and removes what a killed program was writing there.
    fn claim(path: PathBuf, hint: &str) -> Result<Self, Failure> {
        // Where folders cannot be locked, runs are kept apart by their users.
        let lock = File::open(&path).ok();
        if lock.as_ref().is_some_and(is_in_use) {
            return Err(Failure::new(format!("`{}` is in use by another run", path.display())).hint(hint));
        }
        // Nothing depends on it.
        let _ = run::remove_temporaries(&path);
        Ok(Self { path, _lock: lock })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its path, for messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The command that goes on with the run.
    pub(super) fn resume_command(&self) -> String {
        format!("netviz train --resume {}", shell(&self.name()))
    }

    /// Says that a run which could be gone on with is about to be removed.
    pub(super) fn warn_of_discarding(&self) {
        let message = format!("`{}` held a run that was not finished, which is discarded", self.name());
        let hint = format!("next time, `{}` goes on with it, or `--out DIR` keeps both", self.resume_command());
        print_diagnostics(&[Diagnostic::warning(message).hint(hint)], None);
    }

    /// Removes what an earlier run left, so that nothing of it stands beside the new model, and writes that.
    pub(super) fn begin(&self, yaml: &str) -> Result<(), Failure> {
        self.remove(&[run::CHECKPOINT, run::REPORT, run::METRICS, run::TABLE, run::WEIGHTS, run::BEST])?;
        self.remove(run::PICTURES)?;
        self.write(run::SPEC, yaml.as_bytes())
    }

    /// Makes the files fit the checkpoint that is gone on from; weights and a report stay until there are new
    /// ones, but pictures would show another number of epochs than the figures.
    pub(super) fn go_on(&self, yaml: &str, history: &[Epoch], accuracy: bool) -> Result<(), Failure> {
        self.write(run::SPEC, yaml.as_bytes())?;
        self.remove(run::PICTURES)?;
        if history.is_empty() {
            self.remove(&[run::METRICS, run::TABLE])
        } else {
            self.write_metrics(history, accuracy)
        }
    }

    fn remove(&self, names: &[&str]) -> Result<(), Failure> {
        for name in names {
            let path = self.path.join(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(self.failure("remove", &path, &error));
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Writes the figures of the epochs that are done.
    pub(super) fn write_metrics(&self, history: &[Epoch], accuracy: bool) -> Result<(), Failure> {
        let epochs: Vec<_> = history.iter().map(|epoch| epoch_object(epoch, accuracy)).collect();
        self.write(run::TABLE, table(&epochs).as_bytes())?;
        let lines = epochs.into_iter().map(|epoch| format!("{}\n", Value::Object(epoch)));
        self.write(run::METRICS, lines.collect::<String>().as_bytes())
    }

    pub(super) fn write_checkpoint(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(run::CHECKPOINT, bytes)
    }

    /// Reads the checkpoint.
    pub(super) fn read_checkpoint(&self) -> Result<Checkpoint, Failure> {
        let path = self.path.join(run::CHECKPOINT);
        let anew = format!("start the run anew: `netviz train {0} --out {0}`", shell(&self.name()));
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Failure::new(format!("`{}` holds no {} to go on from", self.name(), run::CHECKPOINT)).hint(&anew)
            }
            _ => Failure::new(format!("cannot read `{}`: {}", path.display(), plain(&error)))
                .hint("check its permissions"),
        })?;
        Checkpoint::from_bytes(bytes)
            .map_err(|problem| Failure::new(format!("`{}` {problem}", path.display())).hint(anew))
    }

    pub(super) fn write_weights(&self, network: &Network) -> Result<(), Failure> {
        self.write(run::WEIGHTS, &network.weights()?.to_bytes(network.program()))
    }

    /// Writes the parameters after the best epoch.
    pub(super) fn write_best(&self, weights: &Weights, program: &Program) -> Result<(), Failure> {
        self.write(run::BEST, &weights.to_bytes(program))
    }

    /// Writes the figures of the run, which was interrupted where there is no outcome.
    pub(super) fn write_report(&self, plan: &Plan, spec: &Train, outcome: Option<&Outcome>) -> Result<(), Failure> {
        let mut report = report(plan, spec);
        report.insert("status".into(), json!(if outcome.is_some() { FINISHED } else { "interrupted" }));
        if let Some(outcome) = outcome {
            insert(&mut report, "test_", &outcome.test, true);
            insert_verdict(&mut report, outcome);
            report.insert("seconds".into(), rounded(outcome.elapsed.as_secs_f64()));
        }
        let text = format!("{:#}\n", Value::Object(report));
        self.write(run::REPORT, text.as_bytes())
    }

    /// Whether an earlier run could be gone on with.
    pub(super) fn is_unfinished(&self) -> bool {
        self.path.join(run::CHECKPOINT).is_file() && self.read_report()["status"] != FINISHED
    }

    /// Whether the run came to its end after this number of epochs.
    pub(super) fn is_finished(&self, epochs: usize) -> bool {
        let report = self.read_report();
        report["status"] == FINISHED && report["epochs"] == epochs && self.path.join(run::WEIGHTS).is_file()
    }

    /// The figures of the run; `null` where there are none.
    fn read_report(&self) -> Value {
        let text = std::fs::read_to_string(self.path.join(run::REPORT)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Writes a file; what was there stays where that fails.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.path.join(name);
        run::write_atomically(&path, bytes).map_err(|error| self.failure("write", &path, &error))
    }

    /// What to do about a file that cannot be changed.
    pub(super) fn failure(&self, action: &str, path: &Path, error: &std::io::Error) -> Failure {
        let remedy = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space",
            ErrorKind::FileTooLarge => "allow larger files (`ulimit -f`)",
            _ => "make the folder one that can be written to",
        };
        let then = if self.path.join(run::CHECKPOINT).is_file() {
            format!(", then go on with `{}`", self.resume_command())
        } else {
            ", or choose another with `--out DIR`".to_owned()
        };
        Failure::new(format!("cannot {action} `{}`: {}", path.display(), plain(error))).hint(remedy.to_owned() + &then)
    }

    /// Where to look, for TensorBoard too where there are event files, and what to do next.
    pub(super) fn farewell(&self, name: &str, events: bool) -> String {
        let page = self.path.join(run::PAGE);
        let [page, run, onnx, svg] =
            [page.display().to_string(), self.name(), format!("{name}.onnx"), format!("{name}.svg")]
                .map(|text| shell(&text));
        let board = if events { format!("  tensorboard --logdir {run}\n") } else { String::new() };
        format!(
            "\n{} holds weights, figures and pictures\n\nopen\n  {page}\n{board}\nnext\n  netviz evaluate {run}\n  netviz \
             predict {run} digit.png\n  netviz export {run} --onnx {onnx}\n  netviz render {run} --svg {svg}\n",
            self.path.display()
        )
    }
}

/// Objects with the same keys as comma-separated values. Keys and numbers need no quotes.
fn table(objects: &[Map<String, Value>]) -> String {
    let header = objects.first().map(|first| first.keys().cloned().collect());
    let value = |value: &Value| if value.is_null() { String::new() } else { value.to_string() };
    let rows = objects.iter().map(|object| object.values().map(value).collect());
    header.into_iter().chain(rows).map(|row: Vec<String>| row.join(",") + "\n").collect()
}

/// The status of a run that came to its end.
const FINISHED: &str = "finished";

fn report(plan: &Plan, spec: &Train) -> Map<String, Value> {
    let entries = [
        ("name", json!(plan.name)),
        ("parameters", json!(plan.parameters)),
        ("data", json!(plan.data)),
        ("samples", json!(plan.samples)),
        ("epochs", json!(plan.epochs)),
        ("batch_size", json!(plan.batch_size)),
        ("optimizer", json!(plan.optimizer)),
        ("seed", json!(spec.seed.0)),
        ("threads", json!(plan.threads)),
        ("device", json!(plan.device)),
        ("netviz", json!(env!("CARGO_PKG_VERSION"))),
        ("libtorch", json!(crate::commands::version())),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Locks a folder, or finds that another program does not let go of it.
fn is_in_use(folder: &File) -> bool {
    (0..TRIES).all(|_| {
        let is_locked = matches!(folder.try_lock(), Err(TryLockError::WouldBlock));
        if is_locked {
            thread::sleep(PAUSE);
        }
        is_locked
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_looks_keeps_nobody_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let reader = File::open(folder.path()).expect("open");
        reader.lock_shared().expect("locked");
        let open = || RunFolder::create(Some(folder.path()), "x").map(|_| ());
        assert!(open().is_err(), "as long as it is held");
        let looking = thread::spawn(move || {
            thread::sleep(PAUSE * 3);
            drop(reader);
        });
        open().expect("held for an instant");
        looking.join().expect("no panic");
    }
}
