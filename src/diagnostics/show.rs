//! Diagnostics as text, with the source line and a caret.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use super::{Diagnostic, Severity};
use crate::limits;
use crate::source::{Source, Sources, Span};
use crate::text::controls_terminal;

/// Whether the text carries terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// ANSI colours.
    Coloured,
    /// No control characters.
    Plain,
}

/// Renders one diagnostic; the text ends without a newline.
///
/// `sources` may be missing for problems that have no place, such as a file that cannot be read.
pub fn show(diagnostic: &Diagnostic, sources: Option<&Sources>, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let renderer = match style {
        Style::Coloured => Renderer::styled(),
        Style::Plain => Renderer::plain(),
    };
    let title = Group::with_title(level.primary_title(printable(&diagnostic.message)));
    let place = diagnostic.span.zip(sources).map(|(span, sources)| place(span, sources.get(span.source)));
    let hint = diagnostic.hint.as_deref().map(printable);
    match (place, hint) {
        (Some(place), Some(hint)) => renderer.render(&[title.element(place).element(Level::HELP.message(hint))]),
        (Some(place), None) => renderer.render(&[title.element(place)]),
        (None, Some(hint)) => {
            let hint = Group::with_title(Level::HELP.secondary_title(hint));
            format!("{}\n{}", renderer.render(&[title]), renderer.render(&[hint]))
        }
        (None, None) => renderer.render(&[title]),
    }
}

/// The line with a caret under the span, or its number and column alone.
fn place(span: Span, source: &Source) -> Element<'static> {
    let (number, line) = source.line_at(span.start);
    let path = printable(source.name());
    let text = &source.text()[line.clone()];
    // A span that starts at the line break is shown one past the line.
    let start = (span.start - line.start).min(text.len());
    if text.len() > limits::SHOWN_LINE {
        let column = 1 + text[..start].chars().count();
        return Origin::path(path).line(number).char_column(column).into();
    }
    let end = span.end.clamp(span.start, line.end.max(span.start)) - line.start;
    let annotation = AnnotationKind::Primary.span(start..end.clamp(start, text.len()));
    Snippet::source(same_length(text)).line_start(number).path(path).annotation(annotation).into()
}

/// Text in which nothing controls the terminal: what would is replaced. Line breaks stay, since hints
/// have them.
pub fn printable(text: &str) -> String {
    same_length(&normalize_untrusted_str(text))
}

/// As [`printable`] for what is one line, such as the name of a file: a line break in it is replaced too.
pub fn printable_line(text: &str) -> String {
    printable(text).replace('\n', "␊")
}

/// What annotate-snippets leaves as it is though it controls the terminal, replaced by a character of the same
/// length, so that spans stay right.
fn same_length(text: &str) -> String {
    let replaced = |c: char| match c {
        '\u{7f}'.. if controls_terminal(c) && c.len_utf8() == 2 => '\u{b7}',
        '\u{7f}'.. if controls_terminal(c) && c.len_utf8() == 3 => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    text.chars().map(replaced).collect()
}
