//! The intermediate representation: a network as a list of operations over typed values.
//!
//! Layers lower themselves into a [`Program`]; exporters and the training engine read it. Operations have the meaning of
//! ONNX's. The batch is explicit: it is the first dimension, [`Dim::BATCH`].
//!
//! - [`TensorType`] and [`Dim`]: what is known about a value.
//! - [`Operand`]: what an operation reads. Parameters are operands, so weights can be shared or computed.
//! - [`Op`]: the operations, each declared once in its family; [`OPS`] lists them.
//! - [`Scope`]: how a layer adds operations and parameters.

mod attribute;
mod builder;
mod ops;
mod types;

pub use crate::dtype::{Block, DType};
pub(crate) use attribute::to_i64;
pub use attribute::{Attribute, ConstantValue, OnnxForm};
pub(crate) use builder::Builder;
pub use builder::Scope;
pub use ops::*;
pub use types::{Container, Dim, TensorType};

use std::fmt;
use std::sync::Arc;

use crate::dataset::Preprocessing;

/// Defines the index of an item in a table of a [`Program`].
macro_rules! index {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index! {
    /// Index of a value in [`Program::values`].
    ValueId
}
index! {
    /// Index of a parameter in [`Program::parameters`].
    ParameterId
}
index! {
    /// Index of a constant in [`Program::constants`].
    ConstantId
}

/// An input, or an output of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// Unique name; that of the instruction for its first output.
    pub name: Arc<str>,
    /// Its type.
    pub ty: TensorType,
}

/// What an instruction reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    /// An input or the output of an earlier instruction.
    Value(ValueId),
    /// A parameter.
    Parameter(ParameterId),
    /// A constant.
    Constant(ConstantId),
    /// An optional operand that is omitted.
    Absent,
}

impl Operand {
    /// The value, if it is one.
    pub fn value(self) -> Option<ValueId> {
        match self {
            Self::Value(id) => Some(id),
            _ => None,
        }
    }

    /// The parameter, if it is one.
    pub fn parameter(self) -> Option<ParameterId> {
        match self {
            Self::Parameter(id) => Some(id),
            _ => None,
        }
    }
}

impl From<ValueId> for Operand {
    fn from(id: ValueId) -> Self {
        Self::Value(id)
    }
}

impl From<ParameterId> for Operand {
    fn from(id: ParameterId) -> Self {
        Self::Parameter(id)
    }
}

/// The path of names from the network to what an instruction belongs to: `encoder.layer.3.attention`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScopePath(Arc<str>);

impl ScopePath {
    /// The names, from the outermost to that of the layer.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }
}

/// The names, with dots in between.
impl fmt::Display for ScopePath {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ScopePath {
    fn from(path: &str) -> Self {
        Self(path.into())
    }
}

/// One operation applied to operands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Instruction {
    /// Unique name: `dense_1/Gemm`.
    pub name: Arc<str>,
    /// What it belongs to.
    pub scope: ScopePath,
    /// The operation.
    pub op: Op,
    /// The operands, in the order that the operation documents.
    pub inputs: Vec<Operand>,
    /// The outputs, in the order that the operation documents.
    pub outputs: Vec<ValueId>,
}

impl Instruction {
    /// The values that it reads.
    pub fn values(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.inputs.iter().filter_map(|operand| operand.value())
    }

    /// The parameters that it reads.
    pub fn parameters(&self) -> impl Iterator<Item = ParameterId> + '_ {
        self.inputs.iter().filter_map(|operand| operand.parameter())
    }

    /// The first output, which every operation has.
    pub fn output(&self) -> ValueId {
        self.outputs[0]
    }
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
    /// A weight that is not trained.
    Frozen,
    /// A number that a file holds and that is no weight, such as a shape or a scale; not included in parameter counts.
    Constant,
}

/// Initial values of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Uniform in ±0.05, as in Keras' embedding.
    Embedding,
    /// The values that a file holds.
    Stored,
    /// Uniform in ±1 / √`hidden`, as in PyTorch's recurrent layers.
    Recurrent {
        /// Number of values of the state.
        hidden: usize,
    },
}

impl Initializer {
    /// The mean of the values.
    pub fn mean(self) -> f32 {
        match self {
            Self::Ones => 1.0,
            Self::Zeros | Self::Stored | Self::GlorotUniform { .. } | Self::Embedding | Self::Recurrent { .. } => 0.0,
        }
    }

    /// The largest distance of a random value from the mean; `None` for constants.
    #[expect(clippy::cast_possible_truncation, reason = "a bound for 32-bit numbers")]
    pub fn limit(self) -> Option<f32> {
        let square = match self {
            Self::Zeros | Self::Ones | Self::Stored => return None,
            Self::GlorotUniform { fan_in, fan_out } => 6.0 / (fan_in as f64 + fan_out as f64),
            Self::Embedding => return Some(0.05),
            Self::Recurrent { hidden } => 1.0 / hidden as f64,
        };
        Some(square.sqrt() as f32)
    }
}

/// A parameter tensor.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Unique name, as in `PyTorch`'s `state_dict`: `dense_1.weight`.
    pub name: String,
    /// Element type: 64-bit integers for a counter, 32-bit floating point for all others of a model file.
    pub dtype: DType,
    /// Sizes; empty for a counter.
    pub shape: Vec<usize>,
    /// Initial values.
    pub initializer: Initializer,
    /// Role.
    pub role: Role,
    /// How many weights it stands for: the number of its values, unless a file packs several weights into one value, or
    /// stores values that are not learned beside those that are.
    pub weights: usize,
}

impl Parameter {
    /// The number of values.
    pub fn elements(&self) -> usize {
        elements(&self.shape)
    }

    /// Its type.
    pub fn ty(&self) -> TensorType {
        TensorType::sized(self.dtype, &self.shape)
    }

    /// Size of its values in bytes.
    pub fn bytes(&self) -> u64 {
        self.dtype.bytes(self.elements())
    }
}

/// The number of values of a tensor.
fn elements(shape: &[usize]) -> usize {
    shape.iter().fold(1, |product, &size| product.saturating_mul(size))
}

/// A constant tensor.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Constant {
    /// Unique name.
    pub name: String,
    /// Its type.
    pub ty: TensorType,
    /// Its value.
    pub value: ConstantValue,
}

/// Parameter counts of a layer or a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParameterCount {
    /// Values trained by the optimizer.
    pub trainable: usize,
    /// Running statistics and frozen weights.
    pub fixed: usize,
}

impl ParameterCount {
    /// The counts of a list of parameters.
    pub fn of(parameters: &[Parameter]) -> Self {
        parameters.iter().fold(Self::default(), |count, parameter| {
            let elements = parameter.weights;
            match parameter.role {
                Role::Trainable => Self { trainable: count.trainable.saturating_add(elements), ..count },
                Role::Statistic | Role::Frozen => Self { fixed: count.fixed.saturating_add(elements), ..count },
                Role::Counter | Role::Constant => count,
            }
        })
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            trainable: self.trainable.saturating_add(other.trainable),
            fixed: self.fixed.saturating_add(other.fixed),
        }
    }

    /// The sum of trainable and fixed values.
    pub fn total(self) -> usize {
        self.trainable.saturating_add(self.fixed)
    }
}

/// A network as instructions in the order of execution. Indices in it are always those of its own tables: it is only
/// built from layers and operations.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    name: String,
    values: Vec<Value>,
    instructions: Vec<Instruction>,
    parameters: Vec<Parameter>,
    constants: Vec<Constant>,
    inputs: Vec<ValueId>,
    outputs: Vec<ValueId>,
    logits: ValueId,
    preprocessing: Option<Preprocessing>,
}

impl Program {
    /// Name of the network.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The inputs and the outputs of the instructions.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The instructions, in order.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The parameters, in the order of the layers.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The constants.
    pub fn constants(&self) -> &[Constant] {
        &self.constants
    }

    /// The inputs of the network, of which there is at least one.
    pub fn inputs(&self) -> &[ValueId] {
        &self.inputs
    }

    /// The outputs of the network, of which there is at least one.
    pub fn outputs(&self) -> &[ValueId] {
        &self.outputs
    }

    /// What the first output is computed from if it is [probabilities](OpInfo::gives_probabilities) that nothing else
    /// needs, or else that output itself.
    pub fn logits(&self) -> ValueId {
        self.logits
    }

    /// The expected preprocessing, if the network is trained on images.
    pub fn preprocessing(&self) -> Option<&Preprocessing> {
        self.preprocessing.as_ref()
    }

    /// Says that data are prepared in this way.
    pub(crate) fn preprocess(&mut self, preprocessing: Preprocessing) {
        self.preprocessing = Some(preprocessing);
    }

    /// A value by its index.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.index()]
    }

    /// A parameter by its index.
    pub fn parameter(&self, id: ParameterId) -> &Parameter {
        &self.parameters[id.index()]
    }

    /// The first input.
    pub fn input(&self) -> ValueId {
        self.inputs[0]
    }

    /// The first output.
    pub fn output(&self) -> ValueId {
        self.outputs[0]
    }

    /// The type of an operand; `None` if it is absent.
    pub fn type_of(&self, operand: Operand) -> Option<TensorType> {
        match operand {
            Operand::Value(id) => Some(self.values[id.index()].ty.clone()),
            Operand::Parameter(id) => Some(self.parameters[id.index()].ty()),
            Operand::Constant(id) => Some(self.constants[id.index()].ty.clone()),
            Operand::Absent => None,
        }
    }

    /// The sizes of one sample of a value; empty if they are not known, which a runnable network rules out.
    pub fn sample(&self, id: ValueId) -> Vec<usize> {
        self.values[id.index()].ty.sample().unwrap_or_default()
    }

    /// The number of values in one sample; 0 if it is not known, which a runnable network rules out.
    pub fn elements(&self, id: ValueId) -> usize {
        self.values[id.index()].ty.elements().unwrap_or(0)
    }

    /// Counts of all parameters.
    pub fn parameter_count(&self) -> ParameterCount {
        ParameterCount::of(&self.parameters)
    }

    /// Size of the values of all parameters in bytes.
    pub fn parameter_bytes(&self) -> u64 {
        self.parameters.iter().map(Parameter::bytes).fold(0, u64::saturating_add)
    }
}
