//! Values set on the command line, laid over the model file: `train.optimizer=adam`.

use super::node::{self, Entry, Node, Value};
use crate::diagnostics::{Diagnostic, Problems};
use crate::source::{Source, Sources};

/// One value laid over the file.
#[derive(Debug, Clone)]
pub struct Override {
    path: Vec<String>,
    /// Index of the value's text in the [`Sources`].
    source: usize,
}

impl Override {
    /// Parses `train.optimizer=adam`; the value is YAML. `flag` is the option that diagnostics name.
    ///
    /// # Errors
    /// Where there is no `=` or a part of the path is empty.
    pub fn parse(flag: &str, text: &str, sources: &mut Sources) -> Result<Self, Diagnostic> {
        let (path, value) = text.split_once('=').unwrap_or((text, ""));
        let path: Vec<String> = path.split('.').map(|part| part.trim().to_owned()).collect();
        if value.trim().is_empty() || path.iter().any(String::is_empty) {
            return Err(Diagnostic::error(format!("`{flag} {text}` is not of the form `path=value`"))
                .hint("for example `--set train.optimizer=adam`"));
        }
        let source = sources.add(Source::new(format!("{flag} {}", path.join(".")), value));
        Ok(Self { path, source })
    }
}

/// The document with the overrides in place; `None` where a text is not YAML or a path leads nowhere.
pub(super) fn document(sources: &Sources, overrides: &[Override], problems: &mut Problems) -> Option<Node> {
    let mut parse = |index| node::parse(sources, index).map_err(|diagnostic| problems.push(diagnostic)).ok();
    let mut document = parse(0)?;
    let values: Option<Vec<Node>> = overrides.iter().map(|item| parse(item.source)).collect();
    for (item, value) in overrides.iter().zip(values?) {
        if let Err(diagnostic) = set(&mut document, &item.path, value) {
            problems.push(diagnostic);
        }
    }
    Some(document)
}

/// Puts `value` at `path`, and makes the mappings on the way where they are missing.
fn set(node: &mut Node, path: &[String], value: Node) -> Result<(), Diagnostic> {
    let Some((key, rest)) = path.split_first() else {
        *node = value;
        return Ok(());
    };
    let span = value.span;
    match &mut node.value {
        Value::List(list) => {
            let length = list.len();
            let item = key.parse::<usize>().ok().and_then(|index| list.get_mut(index)).ok_or_else(|| {
                Diagnostic::error(format!("there is no item `{key}` in a list of {length}"))
                    .at(span)
                    .hint("items count from 0")
            })?;
            set(item, rest, value)
        }
        Value::Map(entries) => {
            let position = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
                let empty = Node { span, value: Value::Null };
                entries.push(Entry { key: key.clone(), key_span: span, node: empty });
                entries.len() - 1
            });
            set(&mut entries[position].node, rest, value)
        }
        // `train.optimizer.rmsprop.rho=0.8` gives arguments to `optimizer: rmsprop`.
        Value::Text(name) => {
            let name =
                Entry { key: name.clone(), key_span: node.span, node: Node { span, value: Value::Map(Vec::new()) } };
            node.value = Value::Map(vec![name]);
            set(node, path, value)
        }
        _ => {
            node.value = Value::Map(Vec::new());
            set(node, path, value)
        }
    }
}

/// The model file with the overrides in place, as YAML: the text itself where there are none.
///
/// # Errors
/// What [`Spec::parse`](super::Spec::parse) reports for the same arguments.
pub fn to_yaml(sources: &Sources, overrides: &[Override]) -> Result<String, Vec<Diagnostic>> {
    if overrides.is_empty() {
        return Ok(sources.model().text().to_owned());
    }
    let mut problems = Problems::default();
    let document = document(sources, overrides, &mut problems);
    document.map(|document| emit(&document)).ok_or_else(|| problems.into_sorted())
}

/// Block style for the upper levels and flow style below, as models are written.
fn emit(document: &Node) -> String {
    let mut text = String::new();
    let Value::Map(entries) = &document.value else { return flow(document) + "\n" };
    for entry in entries {
        match &entry.node.value {
            Value::List(items) if entry.key == "layers" && !items.is_empty() => {
                text += "layers:\n";
                for item in items {
                    text += &format!("  - {}\n", item_text(item));
                }
            }
            Value::Map(inner) if !inner.is_empty() => {
                text += &format!("{}:\n", quoted(&entry.key));
                for entry in inner {
                    text += &format!("  {}: {}\n", quoted(&entry.key), flow(&entry.node));
                }
            }
            _ => text += &format!("{}: {}\n", quoted(&entry.key), flow(&entry.node)),
        }
    }
    text
}

/// `dense: {units: 10}` without the outer braces.
fn item_text(item: &Node) -> String {
    match &item.value {
        Value::Map(entries) if entries.len() == 1 => {
            format!("{}: {}", quoted(&entries[0].key), flow(&entries[0].node))
        }
        _ => flow(item),
    }
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => quoted(text),
        Value::List(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|entry| format!("{}: {}", quoted(&entry.key), flow(&entry.node))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// Plain where it is a plain word, else a double-quoted scalar, whose escapes are JSON's.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "nan" | "inf"
        );
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
