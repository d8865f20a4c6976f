//! The YAML tree, with the span of every scalar and key.

use crate::diagnostics::excerpt;
use crate::source::Span;

/// A YAML value and its span.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// The value of a [`Node`].
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key and its value. A key may repeat; the reader of the mapping reports it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Node {
    /// Describes the value, for "expected …, found …".
    pub(crate) fn describe(&self) -> String {
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
}
