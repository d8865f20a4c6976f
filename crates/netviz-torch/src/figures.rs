//! Loss and accuracy, summed over samples.

use serde::{Deserialize, Serialize};
use tch::{Device, Tensor};

use crate::EngineError;
use crate::samples::Batch;
use crate::storage::values;

/// Sums over the samples seen so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    loss: f64,
    correct: f64,
    samples: f64,
}

impl Figures {
    /// The figures of one batch; `loss` is the mean over it.
    pub(crate) fn of(scores: &Tensor, batch: &Batch, loss: &Tensor) -> Result<Self, EngineError> {
        let scores = scores.f_to(Device::Cpu)?.f_contiguous()?;
        let rows = values(&scores)?.chunks_exact(scores.numel() / batch.classes.len().max(1));
        let correct = rows.zip(&batch.classes).filter(|(row, class)| greatest(row) == **class).count();
        #[expect(clippy::cast_precision_loss, reason = "counts of samples are exact in 64-bit numbers")]
        let (correct, samples) = (correct as f64, batch.classes.len() as f64);
        Ok(Self { loss: loss.f_double_value(&[])? * samples, correct, samples })
    }

    /// Adds the figures of other samples.
    pub(crate) fn add(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
        self.samples += other.samples;
    }

    /// Those of the samples that came after `earlier`.
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

    /// Mean loss of a sample.
    pub fn loss(&self) -> f64 {
        self.loss / self.samples
    }

    /// Share of the samples whose most probable class is the true one.
    pub fn accuracy(&self) -> f64 {
        self.correct / self.samples
    }
}

/// The place of the greatest value, the first of equals.
fn greatest(values: &[f32]) -> i64 {
    let best = (1..values.len()).fold(0, |best, index| if values[index] > values[best] { index } else { best });
    crate::storage::integer(best)
}
