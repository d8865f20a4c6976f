//! The comments in a Markdown document that pictures stand between.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use crate::diagnostics::{Diagnostic, excerpt};
use crate::source::Span;

/// A pair of comments, `<!-- netviz: WORDS -->` and `<!-- /netviz -->`, each on a line of its own. All ranges
/// are of bytes in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// What stands before the comment on its line: spaces, in a list.
    pub indent: Range<usize>,
    /// What follows `netviz:`.
    pub words: Range<usize>,
    /// The lines between the comments.
    pub content: Range<usize>,
}

/// The markers of a document, and what is wrong with others. Code holds no markers.
///
/// What stands between two comments is about to be replaced, so that a list which it opens does not reach beyond
/// them: what follows a picture is read as if the picture were empty lines.
pub(super) fn find(text: &str) -> (Vec<Marker>, Vec<Diagnostic>) {
    let mut emptied = text.to_owned();
    let (mut markers, mut problems) = pairs(&emptied);
    for index in 0.. {
        let Some(marker) = markers.get(index).cloned() else { break };
        let lines: String =
            text[marker.content.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        emptied.replace_range(marker.content.clone(), &lines);
        let found = pairs(&emptied);
        if found.0.get(index) != Some(&marker) {
            problems.push(swallowed(text, &marker));
            break;
        }
        (markers, problems) = found;
    }
    (markers, problems)
}

/// The markers of a document as it stands, and what is wrong with others.
fn pairs(text: &str) -> (Vec<Marker>, Vec<Diagnostic>) {
    let (mut markers, mut problems, mut open): (_, _, Option<Comment>) = (Vec::new(), Vec::new(), None);
    for comment in comments(text) {
        if let Err(diagnostic) = comment.is_well_placed(text) {
            problems.push(diagnostic);
        }
        match (comment.words.clone(), open.take()) {
            (Some(_), None) => open = Some(comment),
            (None, Some(start)) => markers.extend(start.until(&comment)),
            (Some(_), Some(start)) => {
                problems.push(unclosed(text, &start));
                open = Some(comment);
            }
            (None, None) => problems.push(
                Diagnostic::error("this ends a picture that no marker starts")
                    .at(span(&comment.range))
                    .hint("put `<!-- netviz: MODEL -->` on a line above it, or remove it"),
            ),
        }
    }
    problems.extend(open.map(|start| unclosed(text, &start)));
    (markers, problems)
}

/// Bytes of the document, which is the only text of its [`Sources`](crate::source::Sources).
pub(super) fn span(range: &Range<usize>) -> Span {
    Span { source: 0, start: range.start, end: range.end }
}

fn unclosed(text: &str, start: &Comment) -> Diagnostic {
    let words = start.words.clone().map(|words| excerpt(&text[words])).unwrap_or_default();
    Diagnostic::error(format!("the picture of `{words}` has no end"))
        .at(span(&start.range))
        .hint("put `<!-- /netviz -->` on a line below it, before the next picture")
}

/// For a marker whose end is found only while the lines before it stay.
fn swallowed(text: &str, marker: &Marker) -> Diagnostic {
    let line = text[marker.content.end..].lines().next().unwrap_or_default();
    let start = marker.content.end + line.len() - line.trim_start().len();
    Diagnostic::error("Markdown takes this end for a part of the picture above it")
        .at(span(&(start..marker.content.end + line.trim_end().len())))
        .hint("move it as far to the left as the comment that starts the picture")
}

/// One of the two comments of a marker.
struct Comment {
    /// From `<!--` to `-->`, or to the end of the line.
    range: Range<usize>,
    /// Its line without the line break.
    line: Range<usize>,
    /// Where the line after it starts.
    next: usize,
    /// What follows `netviz:`; none for the comment that ends a picture.
    words: Option<Range<usize>>,
    /// Whether Markdown takes what follows it for text again.
    is_block: bool,
}

impl Comment {
    /// The comment at `start`, where one of the two stands there.
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

    /// Where a comment does not stand alone, its picture would not be where it seems to be.
    fn is_well_placed(&self, text: &str) -> Result<(), Diagnostic> {
        let line = text[self.line.clone()].trim();
        if !text[self.range.clone()].ends_with("-->") {
            return Err(Diagnostic::error("the comment does not end on its line")
                .at(span(&self.range))
                .hint("write the whole marker on one line"));
        }
        if line.len() != self.range.len() {
            return Err(Diagnostic::error("a marker stands on a line of its own")
                .at(span(&self.range))
                .hint("move the rest of the line"));
        }
        if self.words.is_some() && !self.is_block {
            return Err(Diagnostic::error("Markdown takes this marker for a part of what stands above it")
                .at(span(&self.range))
                .hint("put an empty line before it"));
        }
        Ok(())
    }

    /// The marker from this comment to the one that ends it.
    fn until(self, end: &Self) -> Option<Marker> {
        let content = self.next..end.line.start;
        // Both on one line have been reported.
        let is_sound = content.start <= content.end;
        self.words.filter(|_| is_sound).map(|words| Marker {
            indent: self.line.start..self.range.start,
            words,
            content,
        })
    }
}

/// The comments of markers, in order: those that Markdown takes for HTML, not for code.
fn comments(text: &str) -> Vec<Comment> {
    let mut comments = Vec::new();
    for (event, range) in Parser::new(text).into_offset_iter() {
        let is_block = matches!(event, Event::Start(Tag::HtmlBlock));
        if is_block || matches!(event, Event::InlineHtml(_)) {
            let html = &text[range.clone()];
            let first = range.start + html.len() - html.trim_start().len();
            let starts = html.match_indices("<!--").map(|(start, _)| range.start + start);
            comments.extend(starts.filter_map(|start| Comment::at(text, start, is_block && start == first)));
        }
    }
    comments
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
        assert_eq!(problems, ["this ends a picture that no marker starts", swallowed]);
    }

    #[test]
    fn lists_and_carriage_returns_are_kept_apart() {
        let text = "<!-- netviz: a.yaml -->\r\nold\r\n<!-- /netviz -->\r\n";
        assert_eq!((words(text), contents(text)), (Ok(vec!["a.yaml"]), vec!["old\r\n"]));
        let text = "1. item\n\n   <!-- netviz: a.yaml -->\n   <!-- /netviz -->\n";
        assert_eq!(&text[find(text).0[0].indent.clone()], "   ");
    }

    proptest::proptest! {
        /// Also in documents that make no sense.
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
        let alone = "a marker stands on a line of its own";
        assert_eq!(one("<!-- netviz: a --> <!-- /netviz -->\n"), format!("{alone}; {alone}"));
        assert_eq!(one("- <!-- netviz: a -->\n  <!-- /netviz -->\n"), alone);
        assert_eq!(one("<!-- netviz: a\n-->\n<!-- /netviz -->\n"), "the comment does not end on its line");
        let part = "Markdown takes this marker for a part of what stands above it";
        assert_eq!(one("<details>\n<!-- netviz: a -->\n<!-- /netviz -->\n"), part);
    }
}
