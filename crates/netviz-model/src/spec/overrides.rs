//! Values set on the command line, which override the model file: `train.optimizer=adam`.
//!
//! The arguments of a choice by name can be set without the name: `train.optimizer.learning_rate=0.01` for any
//! optimizer, `layers.0.units=64` for a dense layer.

use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::layer::KINDS;
use crate::limits;
use crate::loss::LOSSES;
use crate::metric::METRICS;
use crate::optimizer::OPTIMIZERS;
use crate::schedule::SCHEDULES;
use crate::schema::Registry;
use crate::schema::arguments::Field;
use crate::source::{Source, Sources, Span};
use crate::text::thousands;
use crate::yaml::parse;
use crate::yaml::{Entry, Node, Value};

/// One value that overrides the file.
#[derive(Debug, Clone)]
pub struct Override {
    /// Index of its text in the [`Sources`].
    source: usize,
    /// The keys that lead to the value, with their spans.
    path: Vec<Key>,
    /// Byte offset of the value in its text.
    value: usize,
}

#[derive(Debug, Clone)]
struct Key {
    text: String,
    span: Span,
}

impl Override {
    /// Parses `train.optimizer=adam`; the value is YAML. `flag` is the option that diagnostics name.
    ///
    /// # Errors
    /// If there is no value, if a part of the path is empty, or if it has more than [`limits::YAML_DEPTH`] keys.
    pub fn parse(flag: &str, text: &str, sources: &mut Sources) -> Result<Self, Diagnostic> {
        let (path, value) = text.split_once('=').unwrap_or((text, ""));
        if value.trim().is_empty() || path.split('.').any(|key| key.trim().is_empty()) {
            let message = format!("`{flag} {}` is not of the form `path=value`", excerpt(text));
            return Err(Diagnostic::error(message).hint("for example `--set train.optimizer=adam`"));
        }
        let keys = path.split('.').count();
        if keys > limits::YAML_DEPTH {
            let message = format!("`{flag} {}` leads through {} keys", excerpt(text), thousands(keys));
            let hint = format!("a path has at most {}: a model needs about six", limits::YAML_DEPTH);
            return Err(Diagnostic::error(message).hint(hint));
        }
        let source = sources.add(Source::new(flag, text));
        let mut start = 0;
        let path = path.split('.').map(|part| {
            let key = part.trim();
            let offset = start + part.len() - part.trim_start().len();
            start += part.len() + 1;
            Key { text: key.to_owned(), span: Span { source, start: offset, end: offset + key.len() } }
        });
        let path: Vec<Key> = path.collect();
        Ok(Self { source, path, value: start })
    }
}

/// The document with the overrides applied; `None` if the file is not YAML. An override that cannot be applied is
/// reported and skipped.
pub(super) fn document(sources: &Sources, overrides: &[Override], problems: &mut Problems) -> Option<Node> {
    let mut document = parse(sources, 0, 0).map_err(|diagnostic| problems.push(diagnostic)).ok();
    for item in overrides {
        let value = parse(sources, item.source, item.value);
        let placed = value.and_then(|value| document.as_mut().map_or(Ok(()), |root| set(root, &item.path, 0, value)));
        if let Err(diagnostic) = placed {
            problems.push(diagnostic);
        }
    }
    document
}

/// Sets the value at `path` below the root, and creates missing mappings on the way. `node` is what the first `depth`
/// keys lead to.
fn set(node: &mut Node, path: &[Key], depth: usize, value: Node) -> Result<(), Diagnostic> {
    if depth == path.len() {
        *node = value;
        return Ok(());
    }
    match Choice::at(&path[..depth]) {
        Some(choice) => choice.set(node, path, depth, value),
        None => set_inside(node, path, depth, value),
    }
}

/// [`set`] for a node that is not a choice.
fn set_inside(node: &mut Node, path: &[Key], depth: usize, value: Node) -> Result<(), Diagnostic> {
    let Some(key) = path.get(depth) else {
        *node = value;
        return Ok(());
    };
    if let Value::Null = &node.value {
        node.value = Value::Map(Vec::new());
    }
    match &mut node.value {
        Value::List(list) => set(item(list, key)?, path, depth + 1, value),
        Value::Map(entries) => {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key == key.text) {
                return set(&mut entry.node, path, depth + 1, value);
            }
            let mut new = entry(key, key.span);
            set(&mut new.node, path, depth + 1, value)?;
            entries.push(new);
            Ok(())
        }
        _ => {
            let parent: Vec<&str> = path[..depth].iter().map(|key| key.text.as_str()).collect();
            let message = format!("cannot set `{}` inside {}", excerpt(&key.text), node.describe());
            let hint = format!("set the whole value instead: `--set '{}={{…}}'`", parent.join("."));
            Err(Diagnostic::error(message).at(key.span).hint(hint))
        }
    }
}

fn entry(key: &Key, span: Span) -> Entry {
    Entry { key: key.text.clone(), key_span: span, node: Node { span, value: Value::Null } }
}

fn item<'a>(list: &'a mut [Node], key: &Key) -> Result<&'a mut Node, Diagnostic> {
    let length = list.len();
    key.text.parse().ok().and_then(|index: usize| list.get_mut(index)).ok_or_else(|| {
        Diagnostic::error(format!("there is no item `{}` in a list of {length}", excerpt(&key.text)))
            .at(key.span)
            .hint("items count from 0")
    })
}

/// What can be chosen: its name, its arguments, and the argument that a bare value sets.
struct Name(&'static str, &'static [Field], Option<&'static str>);

/// A place in a model where something is chosen by name, with arguments.
struct Choice {
    names: Vec<Name>,
    /// The choice if the model makes none.
    default: Option<&'static str>,
}

impl Choice {
    fn at(path: &[Key]) -> Option<Self> {
        let keys: Vec<&str> = path.iter().map(|key| key.text.as_str()).collect();
        let names = match keys[..] {
            ["layers", _] => KINDS.iter().map(|kind| Name(kind.name, kind.fields, kind.shorthand)).collect(),
            ["train", "optimizer"] => return Some(Self::from(&OPTIMIZERS)),
            ["train", "schedule"] => return Some(Self::from(&SCHEDULES)),
            ["train", "loss"] => return Some(Self::from(&LOSSES)),
            ["train", "metrics", _] => return Some(Self::from(&METRICS)),
            _ => return None,
        };
        Some(Self { names, default: None })
    }

    fn from<T: ?Sized>(registry: &Registry<T>) -> Self {
        let names = registry.entries.iter().map(|entry| Name(entry.name, entry.fields, None)).collect();
        Self { names, default: registry.default.map(|entry| entry.name) }
    }

    fn find(&self, name: &str) -> Option<&Name> {
        self.names.iter().find(|known| known.0 == name)
    }

    /// Sets an argument of the current choice, or makes another choice. `path[depth]` is a name or an argument.
    fn set(&self, node: &mut Node, path: &[Key], depth: usize, value: Node) -> Result<(), Diagnostic> {
        let key = &path[depth];
        let chosen = match &node.value {
            Value::Null => self.default.map(str::to_owned),
            Value::Text(name) => Some(name.clone()),
            Value::Map(entries) if entries.len() == 1 => Some(entries[0].key.clone()),
            _ => None,
        };
        // Some words are both: `activation` is a layer, and an argument of others.
        let is_argument = chosen
            .as_deref()
            .and_then(|chosen| self.find(chosen))
            .is_some_and(|Name(_, fields, _)| fields.iter().any(|field| field.name == key.text));
        let is_name = !is_argument && self.find(&key.text).is_some();
        let (name, rest) = match chosen {
            Some(chosen) if !is_name || key.text == chosen => (chosen, if is_name { depth + 1 } else { depth }),
            // A different choice, with its own arguments.
            _ if is_name => {
                *node = Node { span: key.span, value: Value::Map(vec![entry(key, key.span)]) };
                (key.text.clone(), depth + 1)
            }
            _ => {
                let names: Vec<&str> = self.names.iter().map(|name| name.0).collect();
                let parent: Vec<&str> = path[..depth].iter().map(|key| key.text.as_str()).collect();
                let message =
                    format!("cannot set `{}`: nothing is chosen at `{}`", excerpt(&key.text), parent.join("."));
                let hint = format!("choose first, with `--set {}=NAME`: {}", parent.join("."), names.join(", "));
                return Err(Diagnostic::error(message).at(key.span).hint(hint));
            }
        };
        let old = std::mem::replace(&mut node.value, Value::Null);
        let mut chosen = self.with_arguments(old, &Key { text: name, span: node.span });
        // If no keys follow, the value replaces all arguments.
        let result = set_inside(&mut chosen.node, path, rest, value);
        node.value = Value::Map(vec![chosen]);
        result
    }

    /// The choice with its arguments as a mapping, even if it was written with a bare value.
    fn with_arguments(&self, value: Value, name: &Key) -> Entry {
        let mut chosen = match value {
            Value::Map(entries) => entries.into_iter().next().unwrap_or_else(|| entry(name, name.span)),
            _ => entry(name, name.span),
        };
        let shorthand = self.find(&name.text).and_then(|name| name.2);
        let body = &mut chosen.node;
        if let Some(shorthand) = shorthand.filter(|_| !matches!(body.value, Value::Map(_) | Value::Null)) {
            let key = Key { text: shorthand.to_owned(), span: body.span };
            body.value = Value::Map(vec![Entry { node: body.clone(), ..entry(&key, body.span) }]);
        }
        chosen
    }
}
