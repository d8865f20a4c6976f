//! A run as its folder tells it, whatever state that is in.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::{self, End, Report};
use super::integrity::Digests;
use super::{CHECKPOINT, METRICS, REPORT, SPEC, is_run};
use crate::graph::Graph;
use crate::spec::Train;
use crate::text::plural;

/// A run.
#[derive(Debug)]
pub struct Run {
    /// Its folder.
    pub path: PathBuf,
    /// How far it came.
    pub status: Status,
    /// The model; none where that cannot be read.
    pub graph: Option<Graph>,
    /// The epochs that are done.
    pub epochs: Vec<Epoch>,
    /// What it came to, where it is finished.
    pub outcome: Option<Outcome>,
    /// When its figures were written.
    pub modified: Option<SystemTime>,
    /// What is wrong with its files.
    pub problems: Vec<Problem>,
}

/// Why a file of a run cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub file: &'static str,
    /// What is wrong, in one sentence that names it.
    pub message: String,
}

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// To its end.
    Finished,
    /// Until Ctrl-C.
    Interrupted,
    /// Until it failed or was killed.
    Unfinished,
    /// It is under way.
    Running,
    /// Its files cannot be read.
    Damaged,
}

impl Status {
    /// In one word.
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

/// Figures of some samples; none where they were not measured, or were no numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Mean loss.
    pub loss: Option<f64>,
    /// Share of samples whose class was found.
    pub accuracy: Option<f64>,
}

/// An epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Of the training samples.
    pub training: Figures,
    /// Of the samples kept apart, where there are any.
    pub validation: Option<Figures>,
    /// The learning rate of its last step.
    pub learning_rate: Option<f64>,
    /// The time that it took.
    pub seconds: Option<f64>,
}

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Of the test samples.
    pub test: Figures,
    /// The epoch whose figures were best, from 1, where epochs were judged.
    pub best: Option<usize>,
    /// The epoch after which early stopping ended the run, where it did.
    pub stopped: Option<usize>,
    /// The time that the run took.
    pub seconds: Option<f64>,
}

impl Run {
    /// Reads the run in a folder; `None` where there is none. With `verify`, a file that is not as the run wrote it is
    /// a problem.
    pub fn read(path: &Path, verify: bool) -> Option<Self> {
        if !is_run(path) {
            return None;
        }
        // Whoever trains here may only be seen before the files are read: what they hold may change then.
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
        // What the report of a run under way says is of before; a damaged report is told below.
        let digests = Digests::read(path).ok().filter(|_| verify && !running).unwrap_or_default();
        run.graph = files::graph(path, &digests).map_err(|message| run.note(SPEC, message)).ok();
        run.epochs = files::epochs(path, &digests).map_err(|message| run.note(METRICS, message)).unwrap_or_default();
        if !running {
            run.judge();
        }
        Some(run)
    }

    /// Sets the status of a run that nobody works on, and its outcome. A report that is older than the model
    /// tells of fewer epochs than there were to be.
    fn judge(&mut self) {
        let report = files::report(&self.path).map_err(|message| self.note(REPORT, message)).ok().flatten();
        let planned = self.train().map(|train| train.epochs.get());
        if let Some(Report { end: End::Finished, planned, outcome }) = report {
            let expected = outcome.stopped.unwrap_or(planned);
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

    /// How it is trained.
    pub fn train(&self) -> Option<&Train> {
        self.graph.as_ref().and_then(Graph::train)
    }

    /// The epoch, from 1, whose parameters a finished run has kept: the best one where that is looked for.
    pub fn kept(&self) -> Option<usize> {
        let best = self.outcome.and_then(|outcome| outcome.best);
        let sought = self.train().is_some_and(|train| train.early_stopping.is_some());
        best.filter(|_| sought).or(Some(self.epochs.len())).filter(|epoch| (1..=self.epochs.len()).contains(epoch))
    }

    /// The time that it took, or that its epochs did.
    pub fn seconds(&self) -> Option<f64> {
        self.outcome.and_then(|outcome| outcome.seconds).or_else(|| {
            let seconds: Option<f64> = self.epochs.iter().map(|epoch| epoch.seconds).sum();
            seconds.filter(|_| !self.epochs.is_empty())
        })
    }
}

/// Whether a program trains in a folder, which it then has locked. A shared lock keeps no other reader away.
fn is_in_use(path: &Path) -> bool {
    let lock = File::open(path).map(|folder| folder.try_lock_shared());
    matches!(lock, Ok(Err(TryLockError::WouldBlock)))
}

fn modified(path: &Path) -> Option<SystemTime> {
    let times = [REPORT, METRICS, CHECKPOINT].into_iter();
    times.filter_map(|name| path.join(name).metadata().ok()?.modified().ok()).max()
}
