//! The schedules: how the learning rate changes in the course of training.
//!
//! A schedule is one file with a struct that implements [`Schedule`], and one line in [`SCHEDULES`]. It
//! remembers nothing: what it answers depends on the place of training and the losses so far alone, so that a run
//! that goes on from a checkpoint goes on in the same way.

mod cosine;
mod reduce_on_plateau;
mod step;

use std::fmt;
use std::sync::Arc;

use crate::diagnostics::Problems;
use crate::spec::arguments::{Argument, Arguments, Field, Reader, Setting, Shown, named};
use crate::spec::choice::{Choosable, choose, expected};
use crate::spec::node::Node;
use crate::spec::words::{self, Vocabulary};

/// Every schedule.
pub const SCHEDULES: &[&ScheduleKind] = &[&step::KIND, &cosine::KIND, &reduce_on_plateau::KIND];

/// What is known of a schedule without an instance.
pub struct ScheduleKind {
    /// The name in a spec.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// Its arguments.
    pub fields: &'static [Field],
    /// Some of them, as in a spec.
    pub example: &'static str,
    read: fn(&mut Reader) -> Option<Arc<dyn Schedule>>,
}

impl fmt::Debug for ScheduleKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("ScheduleKind").field(&self.name).finish()
    }
}

/// Where training stands before a step.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The epochs that are done.
    pub epoch: usize,
    /// Number of epochs in all.
    pub epochs: usize,
    /// The steps of the epoch under way that are done.
    pub step: usize,
    /// Number of steps of an epoch.
    pub steps: usize,
    /// What the losses of the epochs that are done came to.
    pub plateau: Plateau,
}

/// What a schedule that follows the loss keeps of the epochs that are done, so that no step walks through all of
/// them. It comes from their losses alone, so that a resumed run has the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// The lowest loss.
    lowest: f64,
    /// Number of epochs since then, or since the last change.
    without: usize,
    /// What the learning rate is multiplied by.
    factor: f64,
}

impl Default for Plateau {
    /// Before the first epoch.
    fn default() -> Self {
        Self { lowest: f64::INFINITY, without: 0, factor: 1.0 }
    }
}

impl Place {
    /// The share of the whole training that is done.
    fn done(&self) -> f64 {
        (count(self.epoch) + count(self.step) / count(self.steps)) / count(self.epochs)
    }

    /// What the learning rate is multiplied by where it rises over a number of steps.
    pub(crate) fn warmth(&self, steps: usize) -> f64 {
        let step = self.epoch.saturating_mul(self.steps).saturating_add(self.step).saturating_add(1);
        (count(step) / count(steps)).min(1.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of steps are exact in 64-bit numbers")]
fn count(value: usize) -> f64 {
    value as f64
}

/// How the learning rate changes in the course of training.
pub trait Schedule: fmt::Debug + Send + Sync {
    /// What the learning rate is multiplied by at a place of training.
    fn factor(&self, place: &Place) -> f64;

    /// Takes in the loss of an epoch that is done: of the validation samples, or without any, of those that were
    /// learned from.
    fn observe(&self, _: &mut Plateau, _loss: f64) {}

    /// Its arguments in force.
    fn settings(&self) -> Vec<Setting>;
}

/// A schedule as a spec chooses it.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Which one.
    pub kind: &'static ScheduleKind,
    /// With its arguments.
    pub schedule: Arc<dyn Schedule>,
}

impl Shown for Chosen {
    fn shown(&self) -> Option<String> {
        Some(named(self.kind.name, &self.schedule.settings()))
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

/// Reads the arguments of a schedule struct; what [`ScheduleKind::read`] points to.
fn read<T: Arguments + Schedule + 'static>(reader: &mut Reader) -> Option<Arc<dyn Schedule>> {
    Some(Arc::new(T::read(reader)?))
}

#[cfg(test)]
mod tests;
