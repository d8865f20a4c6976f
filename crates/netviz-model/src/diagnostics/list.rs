//! All problems of a text, as an error.

use std::fmt;
use std::ops::Deref;

use super::{Diagnostic, Style, show};
use crate::limits;
use crate::source::{SourceError, Sources};

/// Everything that is wrong with a model, in the order of its text. Prints as the program does: each problem with its
/// line and a hint.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    problems: Vec<Diagnostic>,
    sources: Option<Sources>,
}

impl Diagnostics {
    /// Problems, with the texts that their places are in.
    pub fn new(problems: Vec<Diagnostic>, sources: Sources) -> Self {
        Self { problems, sources: Some(sources) }
    }

    /// The problems, with the texts that their places are in.
    pub fn into_parts(self) -> (Vec<Diagnostic>, Option<Sources>) {
        (self.problems, self.sources)
    }
}

/// Problems of what is no text.
impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(problems: T) -> Self {
        Self { problems: problems.into_iter().collect(), sources: None }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(problem: Diagnostic) -> Self {
        Self { problems: vec![problem], sources: None }
    }
}

impl From<SourceError> for Diagnostics {
    fn from(error: SourceError) -> Self {
        Diagnostic::from(error).into()
    }
}

impl Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.problems
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.iter()
    }
}

/// At most [`limits::SHOWN_PROBLEMS`] problems, separated by empty lines, and the number of further ones.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(limits::SHOWN_PROBLEMS).enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{}", show(problem, self.sources.as_ref(), Style::Plain))?;
        }
        match self.problems.len().saturating_sub(limits::SHOWN_PROBLEMS) {
            0 => Ok(()),
            more => write!(f, "\n\nand {more} more"),
        }
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use crate::graph::Graph;

    #[test]
    fn all_problems_are_printed_as_the_program_prints_them() {
        let text = "input: [4]\nlayers:\n  - denze: 3\n  - dense: {unit: 2}\n";
        let shown = Graph::from_text(text).expect_err("two problems").to_string();
        let expected = "error: unknown layer `denze`\n --> model.yaml:3:5\n  |\n3 |   - denze: 3\n  |     ^^^^^\n  |\n  = \
                        help: did you mean `dense`?\n\nerror: unknown key `unit` in `dense`\n";
        assert!(shown.starts_with(expected), "{shown}");
    }
}
