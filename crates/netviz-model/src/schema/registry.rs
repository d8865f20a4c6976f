//! Tables from which a model file chooses by name, with arguments: optimizers, schedules, losses and metrics.
//!
//! An entry is one file, which declares everything about it in an [`Entry`], and one line in the table of its
//! [`Registry`].

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::arguments::{ArgValue, Argument, Field, Reader, Settings, ToValue};
use super::choice::Choice;
use super::values::{meant, names};
use super::vocabulary::Vocabulary;
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A table from which a model file chooses by name. `T` is the trait that the entries implement.
pub struct Registry<T: ?Sized + 'static> {
    /// The thing chosen, with its article: "an optimizer".
    pub what: &'static str,
    /// The entry that is used if the model file chooses none.
    pub default: Option<&'static Entry<T>>,
    /// All entries.
    pub entries: &'static [&'static Entry<T>],
    /// Words of other tools that no entry stands for, and what to do instead.
    pub(crate) advice: &'static [(&'static [&'static str], &'static str)],
}

/// An entry of a [`Registry`].
pub struct Entry<T: ?Sized + 'static> {
    /// Name in the model file.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Arguments.
    pub fields: &'static [Field],
    /// Example arguments, as in a model file; empty if there are no arguments.
    pub example: &'static str,
    /// The names that other tools use.
    pub(crate) synonyms: &'static [&'static str],
    /// Reads the arguments.
    pub(crate) read: fn(&mut Reader) -> Option<Arc<T>>,
}

impl<T: ?Sized> Entry<T> {
    /// The entry with the defaults of all arguments; `None` if an argument is required.
    pub fn plain(&'static self) -> Option<Chosen<T>> {
        let (mut problems, entries) = (Problems::default(), []);
        let mut reader = Reader::new(self.name, Span::NONE, &entries, &[], &mut problems);
        Some(Chosen { kind: self, value: (self.read)(&mut reader)? })
    }

    /// The choice as it is written with example arguments.
    fn written(&self) -> String {
        if self.example.is_empty() { self.name.to_owned() } else { format!("{}: {}", self.name, self.example) }
    }
}

impl<T: ?Sized> fmt::Debug for Entry<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.name).finish()
    }
}

/// An entry selected by a model file, with its arguments.
pub struct Chosen<T: ?Sized + 'static> {
    /// The entry.
    pub kind: &'static Entry<T>,
    /// The value that it built from the arguments.
    pub value: Arc<T>,
}

impl<T: ?Sized> Clone for Chosen<T> {
    fn clone(&self) -> Self {
        Self { kind: self.kind, value: Arc::clone(&self.value) }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Chosen<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Chosen").field(&self.kind.name).field(&self.value).finish()
    }
}

impl<T: ?Sized> Deref for Chosen<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A trait whose implementations are chosen from one table.
pub(crate) trait Registered: Settings + 'static {
    /// The table.
    fn registry() -> &'static Registry<Self>;
}

impl<T: ?Sized + Registered> Argument for Chosen<T> {
    fn expected() -> String {
        T::registry().expected()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        T::registry().choose(node, problems)
    }
}

impl<T: ?Sized + Registered> ToValue for Chosen<T> {
    fn to_value(&self) -> Option<ArgValue> {
        let settings = self.value.settings();
        let is_plain = settings.is_empty();
        Some(if is_plain { ArgValue::name(self.kind.name) } else { ArgValue::choice(self.kind.name, settings) })
    }
}

impl<T: ?Sized> Registry<T> {
    /// The entry with a name.
    pub fn find(&self, name: &str) -> Option<&'static Entry<T>> {
        self.entries.iter().copied().find(|entry| entry.name == name)
    }

    /// The names of all entries.
    pub fn names(&self) -> Vec<&'static str> {
        self.entries.iter().map(|entry| entry.name).collect()
    }

    /// Describes a choice, to follow "expected ".
    pub(crate) fn expected(&self) -> String {
        let table: Vec<_> = self.entries.iter().map(|entry| (entry.name, ())).collect();
        format!("{}: {}", self.what, names(&table))
    }

    /// Reads a choice. `None` without a problem if the value is no name and no entry has arguments.
    pub(crate) fn choose(&self, node: &Node, problems: &mut Problems) -> Option<Chosen<T>> {
        let with_arguments = self.entries.iter().copied().find(|entry| !entry.fields.is_empty());
        let example = match (&node.value, self.default.or(with_arguments)) {
            (_, Some(entry)) => entry.written(),
            (Value::Text(_), None) => String::new(),
            (_, None) => return None,
        };
        let choice = Choice::of(node, self.what, &example, problems)?;
        let kind = self.find(choice.name).or_else(|| self.misspelt(&choice, problems))?;
        let entries = choice.entries(None, &kind.written(), problems)?;
        let owner = format!("`{}`", kind.name);
        let known: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
        let mut reader = Reader::new(&owner, choice.span, &entries, &known, problems);
        Some(Chosen { kind, value: (kind.read)(&mut reader)? })
    }

    /// Reports an unknown name. Returns the entry that it surely means, if any.
    fn misspelt(&self, choice: &Choice, problems: &mut Problems) -> Option<&'static Entry<T>> {
        let synonyms: Vec<_> = self.entries.iter().map(|entry| (entry.name, entry.synonyms)).collect();
        let words = Vocabulary { synonyms: &synonyms, advice: self.advice };
        let (meant, hint) = meant(choice.name, &self.names(), &words);
        let what = self.what.split_once(' ').map_or(self.what, |(_, what)| what);
        let message = format!("unknown {what} `{}`", excerpt(choice.name));
        problems.push(Diagnostic::error(message).at(choice.span).hint(hint));
        meant.and_then(|name| self.find(name))
    }
}
