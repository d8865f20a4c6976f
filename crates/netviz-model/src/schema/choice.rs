//! A choice by name with arguments, as layers and optimizers are written.

use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// A choice by name with arguments, as layers and optimizers are written:
/// `flatten`, `{dropout: 0.2}` or `{dense: {units: 512}}`.
pub(crate) struct Choice<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    /// The value after the name.
    pub(crate) body: Option<&'a Node>,
}

impl<'a> Choice<'a> {
    /// Reads a choice. `what` names the thing chosen, such as "a layer".
    pub(crate) fn of(node: &'a Node, what: &str, example: &str, problems: &mut Problems) -> Option<Self> {
        let problem = match &node.value {
            Value::Text(name) => return Some(Self { name, span: node.span, body: None }),
            Value::Map(entries) if entries.len() == 1 => {
                let entry = &entries[0];
                return Some(Self { name: &entry.key, span: entry.key_span, body: Some(&entry.node) });
            }
            Value::Map(entries) if !entries.is_empty() => {
                let second = &entries[1];
                let (first, second_key) = (excerpt(&entries[0].key), excerpt(&second.key));
                Diagnostic::error(format!("{what} has one name, but `{second_key}` stands beside `{first}`"))
                    .at(second.key_span)
                    .hint(format!("arguments go inside it: `{example}`"))
            }
            _ => Diagnostic::error(format!("expected {what}, found {}", node.describe()))
                .at(node.span)
                .hint(format!("write it as `{example}`")),
        };
        problems.push(problem);
        None
    }

    /// The entries of the body; a bare value is read as the argument named `shorthand`.
    pub(crate) fn entries(
        &self,
        shorthand: Option<&str>,
        example: &str,
        problems: &mut Problems,
    ) -> Option<Vec<Entry>> {
        let Some(body) = self.body else { return Some(Vec::new()) };
        match (&body.value, shorthand) {
            (Value::Map(entries), _) => Some(entries.clone()),
            (Value::Null, _) => Some(Vec::new()),
            (_, Some(key)) => Some(vec![Entry { key: key.into(), key_span: body.span, node: body.clone() }]),
            (_, None) => {
                let message = format!("`{}`: expected a mapping of arguments, found {}", self.name, body.describe());
                problems.push(Diagnostic::error(message).at(body.span).hint(format!("write it as `{example}`")));
                None
            }
        }
    }
}
