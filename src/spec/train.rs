//! The `train` section: the data and how the network learns from it.

use super::arguments::{Argument, Arguments, Field, Setting, Shown, arguments};
use super::early_stopping::{EarlyStopping, Monitor};
use super::node::{Node, Value};
use super::validation::ValidationSplit;
use super::values::{Count, Positive, Size, by_name, name_in, names};
use super::words;
use crate::data::{DATASETS, Dataset, Split};
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::optimizer::Chosen;
use crate::schedule::{self, Place};
use crate::source::Span;

arguments! {
    /// How a network is trained.
    pub struct Train {
        /// What it learns from.
        data: Spanned<&'static Dataset>,
        /// The rule that changes the parameters.
        optimizer: Chosen = Chosen::default(),
        /// How the learning rate changes in the course of training.
        schedule: Option<schedule::Chosen> = None,
        /// Number of first steps over which the learning rate rises to its full size.
        warm_up: Option<Size> = None,
        /// When training ends before its last epoch; the weights after the best one are kept.
        early_stopping: Option<EarlyStopping> = None,
        /// What is made small.
        loss: Spanned<Loss>,
        /// Weight of each class in the training loss, in the order of the labels; all 1 where it is missing.
        class_weights: Option<Spanned<Vec<Positive>>> = None,
        /// Norm that the gradients of a step, taken as one vector, have at most.
        clip_norm: Option<Positive> = None,
        /// What is shown besides the loss.
        metrics: Vec<Metric> = Vec::new(),
        /// Number of samples a step.
        batch_size: Size = Size::new(32),
        /// Number of times that all samples are seen.
        epochs: Size = Size::new(1),
        /// Where every random choice starts from.
        seed: Count = Count(0),
        /// Number of samples of the data, the first ones, that it learns from; all where it is missing.
        limit: Option<Size> = None,
        /// Share of the training samples that is kept apart and evaluated after each epoch: the last ones, or mixed.
        validation_split: ValidationSplit = ValidationSplit::NONE,
        /// Part of the data that is evaluated after each epoch, in the place of samples that are kept apart.
        validation_data: Option<Spanned<Split>> = None,
    }
}

impl Train {
    /// The keys of the section.
    pub fn fields() -> &'static [Field] {
        <Self as Arguments>::FIELDS
    }

    /// The keys that have a value, with their values.
    pub fn settings(&self) -> Vec<Setting> {
        Arguments::settings(self)
    }

    /// Whether each epoch is evaluated on samples that it has not learned from.
    pub fn has_validation(&self) -> bool {
        self.validation_split.share.0 > 0.0 || self.validation_data.is_some()
    }

    /// The figure that tells which epoch is the best.
    pub fn monitor(&self) -> Monitor {
        self.early_stopping.as_ref().map_or(Monitor::Loss, |rule| rule.monitor)
    }

    /// The learning rate of the next step at a place of training.
    pub fn learning_rate(&self, place: &Place) -> f64 {
        let scheduled = self.schedule.as_ref().map_or(1.0, |chosen| chosen.schedule.factor(place));
        let warmth = self.warm_up.map_or(1.0, |steps| place.warmth(steps.get()));
        self.optimizer.optimizer.learning_rate() * scheduled * warmth
    }
}

/// A value that later checks may point at.
#[derive(Debug, Clone, Copy)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
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
        by_name(node, "data set", &datasets(), &words::DATASETS, problems)
    }
}

impl<T: Shown> Shown for Spanned<T> {
    fn shown(&self) -> Option<String> {
        self.value.shown()
    }
}

impl Shown for &'static Dataset {
    fn shown(&self) -> Option<String> {
        Some(self.name.to_owned())
    }
}

impl Shown for Loss {
    fn shown(&self) -> Option<String> {
        name_in(self, LOSSES)
    }
}

impl Shown for Metric {
    fn shown(&self) -> Option<String> {
        name_in(self, METRICS)
    }
}

/// Whether a text names a file rather than a data set.
fn is_path(text: &str) -> bool {
    const ENDINGS: [&str; 8] = [".npz", ".npy", ".csv", ".gz", ".zip", ".idx", ".pkl", ".h5"];
    text.contains(['/', '\\']) || ENDINGS.iter().any(|ending| text.to_lowercase().ends_with(ending))
}

fn datasets() -> Vec<(&'static str, &'static Dataset)> {
    DATASETS.iter().map(|&dataset| (dataset.name, dataset)).collect()
}

/// What training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Mean of −ln of the probability given to the true class.
    CategoricalCrossentropy,
    /// Mean squared difference to the one-hot class.
    MeanSquaredError,
}

const LOSSES: &[(&str, Loss)] =
    &[("categorical_crossentropy", Loss::CategoricalCrossentropy), ("mse", Loss::MeanSquaredError)];

impl Argument for Loss {
    fn expected() -> String {
        format!("a loss: {}", names(LOSSES))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "loss", LOSSES, &words::LOSSES, problems)
    }
}

/// A figure shown besides the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Share of the samples whose most probable class is the true one.
    Accuracy,
}

const METRICS: &[(&str, Metric)] = &[("accuracy", Metric::Accuracy)];

impl Argument for Metric {
    fn expected() -> String {
        format!("a metric: {}", names(METRICS))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "metric", METRICS, &words::METRICS, problems)
    }
}
