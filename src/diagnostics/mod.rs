//! What is wrong with a model, where, and what to do about it.
//!
//! The front-end collects [`Diagnostic`]s in [`Problems`] and goes on, so that one run shows them all.

mod characters;
mod show;

use std::collections::HashSet;

pub(crate) use characters::{Lookalike, lookalike, lookalike_letter};
pub use show::{Style, printable, printable_line, show};

use crate::source::Span;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The model cannot be used.
    Error,
    /// The model can be used, but is probably not what was meant.
    Warning,
}

/// One problem: a sentence, the place if it has one, and a hint.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub span: Option<Span>,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span: None, message: message.into(), hint: None }
    }

    /// A warning without a place.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems(Vec<Diagnostic>);

impl Problems {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds an error at a place.
    pub fn error(&mut self, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::error(message).at(span));
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether an error, not merely a warning, is among them.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All of them, in the order of the text. What an alias repeats is told once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        self.0.retain(|diagnostic| seen.insert(diagnostic.clone()));
        self.0.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.source, span.start)));
        self.0
    }
}

/// A word from a model file as messages quote it: cut after 40 characters, in one line.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut chars = text.chars();
    let start: String =
        chars.by_ref().take(LENGTH).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if chars.next().is_some() { start + "…" } else { start }
}
