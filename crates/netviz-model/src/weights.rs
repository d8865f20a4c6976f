//! The values of trained parameters.

use crate::ir::Program;

/// The values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Tensor {
    /// Values of a trainable parameter or a statistic, the last dimension fastest.
    Float(Vec<f32>),
    /// Value of a [`Role::Counter`](crate::ir::Role::Counter).
    Counter(i64),
}

/// The values of all parameters, in the order of [`Program::parameters`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(pub Vec<Tensor>);

impl Weights {
    /// The name of the first parameter that contains NaN or infinity.
    pub fn first_not_finite<'a>(&self, program: &'a Program) -> Option<&'a str> {
        let is_finite = |tensor: &Tensor| match tensor {
            Tensor::Float(values) => values.iter().all(|value| value.is_finite()),
            Tensor::Counter(_) => true,
        };
        let mut pairs = program.parameters().iter().zip(&self.0);
        pairs.find(|(_, tensor)| !is_finite(tensor)).map(|(parameter, _)| parameter.name.as_str())
    }
}

impl Tensor {
    /// The values as little-endian bytes, as in safetensors and ONNX.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Float(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::Counter(value) => value.to_le_bytes().to_vec(),
        }
    }
}
