//! Loss and accuracy, summed over samples.

use serde::{Deserialize, Serialize};

/// Loss and number of correct predictions, as sums over samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    loss: f64,
    correct: f64,
    samples: f64,
}

impl Figures {
    /// The metrics of `samples` samples whose mean loss is `loss`.
    pub(crate) fn of(loss: f64, correct: usize, samples: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts of samples are exact in 64-bit numbers")]
        let (correct, samples) = (correct as f64, samples as f64);
        Self { loss: loss * samples, correct, samples }
    }

    /// Adds the metrics of other samples.
    pub(crate) fn add(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
        self.samples += other.samples;
    }

    /// The metrics of the samples added after `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            loss: self.loss - earlier.loss,
            correct: self.correct - earlier.correct,
            samples: self.samples - earlier.samples,
        }
    }

    /// Whether the loss is a finite number.
    pub(crate) fn is_finite(&self) -> bool {
        self.loss.is_finite()
    }

    /// Mean loss per sample.
    pub fn loss(&self) -> f64 {
        self.loss / self.samples
    }

    /// Fraction of the samples whose most probable class is the true one, from 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.correct / self.samples
    }
}
