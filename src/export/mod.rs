//! Trained networks in the formats of other programs.
//!
//! A format is a pair of functions: one writes a [`Program`] with its [`Weights`] as bytes, the other
//! reads the bytes back and compares them with both, so that no export claims success unseen. Neither
//! touches a file.
//!
//! ```
//! use netviz::program::Program;
//! use netviz::weights::{Tensor, Weights};
//!
//! let model = netviz::Model::from_text("{input: [2], layers: [dense: 1]}").expect("a valid model");
//! let program = Program::lower(&model.graph);
//! let weights = Weights(vec![Tensor::Float(vec![0.5, -0.5]), Tensor::Float(vec![1.0])]);
//! let bytes = netviz::export::onnx(&program, &weights);
//! assert_eq!(netviz::export::check_onnx(&bytes, &program, &weights), Ok(()));
//! ```

mod onnx;

use std::fmt;

pub use onnx::{OPSET, check_onnx, onnx, output_name};

use crate::program::Program;
use crate::weights::Weights;

/// How a file, read back, differs from what it was written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(String);

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Difference {}

/// Compares the bytes of a safetensors file, as [`Weights::to_bytes`] writes them, with the weights.
///
/// # Errors
/// Where a tensor is not, bit for bit, the one of `weights`.
pub fn check_safetensors(bytes: &[u8], program: &Program, weights: &Weights) -> Result<(), Difference> {
    let read = Weights::from_bytes(bytes, program).map_err(|error| Difference(error.to_string()))?;
    for ((parameter, read), written) in program.parameters.iter().zip(&read.0).zip(&weights.0) {
        // Bytes, since a NaN does not equal itself.
        if read.to_bytes() != written.to_bytes() {
            return Err(Difference(format!("`{}` has other values", parameter.name)));
        }
    }
    Ok(())
}
