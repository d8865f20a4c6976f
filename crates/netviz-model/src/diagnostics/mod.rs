//! Diagnostics: what is wrong with a model, where, and how to fix it.
//!
//! The front-end collects [`Diagnostic`]s in [`Problems`] and continues, so that one run reports all of them.

mod characters;
mod list;
mod show;

use std::collections::HashSet;
use std::fmt;

pub(crate) use characters::{Lookalike, lookalike, lookalike_letter};
pub use list::Diagnostics;
pub use show::{Style, printable, printable_line, show};

use crate::source::{SourceError, Span};
use crate::text::controls_terminal;

/// Severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The model cannot be used.
    Error,
    /// The model can be used, but is probably not what was meant.
    Warning,
}

/// One problem: a message, with a place and a hint if there are any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Severity.
    pub severity: Severity,
    /// The place in the text.
    pub span: Option<Span>,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
    /// How to fix it.
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

/// The message, and the hint on a line of its own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhelp: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

impl From<SourceError> for Diagnostic {
    fn from(error: SourceError) -> Self {
        let hint = match error {
            SourceError::TooLarge { .. } => {
                "a model file holds the layers as text; weights belong in a .safetensors file"
            }
            SourceError::NotUtf8 { .. } => "save the file as UTF-8 text",
        };
        Self::error(error.to_string()).hint(hint)
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

    /// Adds all problems of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All problems, in the order of the text. Duplicates, which aliases cause, are removed.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        self.0.retain(|diagnostic| seen.insert(diagnostic.clone()));
        self.0.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.source, span.start)));
        self.0
    }
}

/// A word from a model file for a message: on one line, shortened to 40 characters.
pub fn excerpt(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut chars = text.chars();
    let start: String = chars
        .by_ref()
        .take(LENGTH)
        .map(|c| if controls_terminal(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if chars.next().is_some() { start + "…" } else { start }
}
