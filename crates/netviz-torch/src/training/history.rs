//! The completed epochs of a run.

use std::ops::Deref;
use std::time::Duration;

use netviz::schedule::Plateau;
use netviz::spec::Train;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Epoch;

/// The completed epochs, and running values for the decisions of training. No decision goes through all epochs, so the
/// time of an epoch does not grow with their number.
///
/// The epochs are stored in a file with one line per epoch, which restores every bit. A checkpoint holds the [`Seal`]
/// of that file.
#[derive(Debug, Clone, Default)]
pub struct History {
    epochs: Vec<Epoch>,
    spent: Duration,
    best: Option<Best>,
    plateau: Plateau,
    bytes: u64,
    digest: Sha256,
}

/// The best epoch.
#[derive(Debug, Clone, Copy)]
struct Best {
    number: usize,
    score: f64,
}

/// Identifies the epochs that a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Number of epochs.
    pub epochs: usize,
    /// Length of their lines in bytes, from the beginning of the file.
    pub bytes: u64,
    /// SHA-256 of these bytes.
    pub digest: String,
}

impl History {
    /// A history of these epochs, in order.
    pub fn of(epochs: impl IntoIterator<Item = Epoch>, spec: &Train) -> Self {
        let mut history = Self::default();
        epochs.into_iter().for_each(|epoch| history.push(epoch, spec));
        history
    }

    /// Adds an epoch.
    pub(super) fn push(&mut self, epoch: Epoch, spec: &Train) {
        self.spent = self.spent.saturating_add(epoch.elapsed);
        if spec.early_stopping.is_some() || epoch.validation.is_some() {
            let monitor = spec.monitor();
            let score = monitor.better().score(epoch.judged().value(&*monitor));
            if self.best.is_none_or(|best| score > best.score) {
                self.best = Some(Best { number: epoch.number, score });
            }
        }
        if let Some(chosen) = &spec.schedule {
            chosen.observe(&mut self.plateau, epoch.judged().loss());
        }
        let line = line(&epoch);
        self.bytes += line.len() as u64;
        self.digest.update(&line);
        self.epochs.push(epoch);
    }

    /// Total time of the epochs.
    pub(super) fn spent(&self) -> Duration {
        self.spent
    }

    /// The number of the best epoch, the first of equals. `None` without validation and early stopping: epochs are not
    /// compared then.
    pub(super) fn best(&self) -> Option<usize> {
        self.best.map(|best| best.number)
    }

    /// The state of a plateau schedule.
    pub(super) fn plateau(&self) -> Plateau {
        self.plateau
    }

    /// The seal of the file that holds the epochs.
    pub fn seal(&self) -> Seal {
        let digest = format!("{:x}", self.digest.clone().finalize());
        Seal { epochs: self.epochs.len(), bytes: self.bytes, digest }
    }
}

impl Deref for History {
    type Target = [Epoch];

    fn deref(&self) -> &[Epoch] {
        &self.epochs
    }
}

impl Seal {
    /// Reads the epochs from a file, which may also hold later epochs. `None` if the file does not match the seal.
    pub fn open(&self, file: &[u8]) -> Option<Vec<Epoch>> {
        let sealed = file.get(..usize::try_from(self.bytes).ok()?)?;
        if format!("{:x}", Sha256::digest(sealed)) != self.digest {
            return None;
        }
        let lines = sealed.split_inclusive(|&byte| byte == b'\n');
        let epochs: Vec<Epoch> = lines.map(|line| serde_json::from_slice(line).ok()).collect::<Option<_>>()?;
        let are_numbered = epochs.iter().enumerate().all(|(index, epoch)| epoch.number == index + 1);
        (epochs.len() == self.epochs && are_numbered).then_some(epochs)
    }
}

/// The line of an epoch in the history file.
///
/// # Panics
/// Never: numbers can always be serialized.
pub fn line(epoch: &Epoch) -> String {
    serde_json::to_string(epoch).expect("numbers") + "\n"
}
