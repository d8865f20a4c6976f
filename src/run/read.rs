//! Reads a run from its folder, in any state.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::{self, End, Report};
use super::integrity::Digests;
use super::record::{Epoch, MetricValues, Outcome};
use super::{CHECKPOINT, METRICS, REPORT, SPEC, is_run};
use crate::graph::Graph;
use crate::limits;
use crate::metric::{self, Measure, Metrics};
use crate::spec::Train;
use crate::text::plural;

/// A run.
#[derive(Debug)]
pub struct Run {
    /// Its folder.
    pub path: PathBuf,
    /// Its status.
    pub status: Status,
    /// The model; `None` if it cannot be read.
    pub graph: Option<Graph>,
    /// The finished epochs.
    pub epochs: Vec<Epoch>,
    /// The result, if the run is finished.
    pub outcome: Option<Outcome>,
    /// When its metrics were written.
    pub modified: Option<SystemTime>,
    /// Problems of its files.
    pub problems: Vec<Problem>,
}

/// Why a file of a run cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub file: &'static str,
    /// What is wrong, in one sentence that names the file.
    pub message: String,
}

/// Status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All epochs are done, or training stopped early.
    Finished,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Failed or killed.
    Unfinished,
    /// Training at the moment.
    Running,
    /// Its files cannot be read.
    Damaged,
}

impl Status {
    /// The status in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Unfinished => "unfinished",
            Self::Running => "running",
            Self::Damaged => "damaged",
        }
    }
}

impl Run {
    /// Reads the run in a folder; `None` if there is none. With `verify`, a file that differs from what the run wrote
    /// is a problem.
    pub fn read(path: &Path, verify: bool) -> Option<Self> {
        if !is_run(path) {
            return None;
        }
        // Checked before the files are read: if training ended in between, their contents would not match the status.
        let running = is_in_use(path);
        let mut run = Self {
            path: path.to_owned(),
            status: Status::Running,
            graph: None,
            epochs: Vec::new(),
            outcome: None,
            modified: modified(path),
            problems: Vec::new(),
        };
        // While a run is training, the digests in its report are outdated. A damaged report is reported below.
        let digests = Digests::read(path).ok().filter(|_| verify && !running).unwrap_or_default();
        run.graph = files::graph(path, &digests).map_err(|message| run.note(SPEC, message)).ok();
        run.epochs = files::epochs(path, &digests).map_err(|message| run.note(METRICS, message)).unwrap_or_default();
        if !running {
            run.judge();
        }
        Some(run)
    }

    /// Sets the status of a run that no program trains, and its result. A report that plans another number of epochs
    /// than the model is outdated.
    fn judge(&mut self) {
        let report = files::report(&self.path).map_err(|message| self.note(REPORT, message)).ok().flatten();
        let planned = self.train().map(|train| train.epochs.get());
        if let Some(Report { end: End::Finished, planned, outcome }) = &report {
            let expected = outcome.stopped.unwrap_or(*planned);
            if self.epochs.len() < expected {
                self.note(METRICS, format!("{METRICS} holds {} of {}", self.epochs.len(), plural(expected, "epoch")));
            }
        }
        self.status = match report {
            _ if !self.problems.is_empty() => Status::Damaged,
            Some(report) if report.end == End::Finished && planned.is_none_or(|planned| planned == report.planned) => {
                self.outcome = Some(report.outcome);
                Status::Finished
            }
            Some(report) if report.end == End::Interrupted => Status::Interrupted,
            _ => Status::Unfinished,
        };
    }

    fn note(&mut self, file: &'static str, message: String) {
        self.problems.push(Problem { file, message });
    }

    /// The training settings.
    pub fn train(&self) -> Option<&Train> {
        self.graph.as_ref().and_then(Graph::train)
    }

    /// The test metrics of a finished run.
    pub fn test(&self) -> Option<&MetricValues> {
        self.outcome.as_ref().map(|outcome| &outcome.test)
    }

    /// The metrics, without the loss, that it has values of, at most [`limits::METRICS`].
    pub fn measures(&self) -> Vec<Measure> {
        let none = Metrics::default();
        let listed = self.train().map_or(&none, |train| &train.metrics);
        let epochs = self.epochs.iter().flat_map(|epoch| [Some(&epoch.training), epoch.validation.as_ref()]);
        let mut names: Vec<&str> = Vec::new();
        for name in epochs.chain([self.test()]).flatten().flat_map(MetricValues::names) {
            if name != metric::LOSS && names.len() < limits::METRICS && !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter().map(|name| Measure::named(name, listed)).collect()
    }

    /// The epoch, from 1, whose parameters a finished run kept: the best one if there is validation or early stopping.
    pub fn kept(&self) -> Option<usize> {
        let best = self.outcome.as_ref().and_then(|outcome| outcome.best);
        let sought = self.train().is_some_and(|train| train.early_stopping.is_some());
        best.filter(|_| sought).or(Some(self.epochs.len())).filter(|epoch| (1..=self.epochs.len()).contains(epoch))
    }

    /// Duration of the run, or of its epochs.
    pub fn seconds(&self) -> Option<f64> {
        self.outcome.as_ref().and_then(|outcome| outcome.seconds).or_else(|| {
            let seconds: Option<f64> = self.epochs.iter().map(|epoch| epoch.seconds).sum();
            seconds.filter(|_| !self.epochs.is_empty())
        })
    }
}

/// Whether a program trains in a folder and has locked it. A shared lock does not block other readers.
fn is_in_use(path: &Path) -> bool {
    let lock = File::open(path).map(|folder| folder.try_lock_shared());
    matches!(lock, Ok(Err(TryLockError::WouldBlock)))
}

fn modified(path: &Path) -> Option<SystemTime> {
    let times = [REPORT, METRICS, CHECKPOINT].into_iter();
    times.filter_map(|name| path.join(name).metadata().ok()?.modified().ok()).max()
}
