//! Renders diagnostics as text, with the source line and a caret.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use super::{Diagnostic, Severity};
use crate::limits;
use crate::source::{Source, Sources, Span};
use crate::text::controls_terminal;

/// Whether the text has terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// ANSI colours.
    Coloured,
    /// No control characters.
    Plain,
}

/// Renders one diagnostic; the text ends without a newline.
///
/// `sources` may be `None` for problems without a place, such as a file that cannot be read.
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

/// The source line with a caret under the span; for a very long line, only the line number and column.
fn place(span: Span, source: &Source) -> Element<'static> {
    let (number, line) = source.line_at(span.start);
    let path = printable(source.name());
    let text = &source.text()[line.clone()];
    // A span that starts at the line break is shown one past the end of the line.
    let start = (span.start - line.start).min(text.len());
    if text.len() > limits::SHOWN_LINE {
        let column = 1 + text[..start].chars().count();
        return Origin::path(path).line(number).char_column(column).into();
    }
    let end = span.end.clamp(span.start, line.end.max(span.start)) - line.start;
    let annotation = AnnotationKind::Primary.span(start..end.clamp(start, text.len()));
    Snippet::source(same_length(text)).line_start(number).path(path).annotation(annotation).into()
}

/// Replaces characters that control a terminal. Line breaks stay, since hints contain them.
pub fn printable(text: &str) -> String {
    same_length(&normalize_untrusted_str(text))
}

/// [`printable`] for text of one line, such as the name of a file: line breaks are replaced too.
pub fn printable_line(text: &str) -> String {
    printable(text).replace('\n', "␊")
}

/// Replaces characters that control a terminal, but that annotate-snippets keeps, by others of the same length in
/// bytes, so that spans stay valid.
fn same_length(text: &str) -> String {
    let replaced = |c: char| match c {
        '\u{7f}'.. if controls_terminal(c) && c.len_utf8() == 2 => '\u{b7}',
        '\u{7f}'.. if controls_terminal(c) && c.len_utf8() == 3 => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    text.chars().map(replaced).collect()
}
