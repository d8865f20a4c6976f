//! `early_stopping`: when to stop training before the last epoch.

use crate::diagnostics::Problems;
use crate::metric::{METRICS, Monitored};
use crate::schema::arguments::{ArgValue, Argument, Arguments, Field, Reader, Settings, ToValue, arguments};
use crate::schema::values::Size;
use crate::yaml::{Node, Value};

arguments! {
    /// When to stop training before the last epoch.
    pub struct EarlyStopping {
        /// Number of epochs without improvement before training stops.
        patience: Size,
        /// Metric that decides which epoch is better, on the validation set if there is one.
        monitor: Monitored = Monitored::default(),
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
        let metric = METRICS.entries[0].name;
        format!("a number of epochs, or a mapping such as {{patience: 3, monitor: {metric}}}")
    }

    fn hint(node: &Node) -> Option<String> {
        Size::hint(node)
    }

    /// A bare number is the patience.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return Size::from_node(node, problems).map(|patience| Self { patience, monitor: Monitored::default() });
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
