//! Typed arguments read from YAML mappings, with every problem reported.
//!
//! [`arguments!`](crate::schema::arguments) declares a struct once; the field names, their documentation,
//! the parsing and the "did you mean" all come from that declaration.

use std::collections::HashMap;

pub(crate) use super::setting::{ArgValue, Setting, Settings};
use super::suggest;
use super::vocabulary::{self, Meaning};
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// A value that can be read from YAML, as the value of a key or an item of a list.
pub(crate) trait Argument: Sized {
    /// Describes the accepted values, to follow "expected ".
    fn expected() -> String;

    /// A hint for a value that does not fit.
    fn hint(node: &Node) -> Option<String> {
        unquoted(node)
    }

    /// Reads the value; `None` if it does not fit. Reports a problem of its own if `expected` says too little.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self>;
}

/// A type whose values are those of arguments.
pub(crate) trait ToValue {
    /// The value for pictures, tables, JSON and comparisons; `None` for an absent one.
    fn to_value(&self) -> Option<ArgValue>;
}

impl Setting {
    /// The setting; `None` if there is no value to show.
    pub(crate) fn of(name: &'static str, value: &dyn ToValue, default: Option<&dyn ToValue>) -> Option<Self> {
        let value = value.to_value()?;
        let is_default = default.and_then(ToValue::to_value).is_some_and(|default| default == value);
        Some(Self { name: name.into(), value, is_default })
    }
}

/// One key of a mapping.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// Describes the accepted values.
    pub expected: fn() -> String,
    /// Whether the key must be given.
    pub required: bool,
    /// The default; `None` if the key is required or absent by default.
    pub default: fn() -> Option<ArgValue>,
}

/// A struct declared by [`arguments!`](crate::schema::arguments).
pub(crate) trait Arguments: Settings + Sized {
    /// The keys in the order of declaration.
    const FIELDS: &'static [Field];

    /// Reads every field, so that every problem is reported; `None` if a field is missing or wrong.
    fn read(reader: &mut Reader) -> Option<Self>;
}

/// Reads the entries of one mapping.
pub(crate) struct Reader<'a> {
    /// The name of what the mapping belongs to, as shown in messages: `` `dense` ``.
    owner: &'a str,
    /// The span of the owner's name.
    span: Span,
    /// The entries by known key; a synonym from another tool is stored under the netviz key.
    entries: HashMap<&'a str, &'a Entry>,
    /// Known keys that unknown ones were probably meant to be.
    misspelt: Vec<&'a str>,
    pub(crate) problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    /// Reports unknown and duplicate keys. A synonym from another tool is reported, and its value is read as that of
    /// the netviz key.
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

    /// Reports an unknown key, and records which known key was probably meant.
    fn unknown(&mut self, entry: &'a Entry, known: &[&'a str]) {
        let key = entry.key.as_str();
        let hint = if let Some((word, _)) = key.split_once(':').filter(|(word, _)| known.contains(word)) {
            self.misspelt.push(word);
            format!("put a space after the colon: `{word}: …`")
        } else {
            match vocabulary::KEYS.find(key, known) {
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

    /// Reads the value of a required key.
    pub(crate) fn required<T: Argument>(&mut self, key: &str, doc: &str) -> Option<T> {
        if let Some(entry) = self.entry(key) {
            return read_value(key, &entry.node, self.problems);
        }
        self.missing(key, &format!("`{key}`: {}; {}", sentence(doc), T::expected()));
        None
    }

    /// Reports a missing key, unless a misspelt one was probably meant to be it.
    pub(crate) fn missing(&mut self, key: &str, hint: &str) {
        if !self.misspelt.contains(&key) {
            let message = format!("missing key `{key}` in {}", self.owner);
            self.problems.push(Diagnostic::error(message).at(self.span).hint(hint));
        }
    }

    /// Reads the value of a key; the default if the key is absent, `None` if the value is wrong.
    pub(crate) fn optional<T: Argument>(&mut self, key: &str, default: T) -> Option<T> {
        match self.entry(key) {
            Some(entry) => read_value(key, &entry.node, self.problems),
            None => Some(default),
        }
    }

    /// The span of the name of the mapping's owner.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Warns about a number above `most`, the largest useful value.
    pub(crate) fn warn_above(&mut self, key: &str, most: f64) {
        let Some(entry) = self.entry(key) else { return };
        if entry.node.number().is_some_and(|value| value > most) {
            let message = format!("`{key}`: {} is too large for {} to learn", entry.node.describe(), self.owner);
            let hint = format!("write at most {most}");
            self.problems.push(Diagnostic::warning(message).at(entry.node.span).hint(hint));
        }
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.get(key).copied()
    }
}

/// Reads the value of a key, and reports what was expected unless the value reports a problem of its own.
pub(crate) fn read_value<T: Argument>(key: &str, node: &Node, problems: &mut Problems) -> Option<T> {
    read_with(&format!("`{key}`: "), node, problems)
}

/// Reads an item of a list. Messages name no key: the span shows which item it is.
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

/// The hint for a text that looks like a number or a boolean. YAML reads quoted numbers as strings, and here also 010.
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

/// A line of documentation, without its capital and full stop, to continue a sentence.
fn sentence(doc: &str) -> String {
    let doc = doc.trim().trim_end_matches('.');
    let mut chars = doc.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Declares a struct whose fields are read from a YAML mapping.
///
/// A field with `= value` has that default; a field without it is required. Users see the documentation of a field.
/// `#[most(1.0)]` is the largest useful value: a larger one gets a warning.
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

        impl $crate::schema::arguments::Arguments for $name {
            const FIELDS: &'static [$crate::schema::arguments::Field] = &[
                $( $crate::schema::arguments::Field {
                    name: stringify!($field),
                    doc: concat!($($doc),+),
                    expected: <$type as $crate::schema::arguments::Argument>::expected,
                    required: $crate::schema::arguments::arguments!(@required $($default)?),
                    default: || $crate::schema::arguments::arguments!(@value $type $(, $default)?),
                }, )*
            ];

            fn read(reader: &mut $crate::schema::arguments::Reader) -> Option<Self> {
                // Prevents an unused-variable warning for structs without fields.
                let _ = &reader;
                $( let $field = $crate::schema::arguments::arguments!(
                    @read reader, $field, concat!($($doc),+) $(, $default)?
                ); )*
                $( $( reader.warn_above(stringify!($field), $most); )? )*
                Some(Self { $( $field: $field?, )* })
            }
        }

        impl $crate::schema::arguments::Settings for $name {
            fn settings(&self) -> Vec<$crate::schema::arguments::Setting> {
                let settings: Vec<Option<$crate::schema::arguments::Setting>> = vec![$(
                    $crate::schema::arguments::Setting::of(
                        stringify!($field),
                        &self.$field,
                        $crate::schema::arguments::arguments!(@default $type $(, $default)?),
                    ),
                )*];
                settings.into_iter().flatten().collect()
            }
        }
    };
    (@default $type:ty) => { None };
    (@default $type:ty, $default:expr) => { Some(&{ let default: $type = $default; default }) };
    (@value $type:ty) => { None };
    (@value $type:ty, $default:expr) => {{
        let default: $type = $default;
        $crate::schema::arguments::ToValue::to_value(&default)
    }};
    (@required) => { true };
    (@required $default:expr) => { false };
    (@read $reader:ident, $field:ident, $doc:expr) => { $reader.required(stringify!($field), $doc) };
    (@read $reader:ident, $field:ident, $doc:expr, $default:expr) => {
        $reader.optional(stringify!($field), $default)
    };
}
pub(crate) use arguments;
