//! Typed arguments read from YAML mappings, with every problem reported.
//!
//! [`arguments!`](crate::spec::arguments) declares a struct once; the field names, their documentation,
//! the parsing and the "did you mean" all come from that declaration.

use std::collections::HashMap;

use super::node::{Entry, Node, Value};
use super::suggest;
use super::values::number;
use super::words::{self, Meaning};
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::source::Span;

/// A value that can stand behind a key.
pub(crate) trait Argument: Sized {
    /// What is expected, to follow "expected ".
    fn expected() -> String;

    /// What to do about a value that does not fit.
    fn hint(node: &Node) -> Option<String> {
        unquoted(node)
    }

    /// The value, or `None` where it does not fit; says why by itself where `expected` is not enough.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self>;
}

/// A value as pictures and tables show it.
pub(crate) trait Shown {
    /// Its text, such as `3×3`; `None` where its absence is the value.
    fn shown(&self) -> Option<String>;
}

/// One argument of a layer as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub name: &'static str,
    /// Its value, such as `3×3`.
    pub value: String,
    /// Whether it is what it would be if the key were absent.
    pub is_default: bool,
}

impl Setting {
    /// The setting, where there is a value to show.
    pub(crate) fn of(name: &'static str, value: &dyn Shown, default: Option<&dyn Shown>) -> Option<Self> {
        let value = value.shown()?;
        let is_default = default.is_some_and(|default| default.shown().as_ref() == Some(&value));
        Some(Self { name, value, is_default })
    }
}

/// `kind: {key: value, …}`.
pub(crate) fn named(kind: &str, settings: &[Setting]) -> String {
    format!("{kind}: {{{}}}", listed(settings))
}

/// `key: value, …`.
pub(crate) fn listed(settings: &[Setting]) -> String {
    let texts: Vec<String> = settings.iter().map(|Setting { name, value, .. }| format!("{name}: {value}")).collect();
    texts.join(", ")
}

/// One key of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// What values it takes.
    pub expected: fn() -> String,
    /// Whether the key must be given.
    pub required: bool,
    /// The value in force where the key is absent, as pictures and tables show it; none where there is none
    /// to show.
    pub default: fn() -> Option<String>,
}

/// A struct declared by [`arguments!`](crate::spec::arguments).
pub(crate) trait Arguments: Sized {
    /// The keys in the order of declaration.
    const FIELDS: &'static [Field];

    /// Reads every field, so that every problem is reported; `None` where a field is missing or wrong.
    fn read(reader: &mut Reader) -> Option<Self>;

    /// The arguments in force, in the order of declaration.
    fn settings(&self) -> Vec<Setting>;
}

/// Reads the entries of one mapping.
pub(crate) struct Reader<'a> {
    /// What the mapping belongs to, as it stands in messages: `` `dense` ``.
    owner: &'a str,
    /// Where the owner is named.
    span: Span,
    /// The entries by the keys that are known here; a word of another tool stands for the known one.
    entries: HashMap<&'a str, &'a Entry>,
    /// Keys that others were probably meant to be.
    misspelt: Vec<&'a str>,
    pub(crate) problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    /// Reports keys that are not in `known`, and keys that are given twice. What stands behind the word of another tool
    /// is read as if the word of netviz stood there.
    pub(crate) fn new(
        owner: &'a str,
        span: Span,
        entries: &'a [Entry],
        known: &[&'a str],
        problems: &'a mut Problems,
    ) -> Self {
        let (own, others): (Vec<&Entry>, _) = entries.iter().partition(|entry| known.contains(&entry.key.as_str()));
        let mut reader = Self { owner, span, entries: HashMap::new(), misspelt: Vec::new(), problems };
        for entry in own {
            if reader.entries.contains_key(entry.key.as_str()) {
                reader.refuse("duplicate", entry, "remove one of the two".into());
            } else {
                reader.entries.insert(&entry.key, entry);
            }
        }
        for entry in others {
            reader.unknown(entry, known);
        }
        reader
    }

    /// Reports a key that is not known, and finds out which one was meant.
    fn unknown(&mut self, entry: &'a Entry, known: &[&'a str]) {
        let key = entry.key.as_str();
        let hint = if let Some((word, _)) = key.split_once(':').filter(|(word, _)| known.contains(word)) {
            self.misspelt.push(word);
            format!("put a space after the colon: `{word}: …`")
        } else {
            match words::KEYS.find(key, known) {
                Some(Meaning::Word(word)) => {
                    self.entries.entry(word).or_insert(entry);
                    format!("netviz calls it `{word}`")
                }
                Some(Meaning::Advice(advice)) => advice.to_owned(),
                None => {
                    self.misspelt.extend(suggest::nearest(key, known.iter().copied()));
                    suggest::hint(key, known.iter().copied())
                }
            }
        };
        self.refuse("unknown", entry, hint);
    }

    fn refuse(&mut self, what: &str, entry: &Entry, hint: String) {
        let message = format!("{what} key `{}` in {}", excerpt(&entry.key), self.owner);
        self.problems.push(Diagnostic::error(message).at(entry.key_span).hint(hint));
    }

    /// The value of a key that must be there.
    pub(crate) fn required<T: Argument>(&mut self, key: &str, doc: &str) -> Option<T> {
        if let Some(entry) = self.entry(key) {
            return read_value(key, &entry.node, self.problems);
        }
        self.missing(key, &format!("`{key}`: {}; {}", sentence(doc), T::expected()));
        None
    }

    /// Reports that a key is missing, unless it is there in another spelling.
    pub(crate) fn missing(&mut self, key: &str, hint: &str) {
        if !self.misspelt.contains(&key) {
            let message = format!("missing key `{key}` in {}", self.owner);
            self.problems.push(Diagnostic::error(message).at(self.span).hint(hint));
        }
    }

    /// The value of a key, or the default where the key is absent; `None` where the value is wrong.
    pub(crate) fn optional<T: Argument>(&mut self, key: &str, default: T) -> Option<T> {
        match self.entry(key) {
            Some(entry) => read_value(key, &entry.node, self.problems),
            None => Some(default),
        }
    }

    /// Where the mapping's owner is named.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Warns of a number that is larger than any that has a use.
    pub(crate) fn warn_above(&mut self, key: &str, most: f64) {
        let Some(entry) = self.entry(key) else { return };
        if number(&entry.node).is_some_and(|value| value > most) {
            let message = format!("`{key}`: {} is too large for {} to learn", entry.node.describe(), self.owner);
            let hint = format!("write at most {most}");
            self.problems.push(Diagnostic::warning(message).at(entry.node.span).hint(hint));
        }
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.get(key).copied()
    }
}

/// Reads the value of a key and says what was expected where nothing more exact was said.
pub(crate) fn read_value<T: Argument>(key: &str, node: &Node, problems: &mut Problems) -> Option<T> {
    read_with(&format!("`{key}`: "), node, problems)
}

/// Reads an item of a list; the place tells which.
pub(crate) fn read_item<T: Argument>(node: &Node, problems: &mut Problems) -> Option<T> {
    read_with("", node, problems)
}

fn read_with<T: Argument>(prefix: &str, node: &Node, problems: &mut Problems) -> Option<T> {
    let mut own = Problems::default();
    let value = T::from_node(node, &mut own);
    if value.is_none() && !own.has_errors() {
        let message = format!("{prefix}expected {}, found {}", T::expected(), node.describe());
        let hint = T::hint(node);
        own.push(Diagnostic { hint, ..Diagnostic::error(message).at(node.span) });
    }
    problems.extend(own);
    value
}

/// How to write a text that looks like a number or a boolean: quoted numbers are texts, and so is 010.
pub(crate) fn unquoted(node: &Node) -> Option<String> {
    let Value::Text(text) = &node.value else { return None };
    let plain = match text.parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) if text.parse::<f64>().is_ok_and(f64::is_finite) || text == "true" || text == "false" => text.clone(),
        Err(_) => return None,
    };
    let reason = if text.starts_with('0') { "a 0 before it makes it a text" } else { "without quotes" };
    Some(format!("write it as {plain}, {reason}"))
}

/// A documentation line as the middle of a sentence.
fn sentence(doc: &str) -> String {
    let doc = doc.trim().trim_end_matches('.');
    let mut chars = doc.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Declares a struct whose fields are read from a YAML mapping.
///
/// A field with `= value` has that default; one without must be given. The first line of a field's
/// documentation is shown to users. `#[most(1.0)]` is the largest value that has a use: a larger one gets a warning.
macro_rules! arguments {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[doc = $doc:literal])+ $(#[most($most:literal)])? $field:ident : $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $visibility struct $name {
            $( $(#[doc = $doc])+ $visibility $field: $type, )*
        }

        impl $crate::spec::arguments::Arguments for $name {
            const FIELDS: &'static [$crate::spec::arguments::Field] = &[
                $( $crate::spec::arguments::Field {
                    name: stringify!($field),
                    doc: concat!($($doc),+),
                    expected: <$type as $crate::spec::arguments::Argument>::expected,
                    required: $crate::spec::arguments::arguments!(@required $($default)?),
                    default: || $crate::spec::arguments::arguments!(@shown $type $(, $default)?),
                }, )*
            ];

            fn read(reader: &mut $crate::spec::arguments::Reader) -> Option<Self> {
                // Without fields, nothing is read.
                let _ = &reader;
                $( let $field = $crate::spec::arguments::arguments!(
                    @read reader, $field, concat!($($doc),+) $(, $default)?
                ); )*
                $( $( reader.warn_above(stringify!($field), $most); )? )*
                Some(Self { $( $field: $field?, )* })
            }

            fn settings(&self) -> Vec<$crate::spec::arguments::Setting> {
                let settings: Vec<Option<$crate::spec::arguments::Setting>> = vec![$(
                    $crate::spec::arguments::Setting::of(
                        stringify!($field),
                        &self.$field,
                        $crate::spec::arguments::arguments!(@default $type $(, $default)?),
                    ),
                )*];
                settings.into_iter().flatten().collect()
            }
        }
    };
    (@default $type:ty) => { None };
    (@default $type:ty, $default:expr) => { Some(&{ let default: $type = $default; default }) };
    (@shown $type:ty) => { None };
    (@shown $type:ty, $default:expr) => {{
        let default: $type = $default;
        $crate::spec::arguments::Shown::shown(&default)
    }};
    (@required) => { true };
    (@required $default:expr) => { false };
    (@read $reader:ident, $field:ident, $doc:expr) => { $reader.required(stringify!($field), $doc) };
    (@read $reader:ident, $field:ident, $doc:expr, $default:expr) => {
        $reader.optional(stringify!($field), $default)
    };
}
pub(crate) use arguments;
