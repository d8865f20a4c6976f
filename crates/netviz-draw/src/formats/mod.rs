//! The output formats: each is a function from a finished scene, or from the structure of a view, to text or bytes.
//!
//! A format is one file with a [`Format`], and one line in [`FORMATS`].

#[cfg(feature = "dot")]
mod dot;
pub(crate) mod html;
mod json;
mod mermaid;
mod missing;
mod number;
#[cfg(feature = "paper")]
mod paper;
pub(crate) mod svg;
mod text;
mod tikz;

pub use html::html;
pub use json::{json, network};
pub use mermaid::mermaid;
#[cfg(feature = "paper")]
pub use paper::{FONTS_VARIABLE, pdf, png};
pub use svg::{SIGNATURE, inline_svg, svg};
pub use text::text;
pub use tikz::tikz;

use crate::picture::Picture;
use crate::scene::Scene;
use missing::missing_characters;
use netviz_model::diagnostics::Diagnostic;

/// A picture format.
#[non_exhaustive]
pub struct Format {
    /// Name, which is also its option on the command line and the usual file ending.
    pub name: &'static str,
    /// Other file endings.
    pub endings: &'static [&'static str],
    /// One phrase for the help, after "Write ".
    pub doc: &'static str,
    /// Whether it is for a terminal: its option prints it if no file is named.
    pub is_for_terminals: bool,
    /// How a Markdown document includes it.
    pub in_markdown: InMarkdown,
    /// Writes a picture.
    pub write: fn(&Picture) -> Result<Rendered, Diagnostic>,
    /// Writes a scene that shows something other than a network, such as curves; `None` if the format has no scenes.
    pub scene: Option<SceneWriter>,
}

/// Writes a finished scene.
pub type SceneWriter = fn(&Scene) -> Result<Rendered, Diagnostic>;

/// A picture in a file format.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// Contents of the file.
    pub bytes: Vec<u8>,
    /// Warnings about what the format cannot show, such as characters without a glyph.
    pub warnings: Vec<Diagnostic>,
}

impl From<Vec<u8>> for Rendered {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, warnings: Vec::new() }
    }
}

impl From<String> for Rendered {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

/// How a Markdown document includes a picture of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InMarkdown {
    /// As text in a fenced code block with this info string.
    Fence(&'static str),
    /// As an image file.
    Image,
    /// As a link to a file.
    Link,
}

/// Every format, in the order of the documentation.
pub const FORMATS: &[Format] = &[
    svg::FORMAT,
    #[cfg(feature = "paper")]
    paper::PNG,
    #[cfg(feature = "paper")]
    paper::PDF,
    html::FORMAT,
    tikz::FORMAT,
    #[cfg(feature = "dot")]
    dot::FORMAT,
    mermaid::FORMAT,
    text::FORMAT,
    json::FORMAT,
];

/// The format with a file ending.
pub fn by_ending(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == ending || format.endings.contains(&ending))
}
