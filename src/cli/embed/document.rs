//! Draws the pictures of a Markdown document.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::content::Content;
use super::marker::{self, Marker};
use super::{Picture, Pictures};
use crate::cli::Failure;
use crate::cli::failure::print_diagnostics;
use crate::diagnostics::Diagnostic;
use crate::files::{self, Output, Shown};
use crate::limits;
use crate::source::{Source, Sources};

/// May precede the text of a file; it is kept.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A document before and after its pictures are redrawn.
#[derive(Debug)]
pub(super) struct Document {
    pub path: PathBuf,
    has_mark: bool,
    old: String,
    new: String,
    /// The line of each marker, and whether its picture is up to date.
    pub pictures: Vec<(usize, bool)>,
    /// Warnings about what formats cannot show, each at its marker.
    warnings: Vec<Diagnostic>,
}

impl Document {
    /// Reads a document and draws its pictures, whose files are added to `pictures`.
    ///
    /// # Errors
    /// Every problem of the document.
    pub(super) fn draw(path: &Path, pictures: &mut Pictures) -> Result<Self, Failure> {
        let mut old = read(path)?;
        let has_mark = old.starts_with(BYTE_ORDER_MARK);
        old.drain(..if has_mark { BYTE_ORDER_MARK.len() } else { 0 });
        let source = Source::new(path.shown(), old.as_str());
        let (markers, problems) = marker::find(&old);
        let (mut edits, mut lines, mut warnings, mut failures) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for marker in markers {
            let (line, _) = source.line_at(marker.words.start);
            let place = format!("{}:{line}", path.shown());
            let content = draw(&old, &marker, path, &place, pictures);
            match content {
                Ok(Drawn { text, is_fresh, warnings: found }) => {
                    let is_same = is_same(&old[marker.content.clone()], &text);
                    lines.push((line, is_fresh && is_same));
                    warnings.extend(found.into_iter().map(|warning| warning.at(marker::span(&marker.words))));
                    if !is_same {
                        edits.push((marker.content, text));
                    }
                }
                Err(failure) => failures.push((marker::span(&marker.words), failure)),
            }
        }
        if let Some(failure) = Failure::of_document(source, problems, failures) {
            return Err(failure);
        }
        let new = replaced(&old, &edits);
        Ok(Self { path: path.to_owned(), has_mark, new, old, pictures: lines, warnings })
    }

    /// The document to write; `None` if it is up to date.
    pub(super) fn output(&self) -> Option<Output> {
        let mark = if self.has_mark { BYTE_ORDER_MARK } else { "" };
        let bytes = |text: &str| [mark, text].concat().into_bytes();
        (self.new != self.old).then(|| Output::rewrite(&self.path, bytes(&self.old), bytes(&self.new)))
    }

    /// Prints the warnings.
    pub(super) fn warn(&self) {
        let source = Source::new(self.path.shown(), self.old.as_str());
        print_diagnostics(&self.warnings, Some(&Sources::new(source)));
    }

    /// The lines of the markers whose pictures are out of date.
    pub(super) fn stale(&self) -> impl Iterator<Item = usize> {
        self.pictures.iter().filter(|(_, is_fresh)| !is_fresh).map(|(line, _)| *line)
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let name = path.shown();
    let bytes = files::read(path, limits::DOCUMENT_FILE)
        .map_err(|error| error.diagnostic("", path).hint("name Markdown files"))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("`{name}` is not UTF-8")).hint("save the file as UTF-8 text"))
}

/// The new content of a marker.
struct Drawn {
    text: String,
    /// Whether the file that it links to is up to date.
    is_fresh: bool,
    warnings: Vec<Diagnostic>,
}

fn draw(old: &str, marker: &Marker, path: &Path, place: &str, pictures: &mut Pictures) -> Result<Drawn, Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let content = Content::draw(&old[marker.words.clone()], folder, marker.indent.len())?;
    let mut is_fresh = true;
    if let Some((file, bytes)) = content.file {
        let target = folder.join(&file);
        files::is_inside(folder, &target)?;
        is_fresh = files::holds(&target, &bytes);
        let key = resolved(&target);
        if let Some(first) = pictures.get(&key).filter(|other| other.bytes != bytes) {
            let message = format!("`{}` holds another picture, of {}", file.shown(), first.place);
            return Err(Failure::new(message).hint("give this one a name of its own: `--file NAME`"));
        }
        pictures.entry(key).or_insert(Picture {
            path: target,
            bytes,
            place: place.to_owned(),
            folder: folder.to_owned(),
        });
    }
    Ok(Drawn { text: as_lines(&content.lines, old, marker), is_fresh, warnings: content.warnings })
}

/// Whether two contents are the same, apart from empty lines around them, which Markdown formatters add and remove, and
/// from the layout of JSON, which they change.
fn is_same(old: &str, new: &str) -> bool {
    let [old, new] = [old, new].map(|text| {
        let lines: Vec<&str> = text.lines().collect();
        let filled = |index: &usize| !lines[*index].trim().is_empty();
        let first = (0..lines.len()).find(filled).unwrap_or(lines.len());
        let end = (first..lines.len()).rfind(filled).map_or(first, |last| last + 1);
        lines[first..end].join("\n")
    });
    let value = |text: &str| -> Option<serde_json::Value> {
        serde_json::from_str(text.trim().strip_prefix("```json")?.strip_suffix("```")?).ok()
    };
    old == new || value(&new).is_some_and(|new| value(&old) == Some(new))
}

/// The path with the links of its folder resolved, which is the same for every path to a file.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// The lines with the document's line breaks and the marker's indentation, between empty lines, as Markdown formatters
/// write them.
fn as_lines(text: &str, old: &str, marker: &Marker) -> String {
    let line_break = if old[..marker.content.start].ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent = &old[marker.indent.clone()];
    let lines = std::iter::once("").chain(text.lines()).chain([""]).map(|line| match line {
        "" => line_break.to_owned(),
        _ => format!("{indent}{line}{line_break}"),
    });
    lines.collect()
}

/// The text with each range, in order, replaced.
fn replaced(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let (mut result, mut end) = (String::with_capacity(text.len()), 0);
    for (range, new) in edits {
        result.push_str(&text[end..range.start]);
        result.push_str(new);
        end = range.end;
    }
    result + &text[end..]
}
