//! Networks in the files of other programs.
//!
//! A format is one folder or file with a [`Format`], and one line in [`FORMATS`]. It serializes a [`Program`] with its
//! [`Weights`], and reads the bytes back to compare them with both, so that every export is verified. Nothing here
//! touches a file.
//!
//! ```
//! use netviz_exchange::onnx;
//! use netviz_model::graph::Graph;
//! use netviz_model::weights::{TensorData, Weights};
//!
//! let graph = Graph::from_text("{input: [2], layers: [dense: 1]}").expect("a valid model");
//! let tensors = vec![TensorData::Float(vec![0.5, -0.5]), TensorData::Float(vec![1.0])];
//! let weights = Weights::new(graph.program(), tensors).expect("a weight and a bias");
//! let bytes = onnx::write(graph.program(), &weights);
//! assert_eq!(onnx::check(&bytes, graph.program(), &weights), Ok(()));
//! ```

mod gguf;
pub mod import;
mod keras;
pub mod onnx;
mod pytorch;
pub mod safetensors;

pub use prost::bytes::Bytes;

use std::fmt;

use import::Reader;
use netviz_model::ir::Program;
use netviz_model::weights::Weights;

/// A format that trained networks are exported to.
#[non_exhaustive]
pub struct Format {
    /// Name, as it is written.
    pub name: &'static str,
    /// Ending of its files.
    pub ending: &'static str,
    /// Serializes a network. The same program and weights give the same bytes. It panics if the weights are not
    /// [those of the program](Weights::check).
    pub write: fn(&Program, &Weights) -> Vec<u8>,
    /// Reads the bytes back, and compares them with the network.
    pub check: fn(&[u8], &Program, &Weights) -> Result<(), Error>,
    /// What a file contains, for people.
    pub contents: fn(&Program) -> String,
    /// Python code that uses a file, whose path is given as a literal.
    pub usage: fn(&Program, &str) -> String,
}

/// Every format.
pub const FORMATS: &[Format] = &[onnx::FORMAT, safetensors::FORMAT];

/// Every format that is read.
pub const READERS: &[Reader] =
    &[gguf::READER, safetensors::READER, safetensors::INDEX, pytorch::READER, keras::READER, onnx::READER];

/// The format of a file by its contents, or else by its ending, in any case.
pub fn reader_of(start: &[u8], ending: &str) -> Option<&'static Reader> {
    let by_ending = |reader: &&Reader| reader.endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
    READERS.iter().find(|reader| (reader.detects)(start)).or_else(|| READERS.iter().find(by_ending))
}

/// The format of the files with an ending, in any case.
pub fn by_ending(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.ending.eq_ignore_ascii_case(ending))
}

/// Why a file is not that of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It is not a file of this format, or it is damaged: `not a valid safetensors file: …`.
    Format(String),
    /// Its contents are not those of the network; one sentence for each difference.
    Mismatch(Vec<String>),
}

impl Error {
    /// A file that, for example, "has other metadata".
    fn mismatch(difference: &str) -> Self {
        Self::Mismatch(vec![format!("the file {difference}")])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Format(what) => write!(f, "the file is {what}"),
            Self::Mismatch(differences) => f.write_str(&differences.join("\n")),
        }
    }
}

impl std::error::Error for Error {}

/// Metadata key of the preprocessing that the network expects.
pub const PREPROCESSING: &str = "netviz.preprocessing";

/// Key and value of the metadata, if there is any.
fn metadata(program: &Program) -> Option<(&'static str, String)> {
    program.preprocessing().map(|preprocessing| (PREPROCESSING, preprocessing.to_json().to_string()))
}
