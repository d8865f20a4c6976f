//! The formats: each a function from a finished scene, or from a view's structure, to text or bytes.
//!
//! A format is one file with a [`Format`], and one line in [`FORMATS`].

pub mod dot;
mod html;
mod json;
mod mermaid;
mod missing;
mod number;
#[cfg(feature = "paper")]
mod paper;
mod report;
mod svg;
mod tikz;

pub use html::html;
pub use json::json;
#[cfg(feature = "cli")]
pub(crate) use json::network;
#[cfg(feature = "cli")]
pub(crate) use svg::SIGNATURE;
pub use mermaid::mermaid;
#[cfg(feature = "paper")]
pub use paper::{FONTS_VARIABLE, pdf, png};
pub use report::{Part, Report, Section, report};
pub use svg::{inline_svg, svg};
pub use tikz::tikz;

use crate::diagnostics::Diagnostic;
use crate::picture::{Picture, Refusal};
use crate::scene::Scene;
use missing::missing_characters;

/// A format that pictures are written in.
pub struct Format {
    /// The name, which is its option on the command line and the usual ending of its files.
    pub name: &'static str,
    /// Other endings of its files.
    pub endings: &'static [&'static str],
    /// One line of documentation, to follow "Write ".
    pub doc: &'static str,
    /// How a Markdown document holds it.
    pub in_markdown: InMarkdown,
    /// Writes a picture.
    pub write: fn(&Picture) -> Result<Rendered, Refusal>,
    /// Writes a scene that shows something else than a network, such as curves; none where that makes no sense.
    pub scene: Option<SceneWriter>,
}

/// Writes a finished scene.
pub type SceneWriter = fn(&Scene) -> Result<Rendered, Refusal>;

/// A picture in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The file.
    pub bytes: Vec<u8>,
    /// What the format cannot show as it should be, such as characters without a glyph.
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

/// How a Markdown document holds a picture of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InMarkdown {
    /// As text in a fence, after which this word stands.
    Fence(&'static str),
    /// As a file that is shown.
    Image,
    /// As a file that a link leads to.
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
    dot::FORMAT,
    mermaid::FORMAT,
    json::FORMAT,
];

/// The format of a file, by the ending of its name.
pub fn by_ending(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == ending || format.endings.contains(&ending))
}
