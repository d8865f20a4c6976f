//! A Markdown document with its pictures drawn.

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

/// It may stand before the text of a file, and stays.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A document as it is and as it should be.
#[derive(Debug)]
pub(super) struct Document {
    pub path: PathBuf,
    has_mark: bool,
    old: String,
    new: String,
    /// The line of each marker, and whether its picture is as it should be.
    pub pictures: Vec<(usize, bool)>,
    /// What formats cannot show as it should be, each at its marker.
    warnings: Vec<Diagnostic>,
}

impl Document {
    /// Reads a document and draws its pictures; files for them go to `pictures`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
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

    /// What is to be written; none where it holds what it should.
    pub(super) fn output(&self) -> Option<Output> {
        let mark = if self.has_mark { BYTE_ORDER_MARK } else { "" };
        let bytes = |text: &str| [mark, text].concat().into_bytes();
        (self.new != self.old).then(|| Output::rewrite(&self.path, bytes(&self.old), bytes(&self.new)))
    }

    /// Prints what formats cannot show as it should be.
    pub(super) fn warn(&self) {
        let source = Source::new(self.path.shown(), self.old.as_str());
        print_diagnostics(&self.warnings, Some(&Sources::new(source)));
    }

    /// The lines of the markers whose pictures are not as they should be.
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

/// What belongs between the comments of a marker.
struct Drawn {
    text: String,
    /// Whether the file that it links to is as it should be.
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

/// Whether lines are those that netviz would write, however many empty ones stand round them, which formatters of
/// Markdown add and remove; and where they are JSON, however a formatter has laid it out.
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

/// The path by which the same file is always known.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Lines with the document's line breaks, as far in as the marker, between empty lines, as formatters of Markdown have
/// them.
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
