//! Parses YAML text into a [`Node`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_yaml::{Error, Location, Spanned};

use super::node::{Entry, Node, Value};
use super::syntax::{cause, explain};
use crate::diagnostics::Diagnostic;
use crate::limits;
use crate::source::{Source, Sources, Span};

/// Parses the text of source `index`, from byte `start` on, as one YAML document.
///
/// # Errors
/// One diagnostic: a YAML parser cannot continue after a syntax error.
pub fn parse(sources: &Sources, index: usize, start: usize) -> Result<Node, Diagnostic> {
    let source = sources.get(index);
    let locate = Locate { source, index, start };
    let options = serde_yaml::options! {
        // Without aliases, the size of the text bounds the number of values.
        budget: serde_yaml::budget! {
            max_depth: limits::YAML_DEPTH,
            max_recorded_anchor_events: 10 * limits::YAML_REPLAYED_EVENTS,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: limits::YAML_REPLAYED_EVENTS },
        // Our own check reports repeated keys together with other problems.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // The arguments reject infinity and NaN with a span.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        // YAML 1.2: `yes`, `no` and `on` are words, and 010 is not 8.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    };
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(&source.text()[start..], options) {
        Ok(raw) => Ok(locate.node(raw, false)),
        Err(error) => Err(locate.syntax_error(&error)),
    }
}

/// The tree as serde returns it, with the library's own locations.
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
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
    source: &'a Source,
    index: usize,
    /// Where the YAML starts in the text, in bytes.
    start: usize,
}

impl Locate<'_> {
    /// Converts a node. `aliased` is whether it is inside the definition of an alias or a merged mapping. The span of
    /// such a node is where it is written; the span of an alias itself is where it is used.
    fn node(&self, raw: Spanned<Raw>, aliased: bool) -> Node {
        let is_alias = !aliased && raw.referenced != raw.defined;
        let own = self.span(if aliased { &raw.defined } else { &raw.referenced });
        let inside = aliased || is_alias;
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Int(value) => Value::Int(value),
            Raw::Float(value) => Value::Float(value),
            Raw::Text(text) => Value::Text(text),
            Raw::List(list) => Value::List(exact(list.into_iter().map(|node| self.node(node, inside)))),
            Raw::Map(entries) => Value::Map(exact(entries.into_iter().map(|entry| self.entry(entry, inside)))),
        };
        let span = match &value {
            _ if is_alias => own,
            // The library gives collections a start but no length: the span of a mapping is its first key.
            Value::Map(entries) => entries.first().map_or(own, |entry| entry.key_span),
            Value::List(list) => list.last().map_or(own, |last| Span { end: last.span.end.max(own.end), ..own }),
            _ => own,
        };
        Node { span, value }
    }

    fn entry(&self, (key, node): (Spanned<String>, Spanned<Raw>), aliased: bool) -> Entry {
        let inside = aliased || key.referenced != key.defined;
        let key_span = self.span(if inside { &key.defined } else { &key.referenced });
        Entry { key_span, key: key.value, node: self.node(node, inside) }
    }

    fn span(&self, location: &Location) -> Span {
        let bytes = |value: Option<u64>| value.and_then(|value| usize::try_from(value).ok());
        let start = bytes(location.span().byte_offset()).map_or_else(|| self.offset(location), |at| self.start + at);
        let end = start + bytes(location.span().byte_len()).unwrap_or(0);
        Span { source: self.index, start: self.floor(start), end: self.floor(end) }
    }

    /// The start of the character that contains a byte.
    fn floor(&self, offset: usize) -> usize {
        let text = self.source.text();
        (0..=offset.min(text.len())).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or(0)
    }

    /// The byte at a line and column; scanner errors have no other location.
    fn offset(&self, location: &Location) -> usize {
        let number = |value: u64| usize::try_from(value).map_or(0, |value| value.saturating_sub(1));
        let text = &self.source.text()[self.start..];
        let line: usize = text.split_inclusive('\n').take(number(location.line())).map(str::len).sum();
        let column: usize = text[line..].chars().take(number(location.column())).map(char::len_utf8).sum();
        self.start + line + column
    }

    fn syntax_error(&self, error: &Error) -> Diagnostic {
        let diagnostic = explain(error);
        let Some(location) = error.location() else { return diagnostic };
        let span = self.span(&location);
        let text = &self.source.text()[self.start..];
        match cause(text, span.start.saturating_sub(self.start), &diagnostic) {
            Some((range, cause)) => {
                cause.at(Span { start: self.start + range.start, end: self.start + range.end, ..span })
            }
            None => diagnostic.at(span),
        }
    }
}

/// The items without room for more. `collect` would keep the memory of the items that they were made of, which are larger
/// and of which there is room for four at least.
fn exact<T>(items: impl ExactSizeIterator<Item = T>) -> Vec<T> {
    let mut exact = Vec::with_capacity(items.len());
    exact.extend(items);
    exact
}
