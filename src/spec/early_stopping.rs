//! `early_stopping`: when to stop training before the last epoch.

use super::arguments::{ArgValue, Argument, Arguments, Field, Reader, Settings, ToValue, arguments};
use super::node::{Node, Value};
use super::values::{Size, by_name, name_in, names};
use super::words;
use crate::diagnostics::Problems;

arguments! {
    /// When to stop training before the last epoch.
    pub struct EarlyStopping {
        /// Number of epochs without improvement before training stops.
        patience: Size,
        /// Metric that decides which epoch is better, on the validation set if there is one.
        monitor: Monitor = Monitor::Loss,
    }
}

impl EarlyStopping {
    /// The keys.
    pub fn fields() -> &'static [Field] {
        <Self as Arguments>::FIELDS
    }
}

impl Argument for EarlyStopping {
    fn expected() -> String {
        "a number of epochs, or a mapping such as {patience: 3, monitor: accuracy}".into()
    }

    fn hint(node: &Node) -> Option<String> {
        Size::hint(node)
    }

    /// A bare number is the patience.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return Size::from_node(node, problems).map(|patience| Self { patience, monitor: Monitor::Loss });
        };
        let known: Vec<&str> = Self::FIELDS.iter().map(|field| field.name).collect();
        Self::read(&mut Reader::new("`early_stopping`", node.span, entries, &known, problems))
    }
}

impl ToValue for EarlyStopping {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::arguments(self.settings()))
    }
}

/// The metric that decides which of two epochs is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitor {
    /// The lower loss is better.
    Loss,
    /// The higher accuracy is better.
    Accuracy,
}

const MONITORS: &[(&str, Monitor)] = &[("loss", Monitor::Loss), ("accuracy", Monitor::Accuracy)];

impl Argument for Monitor {
    fn expected() -> String {
        format!("a metric: {}", names(MONITORS))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "metric", MONITORS, &words::METRICS, problems)
    }
}

impl ToValue for Monitor {
    fn to_value(&self) -> Option<ArgValue> {
        name_in(self, MONITORS)
    }
}
