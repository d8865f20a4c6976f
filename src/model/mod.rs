//! From a file to a checked network in one call.

mod foreign;
pub(crate) mod kind;
mod mapped;

use std::collections::BTreeMap;
use std::path::Path;

use netviz_draw::picture::{Options, Picture};
use netviz_draw::{Drawing, draw, picture};
use netviz_exchange::import::{Dims, Origin, Tensor};
use netviz_model::diagnostics::{Diagnostic, Diagnostics};
use netviz_model::graph::Graph;
use netviz_model::ir::ValueId;
use netviz_model::limits;
use netviz_model::source::{Source, Sources};
use netviz_model::spec::Override;
use netviz_model::text::system_error;

pub use foreign::Opened;

/// A checked network, with the warnings about it.
#[derive(Debug)]
pub struct Model {
    /// The network.
    pub graph: Graph,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// What the file of another program says about itself, and its tensors; `None` for a model file.
    pub source: Option<Foreign>,
}

/// What the file of another program holds besides the network.
#[derive(Debug)]
#[non_exhaustive]
pub struct Foreign {
    /// The format, the program that made it and the versions of its operators.
    pub origin: Origin,
    /// The values of the parameters of the network's program, in their order. They are in the file until they are used.
    pub tensors: Vec<Tensor>,
    /// Whole numbers that operations on sizes give, whatever the inputs are.
    pub sizes: BTreeMap<ValueId, Tensor>,
}

impl Model {
    /// Reads and checks the model of `sources`.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn read(sources: &Sources, overrides: &[Override]) -> Result<Self, Diagnostics> {
        Graph::read(sources, overrides).map(|(graph, warnings)| Self { graph, warnings, source: None })
    }

    /// Reads and checks a model from a string.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    ///
    /// ```
    /// let model = netviz::Model::from_text("
    ///     name: tiny
    ///     input: [4]
    ///     layers:
    ///       - dense: {units: 3, activation: relu}
    ///       - dense: 2
    /// ")?;
    /// assert_eq!(model.graph.parameters().total(), 4 * 3 + 3 + 3 * 2 + 2);
    /// # Ok::<(), netviz::diagnostics::Diagnostics>(())
    /// ```
    pub fn from_text(text: &str) -> Result<Self, Diagnostics> {
        Self::read(&Sources::new(Source::new("model.yaml", text)), &[])
    }

    /// Reads and checks a model file, or the file of another program in one of the formats of
    /// [`READERS`](netviz_exchange::READERS), such as ONNX.
    ///
    /// # Errors
    /// Why the file cannot be read, or all problems, in the order of the text.
    ///
    /// ```no_run
    /// # use netviz::{Model, picture::Options};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let svg = Model::from_path("network.onnx")?.draw(&Options::default())?.svg();
    /// std::fs::write("network.svg", svg)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Diagnostics> {
        let path = path.as_ref();
        let name = path.to_string_lossy().into_owned();
        let bytes = mapped::contents(path).map_err(|error| {
            Diagnostic::error(format!("cannot read `{name}`: {}", system_error(&error))).hint("check the path")
        })?;
        if let Some(file) = Opened::new(path, &bytes) {
            return file.read(&Dims::default());
        }
        if let Some(kind) = kind::of(&bytes, &foreign::ending(path)) {
            return Err(kind::refused(&name, kind).into());
        }
        // One byte more than the limit shows that the file is too large.
        let most = usize::try_from(limits::MODEL_FILE + 1).unwrap_or(usize::MAX);
        Self::read(&Sources::new(Source::from_bytes(name, bytes[..bytes.len().min(most)].to_vec())?), &[])
    }

    /// A picture of the network, for a format other than SVG: each of [`FORMATS`](netviz_draw::formats::FORMATS) writes
    /// one.
    pub fn picture<'a>(&'a self, options: &'a Options) -> Picture<'a> {
        picture(&self.graph, None, options)
    }

    /// Draws the network.
    ///
    /// # Errors
    /// If the picture would be too large.
    pub fn draw(&self, options: &Options) -> Result<Drawing, Diagnostic> {
        draw(&self.graph, None, options)
    }
}
