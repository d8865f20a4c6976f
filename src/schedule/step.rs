//! `step`: a smaller learning rate every few epochs.

use super::{Place, Schedule, ScheduleKind, read};
use crate::spec::arguments::{Arguments, Setting, arguments};
use crate::spec::values::{Positive, Size};

pub(super) const KIND: ScheduleKind = ScheduleKind {
    name: "step",
    doc: "The learning rate is multiplied by a factor every few epochs.",
    fields: StepDecay::FIELDS,
    example: "{every: 10}",
    read: read::<StepDecay>,
};

arguments! {
    /// Multiplied every few epochs; the factor is PyTorch's.
    pub(super) struct StepDecay {
        /// Number of epochs from one change to the next.
        every: Size,
        /// What the learning rate is multiplied by.
        factor: Positive = Positive(0.1),
    }
}

impl Schedule for StepDecay {
    fn factor(&self, place: &Place) -> f64 {
        let changes = place.epoch / self.every.get();
        self.factor.0.powi(i32::try_from(changes).unwrap_or(i32::MAX))
    }

    fn settings(&self) -> Vec<Setting> {
        Arguments::settings(self)
    }
}
