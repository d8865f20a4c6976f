//! A choice by name with arguments, as layers and optimizers are written.

use super::arguments::{Field, Reader};
use super::node::{Entry, Node, Value};
use super::values::{meant, names};
use super::words::Vocabulary;
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::source::Span;

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

/// An entry of a table from which a model file chooses by name, such as an optimizer.
pub(crate) trait Choosable: 'static {
    /// The value that is built from the arguments.
    type Value;
    /// The thing chosen, such as "an optimizer".
    const WHAT: &'static str;
    /// A choice with arguments.
    const EXAMPLE: &'static str;
    /// All entries.
    const TABLE: &'static [&'static Self];
    /// The names that other tools use.
    const WORDS: Vocabulary;

    /// The name in a spec.
    fn name(&self) -> &'static str;

    /// The arguments.
    fn fields(&self) -> &'static [Field];

    /// Example arguments: `{learning_rate: 0.001}`.
    fn example(&self) -> &'static str;

    /// Reads the arguments.
    fn read(&self, reader: &mut Reader) -> Option<Self::Value>;
}

/// Describes a choice from a table, to follow "expected ".
pub(crate) fn expected<K: Choosable>() -> String {
    let table: Vec<_> = K::TABLE.iter().map(|kind| (kind.name(), ())).collect();
    format!("{}: {}", K::WHAT, names(&table))
}

/// Reads a choice from a table.
pub(crate) fn choose<K: Choosable>(node: &Node, problems: &mut Problems) -> Option<(&'static K, K::Value)> {
    let choice = Choice::of(node, K::WHAT, K::EXAMPLE, problems)?;
    let find = |name: &str| K::TABLE.iter().copied().find(|kind| kind.name() == name);
    let kind = find(choice.name).or_else(|| {
        let (meant, hint) = meant(choice.name, &K::TABLE.iter().map(|kind| kind.name()).collect::<Vec<_>>(), &K::WORDS);
        let what = K::WHAT.split_once(' ').map_or(K::WHAT, |(_, what)| what);
        let message = format!("unknown {what} `{}`", excerpt(choice.name));
        problems.push(Diagnostic::error(message).at(choice.span).hint(hint));
        meant.and_then(find)
    })?;
    let entries = choice.entries(None, &format!("{}: {}", kind.name(), kind.example()), problems)?;
    let owner = format!("`{}`", kind.name());
    let known: Vec<&str> = kind.fields().iter().map(|field| field.name).collect();
    let mut reader = Reader::new(&owner, choice.span, &entries, &known, problems);
    Some((kind, kind.read(&mut reader)?))
}
