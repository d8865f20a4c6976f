//! The network as a list of operations over values, with named parameters.
//!
//! Layers lower themselves into a [`Program`]; the ONNX exporter and the training engine read it.
//! Parameter counts, checkpoint names and export names are all derived from it.

mod builder;
mod cost;
mod op;

pub(crate) use builder::Builder;
pub use builder::Scope;
pub use op::{Op, Window};

use crate::data::Preprocessing;
use crate::shape::Shape;

/// Index of a value in [`Program::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub(crate) usize);

impl ValueId {
    /// The index.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Index of a parameter in [`Program::parameters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParameterId(pub(crate) usize);

impl ParameterId {
    /// The index.
    pub fn index(self) -> usize {
        self.0
    }
}

/// An input, or the output of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Unique name.
    pub name: String,
    /// Shape of one sample.
    pub shape: Shape,
}

/// One operation applied to values and parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// Unique name: `dense_1/Gemm`.
    pub name: String,
    /// The operation.
    pub op: Op,
    /// The operands.
    pub inputs: Vec<ValueId>,
    /// The parameters, in the order that the operation documents.
    pub parameters: Vec<ParameterId>,
    /// The output.
    pub output: ValueId,
}

/// Role of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Trained by the optimizer.
    Trainable,
    /// A running statistic, updated by the forward pass in training.
    Statistic,
    /// A 64-bit count of training steps, kept because `PyTorch` keeps one; not included in parameter counts.
    Counter,
}

/// Initial values of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initializer {
    /// All 0.
    Zeros,
    /// All 1.
    Ones,
    /// Uniform in ±√(6 / (`fan_in` + `fan_out`)) (Glorot and Bengio 2010).
    GlorotUniform {
        /// Number of inputs per output.
        fan_in: usize,
        /// Number of outputs per input.
        fan_out: usize,
    },
}

/// A parameter tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Unique name, as in `PyTorch`'s `state_dict`: `dense_1.weight`.
    pub name: String,
    /// Dimensions; empty for a counter.
    pub shape: Vec<usize>,
    /// Initial values.
    pub initializer: Initializer,
    /// Role.
    pub role: Role,
}

impl Parameter {
    /// The number of values.
    pub fn elements(&self) -> usize {
        self.shape.iter().fold(1, |product, &size| product.saturating_mul(size))
    }
}

/// Parameter counts of a layer or a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParameterCount {
    /// Values trained by the optimizer.
    pub trainable: usize,
    /// Running statistics.
    pub fixed: usize,
}

impl ParameterCount {
    /// The counts of a list of parameters.
    pub fn of(parameters: &[Parameter]) -> Self {
        let sum = |role: Role| {
            let of_role = parameters.iter().filter(|parameter| parameter.role == role);
            of_role.fold(0_usize, |sum, parameter| sum.saturating_add(parameter.elements()))
        };
        Self { trainable: sum(Role::Trainable), fixed: sum(Role::Statistic) }
    }

    /// The sum of both.
    pub fn total(self) -> usize {
        self.trainable.saturating_add(self.fixed)
    }
}

/// A network as instructions in the order of execution.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// Name of the network.
    pub name: String,
    /// The input, then the outputs of the instructions in order.
    pub values: Vec<Value>,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// The parameters, in the order of the layers.
    pub parameters: Vec<Parameter>,
    /// The input of the network.
    pub input: ValueId,
    /// The output of the last layer.
    pub output: ValueId,
    /// The input of a final softmax; the output itself if there is none.
    pub logits: ValueId,
    /// The expected preprocessing, if the network is trained on images.
    pub preprocessing: Option<Preprocessing>,
}

impl Program {
    /// A value by its index.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// A parameter by its index.
    pub fn parameter(&self, id: ParameterId) -> &Parameter {
        &self.parameters[id.0]
    }

    /// Counts of all parameters.
    pub fn parameter_count(&self) -> ParameterCount {
        ParameterCount::of(&self.parameters)
    }

    /// Size of their values in bytes: 4 for each, 8 for a counter.
    pub fn parameter_bytes(&self) -> u64 {
        let bytes = |parameter: &Parameter| match parameter.role {
            Role::Counter => 8,
            Role::Trainable | Role::Statistic => (parameter.elements() as u64).saturating_mul(4),
        };
        self.parameters.iter().map(bytes).fold(0, u64::saturating_add)
    }
}
