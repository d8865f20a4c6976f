//! The learning-rate schedules.
//!
//! A schedule is one file with a struct that implements [`Schedule`], and one line in [`SCHEDULES`]. It has no state:
//! its factor depends only on the moment of training and the losses so far, so that a resumed run continues in the same
//! way.

mod cosine;
mod reduce_on_plateau;
mod step;

use std::fmt;
use std::sync::Arc;

use crate::schema::Registered;
use crate::schema::Registry;
use crate::schema::arguments::{Arguments, Reader, Settings};

/// Every schedule.
pub static SCHEDULES: Registry<dyn Schedule> = Registry {
    what: "a schedule",
    default: None,
    entries: &[&step::KIND, &cosine::KIND, &reduce_on_plateau::KIND],
    advice: &[
        (&["exponential_lr", "exponential_decay", "exponential"], "write `schedule: {step: {every: 1, factor: 0.9}}`"),
        (&["constant", "constant_lr", "none"], "leave `schedule` out: the learning rate is then constant"),
    ],
};

/// A moment of training, before a step.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleContext {
    /// Number of finished epochs.
    pub epoch: usize,
    /// Total number of epochs.
    pub epochs: usize,
    /// Number of finished steps of the current epoch.
    pub step: usize,
    /// Number of steps per epoch.
    pub steps: usize,
    /// Summary of the losses of the finished epochs.
    pub plateau: Plateau,
}

/// Summary of the losses of the finished epochs for schedules that follow the loss, so that no step iterates over all
/// epochs. It is computed from the losses alone, so that a resumed run has the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// Lowest loss.
    lowest: f64,
    /// Number of epochs since the lowest loss, or since the last change of the learning rate.
    without: usize,
    /// Factor of the learning rate.
    factor: f64,
}

impl Default for Plateau {
    /// The state before the first epoch.
    fn default() -> Self {
        Self { lowest: f64::INFINITY, without: 0, factor: 1.0 }
    }
}

impl ScheduleContext {
    /// Finished fraction of the whole training.
    fn done(&self) -> f64 {
        (count(self.epoch) + count(self.step) / count(self.steps)) / count(self.epochs)
    }

    /// Factor of a linear warm-up over a number of steps.
    pub(crate) fn warmup_factor(&self, steps: usize) -> f64 {
        let step = self.epoch.saturating_mul(self.steps).saturating_add(self.step).saturating_add(1);
        (count(step) / count(steps)).min(1.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of steps are exact in 64-bit numbers")]
fn count(value: usize) -> f64 {
    value as f64
}

/// A learning-rate schedule.
pub trait Schedule: Settings + fmt::Debug + Send + Sync {
    /// Factor of the learning rate at a moment of training.
    fn factor(&self, context: &ScheduleContext) -> f64;

    /// Adds the loss of a finished epoch: the validation loss, or the training loss if there is no validation.
    fn observe(&self, _: &mut Plateau, _loss: f64) {}
}

impl Registered for dyn Schedule {
    fn registry() -> &'static Registry<Self> {
        &SCHEDULES
    }
}

/// Reads the arguments of a schedule struct; the function behind [`Entry`](crate::schema::Entry).
fn read<T: Arguments + Schedule + 'static>(reader: &mut Reader) -> Option<Arc<dyn Schedule>> {
    Some(Arc::new(T::read(reader)?))
}

#[cfg(test)]
mod tests;
