//! Networks from the files of other programs.
//!
//! A reader is one folder or file with a [`Reader`], and one line in [`READERS`](crate::READERS). It makes a [`Graph`] in which every
//! operation of the file is a node; `contract` then puts together what exporters take apart.

mod archive;
mod change;
mod contract;
mod dims;
mod element;
mod folded;
mod name;
mod spec;
mod structure;
mod tensor;
mod tree;

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, Diagnostics};
use netviz_model::graph::Graph;
use netviz_model::ir::ValueId;
use prost::bytes::Bytes;

pub(crate) use archive::Archive;
pub use change::relative_change;
pub(crate) use contract::{composites, contract};
pub use dims::Dims;
pub use folded::Affine;
pub(crate) use name::{Names, nested, path, title};
pub use spec::{Specification, specification};
pub(crate) use structure::{Costs, check_json};
pub use tensor::{Packed, Tensor, Values};
pub(crate) use tree::{Leaf, damaged, tree};

/// A format that networks are read from.
#[non_exhaustive]
pub struct Reader {
    /// Name, as it is written.
    pub name: &'static str,
    /// Endings of its files.
    pub endings: &'static [&'static str],
    /// Whether the first bytes of a file are those of this format. There may be fewer than in the file.
    pub detects: fn(&[u8]) -> bool,
    /// Reads a file.
    pub read: fn(&File) -> Result<Imported, Diagnostics>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_tuple("Reader").field(&self.name).finish()
    }
}

/// The paths of the members of a zip archive; none if the bytes are no whole archive.
pub fn members(bytes: &[u8]) -> Vec<String> {
    Archive::members(bytes)
}

/// A file to read.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// The name of the network if the file has none: that of the file without its ending.
    pub name: &'a str,
    /// Its contents; those of a mapped file are never copied.
    pub bytes: &'a Bytes,
    /// The files beside it.
    pub beside: &'a dyn Beside,
    /// Sizes for symbols, such as `N`.
    pub dims: &'a Dims,
}

/// The folder of a file, for weights that are stored in files of their own.
pub trait Beside {
    /// The contents of a file in the folder.
    ///
    /// # Errors
    /// Why it cannot be read. A path that leads out of the folder, also by a link, must be refused.
    fn open(&self, path: &str) -> Result<Bytes, BesideError>;
}

/// Why a file beside another one cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BesideError {
    /// It does not exist.
    Missing,
    /// It is outside the folder.
    Outside,
    /// Any other reason.
    Failed(String),
}

/// No files.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Beside for Nothing {
    fn open(&self, _: &str) -> Result<Bytes, BesideError> {
        Err(BesideError::Missing)
    }
}

/// A network that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The network.
    pub graph: Graph,
    /// Where it comes from.
    pub origin: Origin,
    /// The values of its parameters, in the order of the program.
    pub tensors: Vec<Tensor>,
    /// Whole numbers that operations on sizes give, whatever the inputs are.
    pub sizes: BTreeMap<ValueId, Tensor>,
    /// What is doubtful about the file.
    pub warnings: Vec<Diagnostic>,
}

/// What a file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The format: `ONNX`.
    pub format: &'static str,
    /// Version of the format: `IR 8`.
    pub version: String,
    /// The program that made the file, with its version.
    pub producer: String,
    /// The part of that program that wrote the operators, without its version: two files of the same one write the same
    /// network alike. Empty if it is not known or the format says it all.
    pub exporter: String,
    /// Versions of sets of operators, by their domains.
    pub opsets: Vec<(String, i64)>,
    /// The names of the outputs, in order; empty if they have none.
    pub outputs: Vec<String>,
    /// How often each operator occurs; empty if that is not to be told from the graph.
    pub operators: BTreeMap<String, usize>,
    /// Anything else: names and values.
    pub metadata: Vec<(String, String)>,
}
