//! The YAML tree with the place of every scalar and key.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Spanned, options::DuplicateKeyPolicy};

use crate::diagnostics::Diagnostic;
use crate::source::{Sources, Span};

/// A YAML value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a [`Node`] holds.
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

/// One key and its value; a key may repeat, which the reader of the map reports.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Node {
    /// What the value is, for "expected …, found …".
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".into(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(value) => format!("{value}"),
            Value::Float(value) => format!("{value}"),
            Value::Text(text) if text.chars().count() > 40 => "a longer text".into(),
            Value::Text(text) => format!("the text `{text}`"),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a mapping".into(),
        }
    }
}

/// Parses the text of source `index` as one YAML document.
///
/// # Errors
/// One diagnostic: a YAML parser cannot go on after a syntax error.
pub(crate) fn parse(sources: &Sources, index: usize) -> Result<Node, Diagnostic> {
    let text = sources.get(index).text();
    let options = serde_yaml::options! {
        // Repeated keys reach our own check, which reports them with the others.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        budget: Some(budget()),
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(Locate { text, source: index }.node(raw)),
        Err(error) => Err(syntax_error(&error, text, index)),
    }
}

/// Far below the library's defaults: a model is a small document, and an alias bomb should stop at once.
fn budget() -> serde_yaml::Budget {
    let mut budget = serde_yaml::Budget::default();
    budget.max_events = 200_000;
    budget.max_nodes = 100_000;
    budget.max_aliases = 1_000;
    budget.max_anchors = 1_000;
    budget.max_depth = 64;
    budget
}

fn syntax_error(error: &serde_yaml::Error, text: &str, source: usize) -> Diagnostic {
    let plain = error.without_snippet();
    let message = plain.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    let mut diagnostic = if message.to_lowercase().contains("budget") || message.contains("alias") {
        Diagnostic::error(format!("the file is too deeply nested or expands to too much: {message}"))
            .hint("write the layers out instead of repeating them through YAML aliases")
    } else {
        Diagnostic::error(format!("not valid YAML: {message}"))
    };
    if let Some(location) = plain.location() {
        let start = floor(text, location.span().byte_offset().unwrap_or(0) as usize);
        let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        diagnostic = diagnostic.at(Span { source, start, end });
    }
    diagnostic
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The tree as serde hands it over, with the library's own locations.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(i64::try_from(value).map_or(Raw::Float(value as f64), Raw::Int))
    }
    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Float(value as f64))
    }
    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Float(value as f64))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = access.next_element()? {
            list.push(node);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// Turns the library's locations into spans of one text.
struct Locate<'a> {
    text: &'a str,
    source: usize,
}

impl Locate<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let own = self.span(&raw.referenced);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Int(value) => Value::Int(value),
            Raw::Float(value) => Value::Float(value),
            Raw::Text(text) => Value::Text(text),
            Raw::List(list) => Value::List(list.into_iter().map(|node| self.node(node)).collect()),
            Raw::Map(entries) => Value::Map(entries.into_iter().map(|entry| self.entry(entry)).collect()),
        };
        let span = match &value {
            // The library gives collections a start but no length: a mapping is named by its first key.
            Value::Map(entries) => entries.first().map_or(own, |entry| entry.key_span),
            Value::List(list) => list.last().map_or(own, |last| Span { end: last.span.end.max(own.end), ..own }),
            _ => own,
        };
        Node { span, value }
    }

    fn entry(&self, (key, node): (Spanned<Raw>, Spanned<Raw>)) -> Entry {
        let key = self.node(key);
        let text = match key.value {
            Value::Text(text) => text,
            _ => self.text[key.span.start..key.span.end].to_owned(),
        };
        Entry { key: text, key_span: key.span, node: self.node(node) }
    }

    fn span(&self, location: &serde_yaml::Location) -> Span {
        let start = floor(self.text, location.span().byte_offset().unwrap_or(0) as usize);
        let length = location.span().byte_len().unwrap_or(0) as usize;
        Span { source: self.source, start, end: floor(self.text, start + length) }
    }
}
