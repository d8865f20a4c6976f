//! Diagnostics as text, with the source line and a caret.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// Whether the text carries terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// ANSI colours.
    Coloured,
    /// No control characters.
    Plain,
}

/// Longer source lines are not shown: a caret under ten thousand characters helps nobody.
const MAX_LINE: usize = 400;

/// Renders one diagnostic; the text ends without a newline.
///
/// `sources` may be missing for problems that have no place, such as a file that cannot be read.
pub fn show(diagnostic: &Diagnostic, sources: Option<&Sources>, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = printable(&diagnostic.message);
    let hint = diagnostic.hint.as_deref().map(printable);
    let title = level.primary_title(&message);
    let place = diagnostic.span.zip(sources).map(|(span, sources)| (span, sources.get(span.source)));
    let mut group = match place {
        Some((span, source)) => {
            let text = source.text();
            let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
            let end = text[span.start..].find('\n').map_or(text.len(), |newline| span.start + newline);
            if end - start > MAX_LINE {
                let line = 1 + text[..start].matches('\n').count();
                let column = 1 + text[start..span.start].chars().count();
                title.element(Level::NOTE.message(format!("at {}:{line}:{column}", source.name())))
            } else {
                let snippet = Snippet::source(text)
                    .path(source.name())
                    .annotation(AnnotationKind::Primary.span(span.start..span.end.clamp(span.start, end)));
                title.element(snippet)
            }
        }
        None => annotate_snippets::Group::with_title(title),
    };
    if let Some(hint) = &hint {
        group = group.element(Level::HELP.message(hint));
    }
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    renderer.render(&[group])
}

/// Control characters from a spec must not reach the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
