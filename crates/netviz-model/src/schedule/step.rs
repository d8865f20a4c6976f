//! `step`: reduces the learning rate every few epochs.

use super::{Schedule, ScheduleContext, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Positive, Size};

pub(super) static KIND: Entry<dyn Schedule> = Entry {
    name: "step",
    doc: "Multiplies the learning rate by a factor every few epochs.",
    fields: StepDecay::FIELDS,
    example: "{every: 10}",
    synonyms: &["step_lr", "step_decay"],
    read: read::<StepDecay>,
};

arguments! {
    /// Multiplies the learning rate every few epochs; the factor is that of PyTorch.
    pub(super) struct StepDecay {
        /// Number of epochs between changes.
        every: Size,
        /// Factor of the learning rate.
        factor: Positive = Positive(0.1),
    }
}

impl Schedule for StepDecay {
    fn factor(&self, context: &ScheduleContext) -> f64 {
        let changes = context.epoch / self.every.get();
        self.factor.0.powi(i32::try_from(changes).unwrap_or(i32::MAX))
    }
}
