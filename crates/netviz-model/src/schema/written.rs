//! Values as the YAML that they would be written as, for arguments that are in no text.

use super::setting::ArgValue;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// The entries of a mapping with these arguments.
pub(crate) fn entries(arguments: &[(&str, ArgValue)]) -> Vec<Entry> {
    arguments.iter().map(|(key, value)| entry(key, node(value))).collect()
}

fn entry(key: &str, node: Node) -> Entry {
    Entry { key: key.to_owned(), key_span: Span::NONE, node }
}

/// A value without a place.
pub(crate) fn node(value: &ArgValue) -> Node {
    let value = match value {
        ArgValue::Bool(value) => Value::Bool(*value),
        ArgValue::Int(value) => Value::Int(*value),
        ArgValue::Float(value) => Value::Float(*value),
        ArgValue::Name(name) => Value::Text(name.clone().into_owned()),
        ArgValue::Sizes(sizes) => Value::List(sizes.iter().map(|&size| node(&ArgValue::Int(size))).collect()),
        ArgValue::List(values) => Value::List(values.iter().map(node).collect()),
        ArgValue::Record { kind, arguments } => {
            let inner =
                Value::Map(arguments.iter().map(|setting| entry(&setting.name, node(&setting.value))).collect());
            match kind {
                None => inner,
                Some(kind) => Value::Map(vec![entry(kind, Node { span: Span::NONE, value: inner })]),
            }
        }
    };
    Node { span: Span::NONE, value }
}
