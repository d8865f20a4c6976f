//! The learning-rate schedules.
//!
//! A schedule is one file with a struct that implements [`Schedule`], and one line in [`SCHEDULES`]. It has no state:
//! its factor depends only on the place in training and the losses so far, so that a resumed run continues in the same
//! way.

mod cosine;
mod reduce_on_plateau;
mod step;

use std::fmt;
use std::sync::Arc;

use crate::diagnostics::Problems;
use crate::spec::arguments::{ArgValue, Argument, Arguments, Field, Reader, Settings, ToValue};
use crate::spec::choice::{Choosable, choose, expected};
use crate::spec::node::Node;
use crate::spec::words::{self, Vocabulary};

/// Every schedule.
pub const SCHEDULES: &[&ScheduleKind] = &[&step::KIND, &cosine::KIND, &reduce_on_plateau::KIND];

/// Description of a schedule.
pub struct ScheduleKind {
    /// Name in the model file.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Arguments.
    pub fields: &'static [Field],
    /// Example arguments, as in a model file.
    pub example: &'static str,
    read: fn(&mut Reader) -> Option<Arc<dyn Schedule>>,
}

impl fmt::Debug for ScheduleKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("ScheduleKind").field(&self.name).finish()
    }
}

/// A place in training, before a step.
#[derive(Debug, Clone, Copy)]
pub struct Place {
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

impl Place {
    /// Finished fraction of the whole training.
    fn done(&self) -> f64 {
        (count(self.epoch) + count(self.step) / count(self.steps)) / count(self.epochs)
    }

    /// Factor of a linear warm-up over a number of steps.
    pub(crate) fn warmth(&self, steps: usize) -> f64 {
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
    /// Factor of the learning rate at a place in training.
    fn factor(&self, place: &Place) -> f64;

    /// Adds the loss of a finished epoch: the validation loss, or the training loss if there is no validation.
    fn observe(&self, _: &mut Plateau, _loss: f64) {}
}

/// A schedule selected by a model file.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The kind.
    pub kind: &'static ScheduleKind,
    /// The schedule with its arguments.
    pub schedule: Arc<dyn Schedule>,
}

impl ToValue for Chosen {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::choice(self.kind.name, self.schedule.settings()))
    }
}

impl Choosable for ScheduleKind {
    type Value = Arc<dyn Schedule>;
    const WHAT: &'static str = "a schedule";
    const EXAMPLE: &'static str = "step: {every: 10}";
    const TABLE: &'static [&'static Self] = SCHEDULES;
    const WORDS: Vocabulary = words::SCHEDULES;

    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [Field] {
        self.fields
    }

    fn example(&self) -> &'static str {
        self.example
    }

    fn read(&self, reader: &mut Reader) -> Option<Self::Value> {
        (self.read)(reader)
    }
}

impl Argument for Chosen {
    fn expected() -> String {
        expected::<ScheduleKind>()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        choose(node, problems).map(|(kind, schedule)| Self { kind, schedule })
    }
}

/// Reads the arguments of a schedule struct; the function behind [`ScheduleKind::read`].
fn read<T: Arguments + Schedule + 'static>(reader: &mut Reader) -> Option<Arc<dyn Schedule>> {
    Some(Arc::new(T::read(reader)?))
}

#[cfg(test)]
mod tests;
