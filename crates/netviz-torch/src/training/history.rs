//! The epochs that are done.

use std::ops::Deref;
use std::time::Duration;

use netviz::schedule::Plateau;
use netviz::spec::{Monitor, Train};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::observe::Epoch;

/// The epochs that are done, with what training decides by: no decision walks through all of them, so that the time of
/// an epoch does not grow with their number.
///
/// They are kept in a file that grows by a line an epoch, each of which gives back every bit. A checkpoint holds its
/// [`Seal`].
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

/// What tells that a file holds the same epochs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Their number.
    pub epochs: usize,
    /// The bytes of their lines, from the file's beginning.
    pub bytes: u64,
    /// The SHA-256 of these.
    pub digest: String,
}

impl History {
    /// The epochs in their order.
    pub fn of(epochs: impl IntoIterator<Item = Epoch>, spec: &Train) -> Self {
        let mut history = Self::default();
        epochs.into_iter().for_each(|epoch| history.push(epoch, spec));
        history
    }

    /// Adds an epoch.
    pub(super) fn push(&mut self, epoch: Epoch, spec: &Train) {
        self.spent = self.spent.saturating_add(epoch.elapsed);
        if spec.early_stopping.is_some() || epoch.validation.is_some() {
            let score = match spec.monitor() {
                Monitor::Loss => -epoch.judged().loss(),
                Monitor::Accuracy => epoch.judged().accuracy(),
            };
            if self.best.is_none_or(|best| score > best.score) {
                self.best = Some(Best { number: epoch.number, score });
            }
        }
        if let Some(chosen) = &spec.schedule {
            chosen.schedule.observe(&mut self.plateau, epoch.judged().loss());
        }
        let line = line(&epoch);
        self.bytes += line.len() as u64;
        self.digest.update(&line);
        self.epochs.push(epoch);
    }

    /// The time that they took.
    pub(super) fn spent(&self) -> Duration {
        self.spent
    }

    /// The number of the best one, the first of equals, where epochs are judged: by validation samples, or for early
    /// stopping.
    pub(super) fn best(&self) -> Option<usize> {
        self.best.map(|best| best.number)
    }

    /// What their losses came to for a schedule.
    pub(super) fn plateau(&self) -> Plateau {
        self.plateau
    }

    /// The seal of the file that holds them.
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
    /// The epochs in a file, which may hold more: those that came after the checkpoint. `None` where it does not hold
    /// these epochs.
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

/// The line of an epoch.
///
/// # Panics
/// Never: numbers are always JSON.
pub fn line(epoch: &Epoch) -> String {
    serde_json::to_string(epoch).expect("numbers") + "\n"
}
