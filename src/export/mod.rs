//! Exports trained networks for other programs.
//!
//! A format is a pair of functions: one serializes a [`Program`] with its [`Weights`](crate::weights::Weights), the
//! other reads the bytes back and compares them with both, so that every export is verified. Neither touches a file.
//!
//! ```
//! use netviz::ir::Program;
//! use netviz::weights::{Tensor, Weights};
//!
//! let model = netviz::Model::from_text("{input: [2], layers: [dense: 1]}").expect("a valid model");
//! let program = model.graph.program().clone();
//! let weights = Weights(vec![Tensor::Float(vec![0.5, -0.5]), Tensor::Float(vec![1.0])]);
//! let bytes = netviz::export::onnx(&program, &weights);
//! assert_eq!(netviz::export::check_onnx(&bytes, &program, &weights), Ok(()));
//! ```

mod onnx;
mod safetensors;

use std::fmt;

pub use onnx::{OPSET, check_onnx, onnx, output_name};
pub use safetensors::{check_safetensors, safetensors};

use crate::ir::Program;

/// A difference between a file, read back, and what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(String);

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Difference {}

/// Metadata key of the preprocessing that the network expects.
pub const PREPROCESSING: &str = "netviz.preprocessing";

/// Key and value of the metadata, if there is any.
fn metadata(program: &Program) -> Option<(&'static str, String)> {
    program.preprocessing.map(|preprocessing| (PREPROCESSING, preprocessing.to_json().to_string()))
}
