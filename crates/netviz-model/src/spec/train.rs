//! The `train` section: the data and the training settings.

use super::early_stopping::EarlyStopping;
use super::validation::ValidationSplit;
use crate::dataset::{DATASETS, Dataset, Split};
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::loss::Loss;
use crate::metric::{LOSS, Metric, Metrics, loss};
use crate::optimizer::Optimizer;
use crate::schedule::{Schedule, ScheduleContext};
use crate::schema::Chosen;
use crate::schema::arguments::{ArgValue, Argument, Arguments, Field, ToValue, arguments};
use crate::schema::values::{Count, Positive, Size, by_name, names};
use crate::schema::vocabulary;
use crate::source::Span;
use crate::yaml::{Node, Value};

arguments! {
    /// The training settings of a network.
    pub struct Train {
        /// Data set to train on.
        data: Spanned<&'static Dataset>,
        /// Optimizer, which updates the parameters.
        optimizer: Chosen<dyn Optimizer> = Chosen::default(),
        /// Learning-rate schedule.
        schedule: Option<Chosen<dyn Schedule>> = None,
        /// Number of warm-up steps, over which the learning rate rises linearly to its full value.
        warm_up: Option<Size> = None,
        /// When to stop before the last epoch; the weights of the best epoch are kept.
        early_stopping: Option<EarlyStopping> = None,
        /// Loss function.
        loss: Spanned<Chosen<dyn Loss>>,
        /// Weight of each class in the training loss, in the order of the labels (default: all 1).
        class_weights: Option<Spanned<Vec<Positive>>> = None,
        /// Largest norm of the gradients of a step, taken as one vector; larger gradients are scaled down.
        clip_norm: Option<Positive> = None,
        /// Metrics besides the loss.
        metrics: Metrics = Metrics::default(),
        /// Number of samples per step.
        batch_size: Size = Size::new(32),
        /// Passes over the training data.
        epochs: Size = Size::new(1),
        /// Random seed.
        seed: Count = Count(0),
        /// Train on this many samples, the first ones of the training set (default: all).
        limit: Option<Size> = None,
        /// Fraction of the training data kept for validation after each epoch: the last samples, or mixed.
        validation_split: ValidationSplit = ValidationSplit::NONE,
        /// Part of the data used for validation after each epoch, instead of a validation split.
        validation_data: Option<Spanned<Split>> = None,
    }
}

impl Train {
    /// The keys of the section.
    pub fn fields() -> &'static [Field] {
        <Self as Arguments>::FIELDS
    }

    /// Whether each epoch is evaluated on samples that it was not trained on.
    pub fn has_validation(&self) -> bool {
        self.validation_split.share.0 > 0.0 || self.validation_data.is_some()
    }

    /// The metric that decides which epoch is best.
    pub fn monitor(&self) -> Chosen<dyn Metric> {
        self.early_stopping.as_ref().map_or_else(loss, |rule| rule.monitor.resolved(&self.metrics))
    }

    /// The metrics that are measured: those that are listed, the usual ones, and the one that early stopping monitors.
    pub fn measured(&self) -> Metrics {
        let mut measured = self.metrics.clone();
        for metric in Metrics::usual().iter() {
            measured.add(metric.clone());
        }
        let monitor = self.monitor();
        if monitor.kind.name != LOSS {
            measured.add(monitor);
        }
        measured
    }

    /// The learning rate of the next step at a moment of training.
    pub fn learning_rate(&self, context: &ScheduleContext) -> f64 {
        let scheduled = self.schedule.as_ref().map_or(1.0, |chosen| chosen.factor(context));
        let warmup = self.warm_up.map_or(1.0, |steps| context.warmup_factor(steps.get()));
        self.optimizer.learning_rate() * scheduled * warmup
    }
}

/// A value with its span, for diagnostics of later checks.
#[derive(Debug, Clone, Copy)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its span in the file.
    pub span: Span,
}

impl<T: Argument> Argument for Spanned<T> {
    fn expected() -> String {
        T::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        T::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        Some(Self { value: T::from_node(node, problems)?, span: node.span })
    }
}

impl Argument for &'static Dataset {
    fn expected() -> String {
        format!("a data set: {}", names(&datasets()))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        if let Value::Text(text) = &node.value
            && is_path(text)
        {
            let message = format!("`data`: expected {}, found the path `{}`", Self::expected(), excerpt(text));
            let hint = "netviz fetches data sets by name and keeps them in its cache: `netviz fetch mnist`";
            problems.push(Diagnostic::error(message).at(node.span).hint(hint));
            return None;
        }
        by_name(node, "data set", &datasets(), &vocabulary::DATASETS, problems)
    }
}

impl<T: ToValue> ToValue for Spanned<T> {
    fn to_value(&self) -> Option<ArgValue> {
        self.value.to_value()
    }
}

impl ToValue for &'static Dataset {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::name(self.name))
    }
}

/// Whether a text is a file name rather than the name of a data set.
fn is_path(text: &str) -> bool {
    const ENDINGS: [&str; 8] = [".npz", ".npy", ".csv", ".gz", ".zip", ".idx", ".pkl", ".h5"];
    text.contains(['/', '\\']) || ENDINGS.iter().any(|ending| text.to_lowercase().ends_with(ending))
}

fn datasets() -> Vec<(&'static str, &'static Dataset)> {
    DATASETS.iter().map(|&dataset| (dataset.name, dataset)).collect()
}
