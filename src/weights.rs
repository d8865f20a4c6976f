//! Trained parameters, as stored in safetensors files.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::ir::{Parameter, Program, Role};

/// The values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Tensor {
    /// Values of a trainable parameter or a statistic, the last dimension fastest.
    Float(Vec<f32>),
    /// Value of a [`Role::Counter`].
    Counter(i64),
}

/// The values of all parameters, in the order of [`Program::parameters`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(pub Vec<Tensor>);

/// Why a file cannot be read as a program's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WeightsError {
    /// The file is not a safetensors file, or it is damaged.
    Format(String),
    /// The tensors of the file differ from those of the program; one sentence per difference.
    Mismatch(Vec<String>),
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Format(why) => write!(f, "not a valid safetensors file: {why}"),
            Self::Mismatch(differences) => f.write_str(&differences.join("\n")),
        }
    }
}

impl std::error::Error for WeightsError {}

impl Weights {
    /// Reads the parameters of `program` from the bytes of a safetensors file.
    ///
    /// # Errors
    /// If the file is damaged, or if its names, shapes or types are not exactly those of the program.
    pub fn from_bytes(bytes: &[u8], program: &Program) -> Result<Self, WeightsError> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| WeightsError::Format(error.to_string()))?;
        let mut differences = Vec::new();
        let mut tensors = Vec::with_capacity(program.parameters.len());
        for parameter in &program.parameters {
            match Tensor::read(&file, &parameter.name, parameter) {
                Ok(tensor) => tensors.push(tensor),
                Err(difference) => differences.push(difference),
            }
        }
        let known: BTreeSet<&str> = program.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let found: BTreeSet<&str> = file.names().into_iter().collect();
        differences.extend(found.difference(&known).map(|name| format!("`{name}` is not part of the model")));
        if differences.is_empty() { Ok(Self(tensors)) } else { Err(WeightsError::Mismatch(differences)) }
    }

    /// The name of the first parameter that contains NaN or infinity.
    pub fn first_not_finite<'a>(&self, program: &'a Program) -> Option<&'a str> {
        let is_finite = |tensor: &Tensor| match tensor {
            Tensor::Float(values) => values.iter().all(|value| value.is_finite()),
            Tensor::Counter(_) => true,
        };
        let mut pairs = program.parameters.iter().zip(&self.0);
        pairs.find(|(_, tensor)| !is_finite(tensor)).map(|(parameter, _)| parameter.name.as_str())
    }

    /// Serializes the parameters as a safetensors file.
    ///
    /// # Panics
    /// If the tensors are not those of `program`.
    pub fn to_bytes(&self, program: &Program) -> Vec<u8> {
        assert_eq!(self.0.len(), program.parameters.len(), "one tensor for each parameter");
        let bytes: Vec<Vec<u8>> = self.0.iter().map(Tensor::to_bytes).collect();
        let views = program.parameters.iter().zip(&bytes).map(|(parameter, bytes)| {
            let view = TensorView::new(dtype(parameter), parameter.shape.clone(), bytes);
            (parameter.name.as_str(), view.expect("the values fill the parameter's shape"))
        });
        let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
        safetensors::serialize(views, Some(metadata)).expect("names are unique and sizes fit")
    }
}

impl Tensor {
    /// The tensor named `name`, which must match `parameter`.
    ///
    /// # Errors
    /// The mismatch, in one sentence.
    pub fn read(file: &SafeTensors, name: &str, parameter: &Parameter) -> Result<Self, String> {
        let expected = describe(dtype(parameter), &parameter.shape);
        let view = file.tensor(name).map_err(|_| format!("`{name}` is missing; expected {expected}"))?;
        if view.dtype() != dtype(parameter) || view.shape() != parameter.shape {
            return Err(format!("`{name}` is {}; expected {expected}", describe(view.dtype(), view.shape())));
        }
        let bytes = view.data();
        Ok(match parameter.role {
            Role::Counter => {
                Self::Counter(i64::from_le_bytes(bytes.try_into().map_err(|_| format!("`{name}` is cut"))?))
            }
            _ => Self::Float(
                bytes
                    .chunks_exact(4)
                    .map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]]))
                    .collect(),
            ),
        })
    }

    /// The values as little-endian bytes, as in safetensors and ONNX.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Float(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::Counter(value) => value.to_le_bytes().to_vec(),
        }
    }
}

/// The data type in which a parameter is stored.
pub fn dtype(parameter: &Parameter) -> Dtype {
    if parameter.role == Role::Counter { Dtype::I64 } else { Dtype::F32 }
}

/// `512×784 of F32`.
fn describe(dtype: Dtype, shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let shape = if sizes.is_empty() { "one value".to_owned() } else { sizes.join("×") };
    format!("{shape} of {dtype:?}")
}
