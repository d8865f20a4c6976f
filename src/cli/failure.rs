//! Why a command failed, and how that is printed.

use super::console::print_stderr;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, Style, printable, show};
use crate::limits;
use crate::source::{Source, Sources, Span};
use crate::text::{plural, thousands};

/// The problems that ended a command.
#[derive(Debug)]
pub struct Failure {
    parts: Vec<Part>,
    code: u8,
}

/// The problems of one text, or problems without a place in a text.
#[derive(Debug)]
struct Part {
    diagnostics: Vec<Diagnostic>,
    sources: Option<Sources>,
}

impl Failure {
    /// One problem without a place in a text.
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic::error(message).into()
    }

    /// Adds a hint to the last problem.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.parts.last_mut().and_then(|part| part.diagnostics.last_mut()) {
            last.hint = Some(hint.into());
        }
        self
    }

    /// The problems of a model, or of another text.
    pub fn of_model(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Diagnostics::new(diagnostics, sources).into()
    }

    /// The problems of several failures, in their order; `None` if there are no failures.
    pub fn all(failures: impl IntoIterator<Item = Self>) -> Option<Self> {
        failures.into_iter().reduce(|mut all, failure| {
            all.parts.extend(failure.parts);
            all
        })
    }

    /// All problems of a document: its own, and those of the pictures at these spans that cannot be drawn. A problem
    /// without a place is reported at the span of its picture. Problems of other texts are printed separately, and the
    /// span of the picture refers to them.
    pub fn of_document(document: Source, mut problems: Vec<Diagnostic>, pictures: Vec<(Span, Self)>) -> Option<Self> {
        let mut parts = Vec::new();
        for (span, part) in
            pictures.into_iter().flat_map(|(span, failure)| failure.parts.into_iter().map(move |part| (span, part)))
        {
            match part.sources.as_ref().map(Sources::model) {
                None => problems.extend(part.diagnostics.into_iter().map(|diagnostic| diagnostic.at(span))),
                // A model in the document itself.
                Some(source) if source.name() == document.name() => problems.extend(part.diagnostics),
                Some(source) => {
                    let message = format!("`{}` has errors", source.name());
                    problems.push(Diagnostic::error(message).hint("they are shown above").at(span));
                    parts.push(part);
                }
            }
        }
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.span.map(|span| span.start));
            parts.push(Part { diagnostics: problems, sources: Some(Sources::new(document)) });
        }
        (!parts.is_empty()).then_some(Self { parts, code: 1 })
    }

    /// The result of a comparison that found differences, which have been printed.
    pub(super) fn different() -> Self {
        Self::already_reported()
    }

    /// A failure that has been reported already, so that only the exit code is left.
    pub(super) fn already_reported() -> Self {
        Self { parts: Vec::new(), code: 1 }
    }

    /// The problems, each with the texts that its span refers to.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = (&Diagnostic, Option<&Sources>)> {
        self.parts.iter().flat_map(|part| part.diagnostics.iter().map(|diagnostic| (diagnostic, part.sources.as_ref())))
    }

    /// Sets the exit code (default: 1).
    #[must_use]
    pub fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// Whether all problems are in texts, where their authors can fix them.
    pub(super) fn is_of_text(&self) -> bool {
        self.parts.iter().all(|part| part.sources.is_some())
    }

    /// Prints every problem to standard error, in colour on a terminal.
    pub fn print(&self) {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 && self.parts[index - 1].sources.is_some() {
                print_stderr("");
            }
            part.print();
        }
    }
}

impl Part {
    fn print(&self) {
        print_diagnostics(&self.diagnostics, self.sources.as_ref());
        if let Some(sources) = &self.sources {
            let count = |severity| self.diagnostics.iter().filter(|d| d.severity == severity).count();
            let warnings = match count(Severity::Warning) {
                0 => String::new(),
                warnings => format!(", {}", plural(warnings, "warning")),
            };
            let name = printable(sources.model().name());
            print_stderr(&format!("{name}: {}{warnings}", plural(count(Severity::Error), "error")));
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic].into()
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        let (diagnostics, sources) = diagnostics.into_parts();
        Self { parts: vec![Part { diagnostics, sources }], code: 1 }
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { parts: vec![Part { diagnostics, sources: None }], code: 1 }
    }
}

/// Prints diagnostics to standard error, a blank line after each.
pub fn print_diagnostics(diagnostics: &[Diagnostic], sources: Option<&Sources>) {
    for diagnostic in diagnostics.iter().take(limits::SHOWN_PROBLEMS) {
        print_stderr(&format!("{}\n", show(diagnostic, sources, Style::Coloured)));
    }
    if diagnostics.len() > limits::SHOWN_PROBLEMS {
        print_stderr(&format!("… and {} more\n", thousands(diagnostics.len() - limits::SHOWN_PROBLEMS)));
    }
}
