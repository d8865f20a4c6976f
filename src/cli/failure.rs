//! Why a command ends without success, as it is printed.

use crate::diagnostics::{Diagnostic, Severity, Style, printable, show};
use crate::source::Sources;

/// The problems that ended a command.
#[derive(Debug)]
pub struct Failure {
    diagnostics: Vec<Diagnostic>,
    sources: Option<Sources>,
    code: u8,
}

impl Failure {
    /// One problem without a place in a text.
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic::error(message).into()
    }

    /// Adds a hint to the last problem.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.diagnostics.last_mut() {
            last.hint = Some(hint.into());
        }
        self
    }

    /// The problems of a model.
    pub fn of_model(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Self { diagnostics, sources: Some(sources), code: 1 }
    }

    /// Sets the exit code, which is 1 otherwise.
    #[must_use]
    pub fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Whether the problems are those of a text, which its author can mend.
    pub(super) fn is_of_text(&self) -> bool {
        self.sources.is_some()
    }

    /// Prints every problem to standard error, in colour on a terminal.
    pub fn print(&self) {
        print_diagnostics(&self.diagnostics, self.sources.as_ref());
        if let Some(sources) = &self.sources {
            let count = |severity| self.diagnostics.iter().filter(|d| d.severity == severity).count();
            let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
            let warnings = match count(Severity::Warning) {
                0 => String::new(),
                warnings => format!(", {}", plural(warnings, "warning")),
            };
            let name = printable(sources.model().name());
            anstream::eprintln!("{name}: {}{warnings}", plural(count(Severity::Error), "error"));
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic].into()
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, sources: None, code: 1 }
    }
}

/// The most problems printed; a file that is no model at all can have thousands.
const MAX_SHOWN: usize = 100;

/// Prints diagnostics to standard error, a blank line after each.
pub(super) fn print_diagnostics(diagnostics: &[Diagnostic], sources: Option<&Sources>) {
    for diagnostic in diagnostics.iter().take(MAX_SHOWN) {
        anstream::eprintln!("{}\n", show(diagnostic, sources, Style::Coloured));
    }
    if diagnostics.len() > MAX_SHOWN {
        anstream::eprintln!("… and {} more\n", diagnostics.len() - MAX_SHOWN);
    }
}
