//! The content between the comments of a marker: a fenced block, or a link to a file next to the document.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::drawing::{DrawingArgs, parse};
use super::invocation::{Invocation, slug};
use super::json::laid_out;
use crate::cli::Failure;
use crate::diagnostics::Diagnostic;
use crate::files::Shown;
use crate::formats::{FORMATS, Format, InMarkdown, Rendered, by_ending};
use crate::picture::Picture;

/// The arguments of a marker.
#[derive(Debug, Parser)]
struct Args {
    #[command(flatten)]
    drawing: DrawingArgs,

    /// Format of the picture
    #[arg(long, value_name = "FORMAT")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(FORMATS.iter().map(|format| format.name)))]
    format: Option<String>,

    /// File name of the picture, beside the document
    #[arg(long, value_name = "NAME")]
    file: Option<PathBuf>,
}

/// A picture in a document.
#[derive(Debug)]
pub(super) struct Content {
    /// The lines between the comments.
    pub lines: String,
    /// The file that they link to, relative to the document's folder, and its bytes.
    pub file: Option<(PathBuf, Vec<u8>)>,
    /// Warnings about what the format cannot show.
    pub warnings: Vec<Diagnostic>,
}

impl Content {
    /// Draws the picture of a marker with these words, which is indented by `margin` columns; paths start at `folder`.
    ///
    /// # Errors
    /// The problems of the words, the model, or other files that they name.
    pub(super) fn draw(words: &str, folder: &Path, margin: usize) -> Result<Self, Failure> {
        let invocation: Invocation<Args> = parse(words)?;
        let format = format(&invocation.args)?;
        let drawing = invocation.args.drawing.open(folder)?;
        let picture = drawing.picture();
        let Rendered { bytes, warnings, .. } = (format.write)(&picture)?;
        let mark = match format.in_markdown {
            InMarkdown::Fence(word) => {
                let text = String::from_utf8_lossy(&bytes);
                let text = if word == "json" { laid_out(&text, margin).into() } else { text };
                return Ok(Self { lines: fence(word, &text), file: None, warnings });
            }
            InMarkdown::Image => "!",
            InMarkdown::Link => "",
        };
        let file = invocation.args.file.clone().unwrap_or_else(|| file_name(&invocation, format));
        let lines = format!("{mark}[{}]({})\n", text(&picture)?, url(&file));
        Ok(Self { lines, file: Some((file, bytes)), warnings })
    }
}

/// The format that is named, else that of the file's extension, else SVG.
fn format(args: &Args) -> Result<&'static Format, Failure> {
    let named = FORMATS.iter().find(|format| args.format.as_deref() == Some(format.name));
    let Some(file) = &args.file else { return Ok(named.unwrap_or(&FORMATS[0])) };
    let name = file.shown();
    if file.is_absolute() {
        let message = format!("`{name}` is a path of this computer");
        return Err(Failure::new(message).hint("readers need a path that starts at the document's folder"));
    }
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match (named.or(by_ending(&ending)), by_ending(&ending)) {
        (Some(format), _) if matches!(format.in_markdown, InMarkdown::Fence(_)) => {
            let message = format!("{} stands in the document itself, not in `{name}`", format.name);
            Err(Failure::new(message).hint("leave `--file` out, or choose another format"))
        }
        (Some(format), Some(of_ending)) if format.name == of_ending.name => Ok(format),
        (Some(format), _) => {
            let message = format!("the ending of `{name}` is not that of {}", format.name);
            Err(Failure::new(message).hint("leave `--format` out, or choose another name"))
        }
        (None, _) => Err(Failure::new(format!("the ending of `{name}` names no format")).hint("such as `network.svg`")),
    }
}

/// Named after the model and the options: `mnist-blocks-dark.svg`.
fn file_name(invocation: &Invocation<Args>, format: &Format) -> PathBuf {
    /// Number of characters; longer names are cut.
    const LENGTH: usize = 80;
    let model = invocation.args.drawing.model.model.as_deref().and_then(Path::file_stem).unwrap_or_default();
    let parts = [slug(&model.to_string_lossy()), invocation.slug(&["format", "file", "no_verify"])];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let name: String = name.chars().take(LENGTH).collect();
    let name = if name.is_empty() { "network" } else { name.trim_end_matches('-') };
    PathBuf::from(format!("{name}.{}", format.name))
}

/// A fenced block; its fence is longer than any in the text.
fn fence(word: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{word}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// The description of the picture, as the text of a link.
fn text(picture: &Picture) -> Result<String, Failure> {
    let description: String = picture.scene()?.description.chars().map(crate::font::drawable).collect();
    let words: Vec<String> = description.split_whitespace().map(escaped).collect();
    Ok(words.join(" "))
}

/// Escapes the characters of a word that Markdown interprets, which `_` between letters and digits is not.
fn escaped(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let is_inner = |index: usize| {
        let neighbours = [index.checked_sub(1), Some(index + 1)].map(|index| index.and_then(|index| chars.get(index)));
        neighbours.iter().all(|c| c.is_some_and(|c| c.is_alphanumeric()))
    };
    let is_sign = |index: usize, c: char| match c {
        '_' => !is_inner(index),
        _ => "\\[]*`<>&!~$|".contains(c),
    };
    let signs = chars.iter().enumerate().map(|(index, &c)| (if is_sign(index, c) { "\\" } else { "" }, c));
    signs.fold(String::new(), |text, (sign, c)| text + sign + c.encode_utf8(&mut [0; 4]))
}

/// A path as the URL of a link.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    path.bytes().fold(String::new(), |url, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            url + (byte as char).encode_utf8(&mut [0; 4])
        }
        _ => url + &format!("%{byte:02X}"),
    })
}
