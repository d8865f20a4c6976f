//! Writes a model as YAML in the usual style: one layer per line.

use super::{Override, default_name, overrides};
use crate::diagnostics::{Diagnostic, Problems};
use crate::source::Sources;
use crate::yaml::{Entry, Node, Value};

/// The model file with the overrides applied, as self-contained YAML. Without overrides, a text that names the network
/// is returned as it is; otherwise, the file is written from its values.
///
/// # Errors
/// What [`Spec::parse`](super::Spec::parse) reports for the same arguments.
pub fn to_yaml(sources: &Sources, overrides: &[Override]) -> Result<String, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let document = overrides::document(sources, overrides, &mut problems);
    let Some(mut document) = document.filter(|_| !problems.has_errors()) else {
        return Err(problems.into_sorted());
    };
    let span = document.span;
    let mut anonymous = false;
    if let Value::Map(entries) = &mut document.value {
        anonymous = entries.iter().all(|entry| entry.key != "name");
        if anonymous {
            let value = Value::Text(default_name(sources.model().name()));
            entries.insert(0, Entry { key: "name".into(), key_span: span, node: Node { span, value } });
        }
    }
    Ok(if anonymous || !overrides.is_empty() { emit(&document) } else { sources.model().text().to_owned() })
}

/// Block style for the upper levels and flow style below.
pub(super) fn emit(document: &Node) -> String {
    let Value::Map(entries) = &document.value else { return flow(document) + "\n" };
    let mut lines = Vec::new();
    for entry in entries {
        match &entry.node.value {
            Value::List(items) if entry.key == "layers" && !items.is_empty() => {
                lines.push("layers:".to_owned());
                lines.extend(items.iter().map(|item| format!("  - {}", open(item))));
            }
            Value::Map(inner) if !inner.is_empty() => {
                lines.push(format!("{}:", quoted(&entry.key)));
                lines.extend(inner.iter().map(|entry| format!("  {}", pair(entry))));
            }
            _ => lines.push(pair(entry)),
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `dense: {units: 10}` without the outer braces.
fn open(item: &Node) -> String {
    match &item.value {
        Value::Map(entries) if entries.len() == 1 => pair(&entries[0]),
        _ => flow(item),
    }
}

fn pair(entry: &Entry) -> String {
    format!("{}: {}", quoted(&entry.key), flow(&entry.node))
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::Text(text) => quoted(text),
        Value::List(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", ")),
    }
}

/// The shortest decimal that reads back as the same number, with a point or an exponent.
fn float(value: f64) -> String {
    match value {
        f64::INFINITY => ".inf".into(),
        f64::NEG_INFINITY => "-.inf".into(),
        _ if value.is_nan() => ".nan".into(),
        _ => format!("{value:?}"),
    }
}

/// A plain scalar if every version of YAML reads it as a string, else a double-quoted one with the escapes of JSON.
fn quoted(text: &str) -> String {
    const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
