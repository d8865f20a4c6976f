//! The YAML tree, with the span of every scalar and key.

use super::setting::ArgValue;
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

impl Entry {
    /// Entries of arguments that are in no text.
    pub(crate) fn of(arguments: &[(&str, ArgValue)]) -> Vec<Self> {
        let entry = |(key, value): &(&str, ArgValue)| Self {
            key: (*key).to_owned(),
            key_span: Span::NONE,
            node: Node::of(value),
        };
        arguments.iter().map(entry).collect()
    }
}

impl Node {
    /// The node of a value that is in no text.
    fn of(value: &ArgValue) -> Self {
        let value = match value {
            ArgValue::Bool(value) => Value::Bool(*value),
            ArgValue::Int(value) => Value::Int(*value),
            ArgValue::Float(value) => Value::Float(*value),
            ArgValue::Name(name) => Value::Text(name.clone().into_owned()),
            ArgValue::Sizes(sizes) => Value::List(sizes.iter().map(|&size| Self::of(&ArgValue::Int(size))).collect()),
            ArgValue::List(values) => Value::List(values.iter().map(Self::of).collect()),
            ArgValue::Record { kind, arguments } => {
                let arguments: Vec<(&str, ArgValue)> =
                    arguments.iter().map(|setting| (setting.name, setting.value.clone())).collect();
                let inner = Value::Map(Entry::of(&arguments));
                match kind {
                    None => inner,
                    Some(kind) => Value::Map(vec![Entry {
                        key: (*kind).to_owned(),
                        key_span: Span::NONE,
                        node: Self { span: Span::NONE, value: inner },
                    }]),
                }
            }
        };
        Self { span: Span::NONE, value }
    }

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
