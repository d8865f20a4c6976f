//! Finds the markers in a Markdown document: pairs of comments with a picture between them.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::diagnostics::{Diagnostic, excerpt};
use crate::source::Span;

/// A pair of comments, `<!-- netviz: WORDS -->` and `<!-- /netviz -->`, each on a line of its own. All ranges
/// are of bytes in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// The text before the comment on its line: spaces, in a list.
    pub indent: Range<usize>,
    /// The text after `netviz:`.
    pub words: Range<usize>,
    /// The lines between the comments.
    pub content: Range<usize>,
}

/// The markers of a document, and the problems of invalid ones. Code contains no markers.
///
/// The text between two comments will be replaced, so a list that it opens must not extend beyond them: the text after
/// a picture is parsed as if the picture were empty lines. Parsing therefore restarts after each picture that is not
/// empty, inside the lists that contain it.
///
/// # Complexity
/// Linear in the text: a part is parsed only up to the end of the next such picture, and at most twice.
pub(super) fn find(text: &str) -> (Vec<Marker>, Vec<Diagnostic>) {
    let (mut markers, mut problems) = (Vec::new(), Vec::new());
    let mut from = Start { head: String::new(), at: 0 };
    let mut length = LEAST_PART;
    loop {
        let end = end_of_part(text, from.at.saturating_add(length));
        let mut part = Part::default();
        let next = part.read(text, &from, end);
        if next.is_none() && end < text.len() {
            // No such picture ends in this part: parse a longer one.
            length *= 2;
            continue;
        }
        markers.append(&mut part.markers);
        problems.append(&mut part.problems);
        let Some(next) = next else {
            problems.extend(part.open.map(|(start, _)| unclosed(text, &start)));
            return (markers, problems);
        };
        (from, length) = (next, LEAST_PART);
    }
}

/// Bytes of a document that are parsed at first, before a longer part is tried.
const LEAST_PART: usize = 1 << 10;

/// Where a part of a document may end, from `least` on: no paragraph extends beyond an empty line or a comment.
fn end_of_part(text: &str, least: usize) -> usize {
    let Some(behind) = text.as_bytes().get(least..) else { return text.len() };
    let Some(newline) = behind.iter().position(|&byte| byte == b'\n') else { return text.len() };
    let mut end = least + newline + 1;
    for line in text[end..].split_inclusive('\n') {
        let inner = line.trim_start();
        if inner.is_empty() || (inner.starts_with("<!--") && line.len() - inner.len() < 4) {
            return end;
        }
        end += line.len();
    }
    end
}

/// Where parsing starts.
struct Start {
    /// Text that is parsed first: the lists that contain the part, and the comments of the picture above it.
    head: String,
    /// Byte offset in the document.
    at: usize,
}

/// The results for a part of a document.
#[derive(Default)]
struct Part {
    markers: Vec<Marker>,
    problems: Vec<Diagnostic>,
    /// A comment that starts a picture, and the lists that contain it.
    open: Option<(Comment, String)>,
}

impl Part {
    /// Parses up to byte `end`, or up to a picture that is not empty; then returns where parsing continues after it.
    fn read(&mut self, text: &str, from: &Start, end: usize) -> Option<Start> {
        let part = from.head.clone() + &text[from.at..end];
        for Seen { start, is_block, lists } in comments(&part) {
            // Comments of the head were parsed before.
            let Some(start) = start.checked_sub(from.head.len()) else { continue };
            let Some(comment) = Comment::at(text, from.at + start, is_block) else { continue };
            self.problems.extend(comment.problem(text));
            match (comment.words.is_some(), self.open.take()) {
                (true, before) => {
                    self.problems.extend(before.map(|(start, _)| unclosed(text, &start)));
                    self.open = Some((comment, lists));
                }
                (false, Some((start, lists))) => {
                    let Some(marker) = start.until(&comment) else { continue };
                    let is_sound = [&start, &comment].iter().all(|comment| comment.problem(text).is_none());
                    let holds = !text[marker.content.clone()].trim().is_empty();
                    self.markers.push(marker);
                    if is_sound && holds {
                        match emptied(text, &start, &comment, &lists) {
                            Some(next) => return Some(next),
                            None => self.problems.push(swallowed(text, &comment)),
                        }
                    }
                }
                (false, None) => self.problems.push(
                    Diagnostic::error("this ends a picture that no marker starts")
                        .at(span(&comment.range))
                        .hint("put `<!-- netviz: MODEL -->` on a line above it, or remove it"),
                ),
            }
        }
        None
    }
}

/// The start after a picture, as if that were an empty line; `None` if its end would then not be a comment.
fn emptied(text: &str, start: &Comment, end: &Comment, lists: &str) -> Option<Start> {
    let before = format!("{lists}{}\n\n", &text[start.line.clone()]);
    let place = before.len() + end.range.start - end.line.start;
    let head = before + &text[end.line.clone()] + "\n";
    comments(&head).iter().any(|seen| seen.start == place).then_some(Start { head, at: end.next })
}

/// The span of bytes of the document, which is the only text of its [`Sources`](crate::source::Sources).
pub(super) fn span(range: &Range<usize>) -> Span {
    Span { source: 0, start: range.start, end: range.end }
}

fn unclosed(text: &str, start: &Comment) -> Diagnostic {
    let words = start.words.clone().map(|words| excerpt(&text[words])).unwrap_or_default();
    Diagnostic::error(format!("the picture of `{words}` has no end"))
        .at(span(&start.range))
        .hint("put `<!-- /netviz -->` on a line below it, before the next picture")
}

/// The problem of an end comment that is a comment only because of the lines before it.
fn swallowed(text: &str, end: &Comment) -> Diagnostic {
    let line = &text[end.line.clone()];
    let start = end.line.start + line.len() - line.trim_start().len();
    Diagnostic::error("Markdown takes this end for a part of the picture above it")
        .at(span(&(start..end.line.start + line.trim_end().len())))
        .hint("move it as far to the left as the comment that starts the picture")
}

/// One of the two comments of a marker.
struct Comment {
    /// From `<!--` to `-->`, or to the end of the line.
    range: Range<usize>,
    /// Its line without the line break.
    line: Range<usize>,
    /// Start of the line after it.
    next: usize,
    /// The text after `netviz:`; `None` for the comment that ends a picture.
    words: Option<Range<usize>>,
    /// Whether it is an HTML block, after which Markdown parses text again.
    is_block: bool,
}

impl Comment {
    /// The comment at `start`, if it is one of the two.
    fn at(text: &str, start: usize, is_block: bool) -> Option<Self> {
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let next = (line_end + 1).min(text.len());
        let line_end = line_start + text[line_start..line_end].trim_end_matches('\r').len();
        let rest = text[start..line_end].strip_prefix("<!--")?;
        let (body, end) = match rest.split_once("-->") {
            Some((body, _)) => (body, start + "<!--".len() + body.len() + "-->".len()),
            None => (rest, line_end),
        };
        let words = match body.trim_start().strip_prefix("netviz:") {
            Some(words) => {
                let words_end = start + "<!--".len() + body.trim_end().len();
                Some(words_end - words.trim().len()..words_end)
            }
            None if body.trim() == "/netviz" => None,
            None => return None,
        };
        Some(Self { range: start..end, line: line_start..line_end, next, words, is_block })
    }

    /// The problem of a comment that is not alone on its line, or not a block, so that its picture would be misplaced.
    fn problem(&self, text: &str) -> Option<Diagnostic> {
        let line = text[self.line.clone()].trim();
        if !text[self.range.clone()].ends_with("-->") {
            return Some(
                Diagnostic::error("the comment does not end on its line")
                    .at(span(&self.range))
                    .hint("write the whole marker on one line"),
            );
        }
        if line.len() != self.range.len() {
            return Some(
                Diagnostic::error("a marker must be on its own line")
                    .at(span(&self.range))
                    .hint("move the rest of the line"),
            );
        }
        if self.words.is_some() && !self.is_block {
            return Some(
                Diagnostic::error("Markdown treats this marker as part of the text above it")
                    .at(span(&self.range))
                    .hint("put an empty line before it"),
            );
        }
        None
    }

    /// The marker from this comment to the one that ends it.
    fn until(&self, end: &Self) -> Option<Marker> {
        let content = self.next..end.line.start;
        // Two comments on one line have been reported.
        let is_sound = content.start <= content.end;
        self.words.clone().filter(|_| is_sound).map(|words| Marker {
            indent: self.line.start..self.range.start,
            words,
            content,
        })
    }
}

/// A comment that Markdown parses as HTML, not as code.
struct Seen {
    start: usize,
    /// Whether it is the first of its block.
    is_block: bool,
    /// Text that opens lists like those that contain it.
    lists: String,
}

/// All comments, in order.
fn comments(text: &str) -> Vec<Seen> {
    let mut comments = Vec::new();
    let mut items: Vec<Item> = Vec::new();
    for (event, range) in Parser::new(text).into_offset_iter() {
        if let Some(item) = items.last_mut() {
            item.content.get_or_insert(range.start);
        }
        match event {
            Event::Start(Tag::Item) => items.push(Item { start: range.start, content: None }),
            Event::End(TagEnd::Item) => {
                items.pop();
            }
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                let is_html_block = matches!(event, Event::Start(_));
                let html = &text[range.clone()];
                let first = range.start + html.len() - html.trim_start().len();
                let starts = html.match_indices("<!--").map(|(start, _)| range.start + start);
                comments.extend(starts.map(|start| Seen {
                    start,
                    is_block: is_html_block && start == first,
                    lists: opened(text, &items),
                }));
            }
            _ => {}
        }
    }
    comments
}

/// An item of a list.
struct Item {
    start: usize,
    /// Start of the text after its bullet or number.
    content: Option<usize>,
}

/// The first lines of nested list items, with `x` in place of their texts.
fn opened(text: &str, items: &[Item]) -> String {
    let mut lists = String::new();
    let line_of = |item: &Item| text[..item.start].rfind('\n').map_or(0, |newline| newline + 1);
    for (index, item) in items.iter().enumerate() {
        let line = line_of(item);
        // Of the items that start on one line, the last one includes the bullets of the others.
        if items.get(index + 1).is_none_or(|next| line_of(next) != line) {
            let content = item.content.unwrap_or(item.start);
            let bullets = text[line..content].lines().next().unwrap_or_default();
            let space = if bullets.ends_with([' ', '\t']) { "" } else { " " };
            lists.extend([bullets, space, "x\n\n"]);
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<&str>, Vec<String>> {
        let (markers, problems) = find(text);
        let problems: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        if problems.is_empty() {
            Ok(markers.into_iter().map(|marker| &text[marker.words]).collect())
        } else {
            Err(problems)
        }
    }

    fn contents(text: &str) -> Vec<&str> {
        find(text).0.into_iter().map(|marker| &text[marker.content]).collect()
    }

    #[test]
    fn a_marker_is_two_comments_on_lines_of_their_own() {
        let text =
            "# A\n<!-- netviz: a.yaml -->\nold\n<!-- /netviz -->\nb\n<!--netviz:b.yaml --bias-->\n<!--/netviz-->";
        assert_eq!(words(text), Ok(vec!["a.yaml", "b.yaml --bias"]));
        assert_eq!(contents(text), ["old\n", ""]);
    }

    #[test]
    fn code_holds_no_markers() {
        let block = "<!-- netviz: a.yaml -->\n<!-- /netviz -->\n";
        for (before, after) in
            [("```\n", "```\n"), ("~~~~ html\n```\n", "~~~~~\n"), ("   ```\n", "  ```\n"), ("- a\n\n      ```\n", "")]
        {
            let indent = if before.starts_with('-') { "      " } else { "" };
            let text = format!("{before}{}{after}", block.replace("<!--", &format!("{indent}<!--")));
            assert_eq!(words(&text), Ok(vec![]), "{text}");
        }
        assert_eq!(words("    <!-- netviz: a.yaml -->\n"), Ok(vec![]));
        assert_eq!(words("write `<!-- netviz: a.yaml -->` there\n"), Ok(vec![]));
    }

    #[test]
    fn after_code_there_are_markers_again() {
        let text = "````\n```\n````\n<!-- netviz: a.yaml -->\n```dot\n<!-- /netviz -->\n```\n<!-- /netviz -->\n";
        assert_eq!(contents(text), ["```dot\n<!-- /netviz -->\n```\n"]);
    }

    #[test]
    fn what_a_picture_holds_says_nothing_about_what_follows() {
        let list = "   <!-- netviz: a.yaml -->\n- a\n\n   <!-- /netviz -->\n";
        let code = "    <!-- netviz: b.yaml -->\n";
        assert_eq!(words(&format!("{list}{code}")), Ok(vec!["a.yaml"]));
        assert_eq!(words(&format!("{list}{list}{code}")), Ok(vec!["a.yaml", "a.yaml"]));
        let nested = "<!-- netviz: a.yaml -->\n- a\n\n    <!-- /netviz -->\n";
        let swallowed = "Markdown takes this end for a part of the picture above it";
        assert_eq!(words(nested), Err(vec![swallowed.to_owned()]));
        let problems = words(&format!("{nested}text\n<!-- /netviz -->\n")).expect_err(nested);
        assert_eq!(problems, [swallowed, "this ends a picture that no marker starts"]);
    }

    #[test]
    fn lists_and_carriage_returns_are_kept_apart() {
        let text = "<!-- netviz: a.yaml -->\r\nold\r\n<!-- /netviz -->\r\n";
        assert_eq!((words(text), contents(text)), (Ok(vec!["a.yaml"]), vec!["old\r\n"]));
        let text = "1. item\n\n   <!-- netviz: a.yaml -->\n   <!-- /netviz -->\n";
        assert_eq!(&text[find(text).0[0].indent.clone()], "   ");
    }

    proptest::proptest! {
        /// Even in documents that make no sense.
        #[test]
        fn markers_stand_one_after_another_on_whole_lines(
            parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..40)
        ) {
            let text = parts.concat();
            let (markers, problems) = find(&text);
            let mut end = 0;
            for Marker { indent, words, content } in markers.into_iter().filter(|_| problems.is_empty()) {
                assert!(end <= indent.start && indent.end < words.start && words.end < content.start);
                assert!(text[..content.start].ends_with('\n') && text[..content.end].ends_with('\n'));
                assert_eq!(text[indent].trim(), "");
                assert!(text[content.end..].trim_start().starts_with("<!--"));
                end = content.end;
            }
        }
    }

    /// A simple form of [`find`]: empties one picture after the other, and parses the whole text again each time.
    fn find_slowly(text: &str) -> Option<Vec<Marker>> {
        let mut emptied = text.to_owned();
        let mut markers = sound(&emptied);
        for index in 0.. {
            let Some(marker) = markers.0.get(index).cloned() else { break };
            let bytes = text[marker.content.clone()].bytes();
            let lines: String = bytes.map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
            emptied.replace_range(marker.content.clone(), &lines);
            let found = sound(&emptied);
            if found.0.get(index) != Some(&marker) {
                return None;
            }
            markers = found;
        }
        markers.1.then_some(markers.0)
    }

    /// The markers of a text without emptying pictures, and whether there are no problems.
    fn sound(text: &str) -> (Vec<Marker>, bool) {
        let (mut markers, mut is_sound, mut open): (_, _, Option<Comment>) = (Vec::new(), true, None);
        for Seen { start, is_block, .. } in comments(text) {
            let Some(comment) = Comment::at(text, start, is_block) else { continue };
            is_sound &= comment.problem(text).is_none() && comment.words.is_some() == open.is_none();
            match comment.words {
                Some(_) => open = Some(comment),
                None => markers.extend(open.take().and_then(|start| start.until(&comment))),
            }
        }
        (markers, is_sound && open.is_none())
    }

    proptest::proptest! {
        #[test]
        fn pictures_are_read_as_if_they_were_empty(
            parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..40)
        ) {
            let text = parts.concat();
            let (markers, problems) = find(&text);
            proptest::prop_assert_eq!(problems.is_empty().then_some(markers), find_slowly(&text), "{:?}", text);
        }

        /// The same for documents that are longer than [`LEAST_PART`].
        #[test]
        fn long_documents_are_read_alike(
            parts in proptest::collection::vec(proptest::sample::select(LONG_PARTS), 0..40)
        ) {
            let text = parts.concat().replace("LONG", &"a long line\n".repeat(60));
            let (markers, problems) = find(&text);
            proptest::prop_assert_eq!(problems.is_empty().then_some(markers), find_slowly(&text), "{:?}", text);
        }
    }

    const LONG_PARTS: &[&str] = &[
        "<!-- netviz: a -->\n- b\n\n<!-- /netviz -->\n",
        "<!-- netviz: a -->\n```\n<!-- /netviz -->\n```\n<!-- /netviz -->\n\n",
        "<!-- netviz: a -->\nLONG<!-- /netviz -->\n",
        "   <!-- netviz: a -->\n   1. b\n   <!-- /netviz -->\n",
        "1. c\n\n   <!-- netviz: a -->\n   d\n   <!-- /netviz -->\n",
        "- - e\n\n    <!-- netviz: a -->\n    - f\n    <!-- /netviz -->\n",
        "    <!-- netviz: a -->\n    g\n    <!-- /netviz -->\n",
        "-\n  <!-- netviz: a -->\n\n  <!-- /netviz -->\n",
        "LONG",
        "\nLONG\n",
        "```\nLONG```\n",
        "- h\n",
        "\n",
        "    i\n",
    ];

    const PARTS: &[&str] = &[
        "<!-- netviz: a -->\n<!-- /netviz -->\n",
        "<!-- netviz: a -->",
        "<!-- netviz: a -->\n",
        "<!-- /netviz -->",
        "<!-- /netviz -->\n",
        "<!--",
        "-->",
        "```",
        "~~~",
        "`",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "    ",
        "\t",
        "- ",
        "> ",
        "1. ",
        "# ",
        "a",
        "é",
        "<pre>",
        "</pre>",
        "\0",
    ];

    #[test]
    fn what_cannot_be_filled_is_reported() {
        let one = |text| words(text).expect_err(text).join("; ");
        assert_eq!(one("<!-- netviz: a.yaml -->\n"), "the picture of `a.yaml` has no end");
        assert_eq!(one("<!-- /netviz -->\n"), "this ends a picture that no marker starts");
        assert_eq!(one("<!-- netviz: a -->\n<!-- netviz: b -->\n<!-- /netviz -->\n"), "the picture of `a` has no end");
        let alone = "a marker must be on its own line";
        assert_eq!(one("<!-- netviz: a --> <!-- /netviz -->\n"), format!("{alone}; {alone}"));
        assert_eq!(one("- <!-- netviz: a -->\n  <!-- /netviz -->\n"), alone);
        assert_eq!(one("<!-- netviz: a\n-->\n<!-- /netviz -->\n"), "the comment does not end on its line");
        let part = "Markdown treats this marker as part of the text above it";
        assert_eq!(one("<details>\n<!-- netviz: a -->\n<!-- /netviz -->\n"), part);
    }
}
