//! The folder that a run is written to.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use netviz::cli::Failure;
use netviz::dataset::Preprocessing;
use netviz::exchange::safetensors::state_dict;
use netviz::files::{Folder, ReadError, Shown};
use netviz::ir::Program;
use netviz::spec::Train;
use netviz::text::shell;
use netviz::text::system_error;
use netviz::weights::Weights;
use netviz::{limits, run};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::checkpoint::Checkpoint;
use crate::network::Network;
use crate::observe::json::{insert, insert_verdict, rounded};
use crate::training::{Epoch, Outcome, Plan};

/// How often to try to lock a folder, and the pause between two tries: `netviz runs` locks folders for an instant.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(10);

/// The open and locked folder of a run. No other run can use it as long as this value lives.
pub(super) struct RunFolder(Folder);

impl RunFolder {
    /// Wraps a folder that is already locked.
    pub(super) fn new(folder: Folder) -> Self {
        Self(folder)
    }

    pub(super) fn into_inner(self) -> Folder {
        self.0
    }

    /// Opens the folder of an earlier run, locks it, and removes incomplete files of a killed process.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.shown();
        let problem = if !path.is_dir() {
            format!("there is no run `{name}`")
        } else if !path.join(run::SPEC).is_file() {
            format!("`{name}` is not the folder of a run: it holds no {}", run::SPEC)
        } else {
            let folder = Folder::open(path);
            let mut folder = folder.map_err(|error| unreadable(path, &error))?;
            lock(&mut folder, "wait until it has ended, or stop it")?;
            for file in run::FILES {
                folder.check(file).map_err(|error| unreadable(&path.join(file), &error))?;
            }
            folder.sweep();
            return Ok(Self(folder));
        };
        Err(Failure::new(problem).hint("name the folder that `netviz train` wrote, such as runs/mnist"))
    }

    /// The folder.
    pub(super) fn inner(&self) -> &Folder {
        &self.0
    }

    /// Its current path, even if it was moved.
    pub(super) fn path(&self) -> PathBuf {
        self.0.path()
    }

    /// Whether the folder has this name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.path().file_name().is_some_and(|own| own == name)
    }

    /// Its path, for messages.
    pub(super) fn name(&self) -> String {
        self.path().shown()
    }

    /// The command that resumes the run.
    pub(super) fn resume_command(&self) -> String {
        format!("netviz train --resume {}", shell(self.path()))
    }

    /// Prepares the files for resuming from the checkpoint. Weights and report stay until they are overwritten.
    /// Pictures are removed: they would show a different number of epochs than the metrics.
    pub(super) fn go_on(&self, yaml: &str) -> Result<(), Failure> {
        self.write(run::SPEC, yaml.as_bytes())?;
        self.remove(run::PICTURES)?;
        self.reopen_report()
    }

    /// Removes files.
    pub(super) fn remove(&self, names: &[&str]) -> Result<(), Failure> {
        names.iter().try_for_each(|name| self.0.remove(name).map_err(|error| self.failure("remove", name, &error)))
    }

    /// Truncates a file to `length` and appends to it. With length 0, a missing file is created. Returns false if the
    /// file is shorter.
    pub(super) fn append(&self, name: &str, length: u64, bytes: &[u8]) -> Result<bool, Failure> {
        match self.0.append(name, length, bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            result => result.map(|()| true).map_err(|error| self.failure("write", name, &error)),
        }
    }

    pub(super) fn write_checkpoint(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.write(run::CHECKPOINT, bytes)
    }

    /// Reads the checkpoint.
    pub(super) fn read_checkpoint(&self) -> Result<Checkpoint, Failure> {
        let path = self.path().join(run::CHECKPOINT);
        let anew = self.anew();
        let bytes = self.0.read(run::CHECKPOINT, limits::CHECKPOINT_FILE).map_err(|error| match &error {
            ReadError::Io(cause) if cause.kind() == ErrorKind::NotFound => {
                Failure::new(format!("`{}` holds no {} to go on from", self.name(), run::CHECKPOINT)).hint(&anew)
            }
            _ => error.diagnostic("", &path).into(),
        })?;
        Checkpoint::from_bytes(bytes)
            .map_err(|problem| Failure::new(format!("`{}` {problem}", path.shown())).hint(anew))
    }

    /// Reads the epochs completed before a checkpoint.
    pub(super) fn read_history(&self, checkpoint: &Checkpoint) -> Result<Vec<Epoch>, Failure> {
        let path = self.path().join(run::HISTORY);
        let bytes = match self.0.read(run::HISTORY, limits::METRICS_FILE) {
            Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => Vec::new(),
            bytes => bytes.map_err(|error| error.diagnostic("", &path))?,
        };
        checkpoint.epochs(&bytes).ok_or_else(|| {
            Failure::new(format!("`{}` does not hold the epochs of {}", path.shown(), run::CHECKPOINT))
                .hint(self.anew())
        })
    }

    /// A hint for a run that cannot be resumed.
    fn anew(&self) -> String {
        format!("start the run again: `netviz train {0} --out {0} --overwrite`", shell(self.path()))
    }

    pub(super) fn write_weights(&self, network: &Network) -> Result<(), Failure> {
        self.write(run::WEIGHTS, &state_dict(network.program(), &network.weights()?))
    }

    /// Writes the parameters after the best epoch.
    pub(super) fn write_best(&self, weights: &Weights, program: &Program) -> Result<(), Failure> {
        self.write(run::BEST, &state_dict(program, weights))
    }

    /// Writes the report of the run, with the digests of its files and of its event files. Without an outcome, the run
    /// was interrupted.
    pub(super) fn write_report(
        &self,
        plan: &Plan,
        spec: &Train,
        preprocessing: Option<&Preprocessing>,
        outcome: Option<&Outcome>,
        events: Vec<(String, String)>,
    ) -> Result<(), Failure> {
        let mut report = report(plan, spec);
        report.extend(preprocessing.map(|preprocessing| ("preprocessing".to_owned(), preprocessing.to_json())));
        report.insert(STATUS.into(), json!(if outcome.is_some() { FINISHED } else { "interrupted" }));
        if let Some(outcome) = outcome {
            insert(&mut report, "test_", &outcome.test, &spec.measured().with_loss());
            insert_verdict(&mut report, outcome);
            report.insert("seconds".into(), rounded(outcome.elapsed.as_secs_f64()));
        }
        let own = run::FILES.iter().filter(|name| **name != run::REPORT && self.0.has(name));
        let mut digests = self.digests(own.copied())?;
        digests.extend(events.into_iter().map(|(path, digest)| (path, json!(digest))));
        report.insert(run::DIGESTS.into(), Value::Object(digests));
        self.put_report(report)
    }

    /// Marks the run as unfinished in the report of a resumed run. Leaves out the digests of files that will change.
    fn reopen_report(&self) -> Result<(), Failure> {
        let Value::Object(mut report) = self.read_report() else { return Ok(()) };
        report.insert(STATUS.into(), json!("unfinished"));
        let lasting = [run::SPEC, run::WEIGHTS].into_iter().filter(|name| self.0.has(name));
        report.insert(run::DIGESTS.into(), Value::Object(self.digests(lasting)?));
        self.put_report(report)
    }

    fn put_report(&self, report: Map<String, Value>) -> Result<(), Failure> {
        self.write(run::REPORT, format!("{:#}\n", Value::Object(report)).as_bytes())
    }

    /// SHA-256 digests of files, by name.
    fn digests<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Map<String, Value>, Failure> {
        let one = |name: &str| {
            let digest = self.0.open_file(name).and_then(digest).map_err(|error| self.failure("read", name, &error))?;
            Ok((name.to_owned(), json!(digest)))
        };
        names.map(one).collect()
    }

    /// Whether the run finished with this number of epochs.
    pub(super) fn is_finished(&self, epochs: usize) -> bool {
        let report = self.read_report();
        report[STATUS] == FINISHED && report["epochs"] == epochs && self.0.has(run::WEIGHTS)
    }

    /// The report of the run; `null` if there is none.
    fn read_report(&self) -> Value {
        let text = self.0.read(run::REPORT, limits::METRICS_FILE).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Writes a file. If that fails, the old file stays.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.0.write(name, bytes).map_err(|error| self.failure("write", name, &error))
    }

    /// The error for a file that cannot be changed, with a hint.
    pub(super) fn failure(&self, action: &str, name: &str, error: &std::io::Error) -> Failure {
        let path = self.path().join(name);
        let remedy = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space",
            ErrorKind::FileTooLarge => "allow larger files (`ulimit -f`)",
            _ => "make the folder one that can be written to",
        };
        let then = if self.0.has(run::CHECKPOINT) {
            format!(", then resume with `{}`", self.resume_command())
        } else {
            ", or choose another with `--out DIR`".to_owned()
        };
        Failure::new(format!("cannot {action} `{}`: {}", path.shown(), system_error(error)))
            .hint(remedy.to_owned() + &then)
    }

    /// The message at the end: what to open, with TensorBoard if there are event files, and what to do next.
    pub(super) fn farewell(&self, name: &str, events: bool) -> String {
        let page = self.path().join(run::PAGE);
        let [page, run] = [page, self.path()].map(shell);
        let [onnx, svg] = ["onnx", "svg"].map(|ending| shell(format!("{name}.{ending}")));
        let board = if events { format!("  tensorboard --logdir {run}\n") } else { String::new() };
        format!(
            "\n{} contains weights, metrics and pictures\n\nopen\n  {page}\n{board}\nnext\n  netviz evaluate {run}\n  netviz \
             predict {run} digit.png\n  netviz export {run} {onnx}\n  netviz render {run} {svg}\n",
            self.name()
        )
    }
}

/// The status of a finished run.
const FINISHED: &str = "finished";
/// The key of the status in a report.
const STATUS: &str = "status";

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

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn digest(mut file: File) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    std::io::copy(&mut file, &mut digest)?;
    Ok(format!("{:x}", digest.finalize()))
}

/// Locks a folder, or fails if another run keeps it locked. On file systems without locks, users must keep runs apart
/// themselves.
pub(super) fn lock(folder: &mut Folder, hint: &str) -> Result<(), Failure> {
    if is_in_use(folder, || thread::sleep(PAUSE)) {
        return Err(Failure::new(format!("`{}` is in use by another run", folder.path().shown())).hint(hint));
    }
    Ok(())
}

/// Tries to lock a folder, and calls `wait` after each failed try. Returns whether another program still has it locked.
fn is_in_use(folder: &mut Folder, mut wait: impl FnMut()) -> bool {
    (0..TRIES).all(|_| {
        let is_locked = !folder.try_lock().unwrap_or(true);
        if is_locked {
            wait();
        }
        is_locked
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot use `{}`: {}", path.shown(), system_error(error))).hint("check it and its permissions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_looks_keeps_nobody_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut reader = Some(File::open(folder.path()).expect("open"));
        reader.as_ref().expect("open").lock_shared().expect("locked");
        let open = || Folder::open(folder.path()).expect("open");
        assert!(is_in_use(&mut open(), || ()), "as long as it is held");
        let mut times = 0;
        let wait = || {
            times += 1;
            if times == 3 {
                reader = None;
            }
            thread::sleep(PAUSE);
        };
        assert!(!is_in_use(&mut open(), wait), "held for an instant");
        assert!(times >= 3);
    }
}
