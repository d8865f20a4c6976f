//! The mean loss, as a value that is compared and shown like a metric.

use std::sync::Arc;

use super::{Better, Metric, Range, read};
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::{Chosen, Entry};

/// The name of the loss among the metrics.
pub const LOSS: &str = "loss";

pub(super) static KIND: Entry<dyn Metric> = Entry {
    name: LOSS,
    doc: "Mean loss per sample.",
    fields: MeanLoss::FIELDS,
    example: "",
    synonyms: &["val_loss", "validation_loss"],
    read: read::<MeanLoss>,
};

/// The mean loss.
pub fn loss() -> Chosen<dyn Metric> {
    Chosen { kind: &KIND, value: Arc::new(MeanLoss {}) }
}

arguments! {
    /// Mean loss per sample. Training adds the losses to its sum.
    pub(super) struct MeanLoss {}
}

impl Metric for MeanLoss {
    fn name(&self) -> String {
        LOSS.to_owned()
    }

    fn better(&self) -> Better {
        Better::Lower
    }

    fn range(&self) -> Range {
        Range::NonNegative
    }

    fn add(&self, _: &[f32], _: usize, _: &mut [f64]) {}
}
