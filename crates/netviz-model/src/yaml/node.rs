//! The YAML tree, with the span of every scalar and key.

use crate::diagnostics::excerpt;
use crate::source::Span;

/// A YAML value and its span.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its place.
    pub span: Span,
    /// The value itself.
    pub value: Value,
}

/// The value of a [`Node`].
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, infinity and NaN included.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the text.
    Map(Vec<Entry>),
}

/// One key and its value. A key may repeat; the reader of the mapping reports it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The place of the key.
    pub key_span: Span,
    /// The value of the key.
    pub node: Node,
}

impl Node {
    /// Describes the value, for "expected …, found …".
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".into(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(value) => format!("{value}"),
            // With its point or exponent: 512.0 is not a whole number.
            Value::Float(value) => format!("{value:?}"),
            Value::Text(text) => format!("the text `{}`", excerpt(text)),
            Value::List(list) if list.is_empty() => "an empty list".into(),
            Value::List(_) => "a list".into(),
            Value::Map(entries) if entries.is_empty() => "an empty mapping".into(),
            Value::Map(_) => "a mapping".into(),
        }
    }

    /// The value as a finite number.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            #[expect(clippy::cast_precision_loss, reason = "hyperparameters are small")]
            Value::Int(value) => Some(value as f64),
            Value::Float(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }
}
