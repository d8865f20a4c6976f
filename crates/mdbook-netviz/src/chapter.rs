//! Finds the `netviz` blocks of a chapter and replaces them with diagrams.

use std::ops::Range;
use std::path::Path;

use netviz::cli::Failure;
use netviz::cli::embed::Drawing;
use netviz::files::Shown;
use netviz::formats::inline_svg;
use netviz::source::{Source, Span};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Drawer;

/// A fenced `netviz` block. Ranges are in bytes of the chapter.
struct Block {
    range: Range<usize>,
    /// The text after `netviz` in the opening fence.
    words: String,
    /// The lines inside, without the prefixes of lists and quotes.
    lines: Vec<Range<usize>>,
}

impl Drawer<'_> {
    /// Replaces the blocks of a chapter with diagrams; `path` is the path of the chapter in the folder of the book.
    pub(super) fn text(&mut self, text: &str, path: &Path) -> Result<String, Failure> {
        let folder = self.root.join(path.parent().unwrap_or(Path::new("")));
        let name = path.shown();
        let (mut result, mut end, mut failures) = (String::new(), 0, Vec::new());
        for block in blocks(text) {
            match self.figure(&block, text, &name, &folder) {
                Ok(figure) => {
                    result.push_str(&text[end..block.range.start]);
                    // An HTML block in Markdown ends at an empty line.
                    result.push_str(&(figure + "\n"));
                    end = block.range.end;
                }
                Err(failure) => failures.push((place(&block, text), failure)),
            }
        }
        match Failure::of_document(Source::new(name, text), Vec::new(), failures) {
            Some(failure) => Err(failure),
            None => Ok(result + &text[end..]),
        }
    }

    fn figure(&mut self, block: &Block, text: &str, name: &str, folder: &Path) -> Result<String, Failure> {
        let body: String = block.lines.iter().map(|line| &text[line.clone()]).collect();
        let body = body.trim();
        let words = format!("{} {}", self.options, block.words);
        let drawing = if body.contains('\n') || body.starts_with('{') {
            Drawing::of_block(&words, Some(Source::new(name, only(text, &block.lines))), folder)
        } else {
            // A single line names a model.
            Drawing::of_block(&format!("{words} {body}"), None, folder)
        }?;
        self.pictures += 1;
        let svg = inline_svg(drawing.picture().scene()?, &format!("netviz-{}-", self.pictures));
        let svg = svg.replacen("<svg ", "<svg style=\"max-width:100%;height:auto\" ", 1);
        Ok(format!("<figure class=\"netviz\" style=\"margin:1.5em 0;text-align:center\">{svg}</figure>"))
    }
}

/// The first line of a block.
fn place(block: &Block, text: &str) -> Span {
    let line = text[block.range.clone()].lines().next().unwrap_or_default();
    Span { source: 0, start: block.range.start, end: block.range.start + line.len() }
}

/// Replaces everything outside of these ranges with spaces, except for line breaks, so that positions stay the same.
fn only(text: &str, ranges: &[Range<usize>]) -> String {
    let blank = |range: Range<usize>| text[range].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    let (mut result, mut end) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        result.extend(blank(end..range.start));
        result.push_str(&text[range.clone()]);
        end = range.end;
    }
    result
}

fn blocks(text: &str) -> Vec<Block> {
    // The options of mdBook that affect where code blocks can be.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_TASKLISTS;
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let words = info.strip_prefix("netviz").filter(|words| !words.starts_with(char::is_alphanumeric));
                open = words.map(|words| Block { range, words: words.to_owned(), lines: Vec::new() });
            }
            Event::Text(_) => {
                if let Some(block) = &mut open {
                    block.lines.push(range);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let body = |block: &Block| block.lines.iter().map(|line| &text[line.clone()]).collect();
        blocks(text).iter().map(|block| (block.words.trim().to_owned(), body(block))).collect()
    }

    #[test]
    fn blocks_of_netviz_are_found_wherever_markdown_has_code() {
        let expected = vec![("--bias".to_owned(), "a:\n  b\n".to_owned())];
        assert_eq!(found("```netviz --bias\na:\n  b\n```\n"), expected);
        assert_eq!(found("> ~~~~ netviz  --bias\n> a:\n>   b\n> ~~~~\n"), expected);
        assert_eq!(found("1. x\n   ```netviz --bias\n   a:\n     b\n   ```\n"), expected);
        assert_eq!(found("````md\n```netviz\na\n```\n````\n\n    ```netviz\n\n```netvizard\n```\n"), []);
    }

    #[test]
    fn the_rest_of_the_chapter_becomes_spaces() {
        let text = "é\n> ```netviz\n> a: [\n> ```\n";
        let block = &blocks(text)[0];
        assert_eq!(only(text, &block.lines), "  \n           \n  a: [\n");
    }
}
