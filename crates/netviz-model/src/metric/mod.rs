//! The metrics: how they are computed, compared and shown.
//!
//! A metric is one file with a struct that implements [`Metric`], and one line in `MEASURED`. The loss is one of them
//! too, so that everything that shows or compares values of a run treats all of them alike; but it is always there, and
//! cannot be listed in `train.metrics`.

mod accuracy;
mod loss;
mod measure;
mod metrics;
mod top_k;

use std::fmt;
use std::sync::Arc;

pub use loss::{LOSS, loss};
pub use measure::Measure;
pub use metrics::{Metrics, Monitored};

use crate::schema::Registered;
use crate::schema::arguments::{Arguments, Reader, Settings};
use crate::schema::{Entry, Registry};

/// The loss, then every metric.
const MEASURED: &[&Entry<dyn Metric>] = &[&loss::KIND, &accuracy::KIND, &top_k::KIND];

/// Every metric that `train.metrics` may list.
pub static METRICS: Registry<dyn Metric> =
    Registry { what: "a metric", default: None, entries: MEASURED.split_at(1).1, advice: &[] };

/// Everything that early stopping can monitor: the loss and the metrics.
pub(crate) static MONITORED: Registry<dyn Metric> =
    Registry { what: "a metric", default: None, entries: MEASURED, advice: &[] };

/// Which of two values of a metric is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The higher one.
    Higher,
    /// The lower one.
    Lower,
}

impl Better {
    /// The value, or its negative: higher is better.
    pub fn score(self, value: f64) -> f64 {
        match self {
            Self::Higher => value,
            Self::Lower => -value,
        }
    }
}

/// Range of the values of a metric, which decides about the axis of its chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// From 0 on. The axis begins at 0, or is logarithmic if values differ by more than a factor of 100.
    NonNegative,
    /// From 0 to 1. The axis covers the values that occur.
    Unit,
}

/// How the values of a metric are written for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As a number, with four decimals.
    Number,
    /// In percent, with two decimals: `97.81 %`.
    Percent,
}

impl Style {
    /// The text of a value. `number` writes numbers, which differs from place to place for very large ones.
    pub fn text(self, value: f64, number: impl Fn(f64) -> String) -> String {
        match self {
            Self::Number => number(value),
            Self::Percent => format!("{:.2} %", 100.0 * value),
        }
    }
}

/// A metric of classification. It is computed from one score per class and the true class of each sample. The scores
/// are those that the loss is computed from: their order is that of the probabilities, but not their values.
///
/// It is accumulated as sums over samples, which are added up over batches, and stored in checkpoints. All samples
/// weigh the same.
pub trait Metric: Settings + fmt::Debug + Send + Sync {
    /// Name of its values in files, tables and charts. It contains the arguments, so that a model may list the same
    /// metric several times.
    fn name(&self) -> String;

    /// Which values are better.
    fn better(&self) -> Better;

    /// The range of its values.
    fn range(&self) -> Range;

    /// How its values are written.
    fn style(&self) -> Style {
        Style::Number
    }

    /// Whether it is also measured if the model does not list it: its test value is then in the report of a run.
    fn is_usual(&self) -> bool {
        false
    }

    /// The names of its sums, in checkpoints. No other metric may have the same.
    fn sums(&self) -> Vec<String> {
        vec![self.name()]
    }

    /// Adds a sample to the sums.
    fn add(&self, scores: &[f32], class: usize, sums: &mut [f64]);

    /// Adds a batch to the sums. `scores` has one row per sample.
    ///
    /// Compiled for each metric, so that a batch costs one indirect call.
    fn add_batch(&self, scores: &[f32], classes: &[usize], sums: &mut [f64]) {
        let width = scores.len() / classes.len().max(1);
        for (scores, &class) in scores.chunks_exact(width).zip(classes) {
            self.add(scores, class, sums);
        }
    }

    /// The value of the metric, from its sums over samples: by default their mean.
    fn value(&self, sums: &[f64], samples: f64) -> f64 {
        sums[0] / samples
    }
}

impl Registered for dyn Metric {
    fn registry() -> &'static Registry<Self> {
        &METRICS
    }
}

/// Reads the arguments of a metric struct; the function behind [`Entry`].
fn read<T: Arguments + Metric + 'static>(reader: &mut Reader) -> Option<Arc<dyn Metric>> {
    Some(Arc::new(T::read(reader)?))
}

#[cfg(test)]
mod tests;
