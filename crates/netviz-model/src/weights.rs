//! The values of trained parameters.

use crate::diagnostics::Diagnostic;
use crate::ir::{Parameter, Program, Role};
use crate::text::plural;

/// The values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum TensorData {
    /// Values of a trainable or frozen parameter or of a statistic, the last dimension fastest.
    Float(Vec<f32>),
    /// Value of a [`Role::Counter`].
    Counter(i64),
}

/// The values of all parameters of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<TensorData>);

impl Weights {
    /// The values of the parameters of `program`, in their order.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn new(program: &Program, tensors: Vec<TensorData>) -> Result<Self, Diagnostic> {
        let weights = Self(tensors);
        weights.check(program).map(|()| weights)
    }

    /// One tensor for each parameter, in the order of [`Program::parameters`].
    pub fn tensors(&self) -> &[TensorData] {
        &self.0
    }

    /// Checks that these are weights of `program`.
    ///
    /// # Errors
    /// Names the first parameter that has more or fewer values than its shape has, or says how many tensors are wanted.
    pub fn check(&self, program: &Program) -> Result<(), Diagnostic> {
        let (wanted, found) = (program.parameters().len(), self.0.len());
        let mut pairs = program.parameters().iter().zip(&self.0);
        let problem = match pairs.find(|(parameter, tensor)| !tensor.fits(parameter)) {
            Some((parameter, _)) => format!("the values of `{}` are not those of its shape", parameter.name),
            None if wanted != found => {
                format!("{} has {}, not {found}", program.name(), plural(wanted, "parameter tensor"))
            }
            None => return Ok(()),
        };
        Err(Diagnostic::error(problem).hint("give one tensor for each parameter, in the order of the program"))
    }

    /// The name of the first parameter that contains NaN or infinity.
    pub fn first_not_finite<'a>(&self, program: &'a Program) -> Option<&'a str> {
        let is_finite = |tensor: &TensorData| match tensor {
            TensorData::Float(values) => values.iter().all(|value| value.is_finite()),
            TensorData::Counter(_) => true,
        };
        let mut pairs = program.parameters().iter().zip(&self.0);
        pairs.find(|(_, tensor)| !is_finite(tensor)).map(|(parameter, _)| parameter.name.as_str())
    }
}

impl TensorData {
    fn fits(&self, parameter: &Parameter) -> bool {
        match self {
            Self::Float(values) => parameter.role != Role::Counter && values.len() == parameter.elements(),
            Self::Counter(_) => parameter.role == Role::Counter,
        }
    }

    /// The values as little-endian bytes, as in safetensors and ONNX.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Float(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::Counter(value) => value.to_le_bytes().to_vec(),
        }
    }
}
