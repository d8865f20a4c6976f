//! What libtorch computes for each operation: its outputs, its gradients, and the memory for both.
//!
//! A family of operations is one file. [`kernel`] has an arm for every operation of [`netviz::ir`].

mod activation;
mod convolution;
mod elementwise;
mod gather;
mod linear;
mod normalization;
mod pooling;
mod random;
mod recurrent;
mod shape;

use netviz::ir::{Dim, Instruction, Op, Program, TensorType};
use tch::Tensor;

use super::Mode;
use crate::EngineError;

pub(super) use linear::rectified;

/// The operands of an operation; absent ones are `None`.
pub(super) struct Operands<'a>(pub(super) Vec<Option<&'a Tensor>>);

impl<'a> Operands<'a> {
    /// An operand that may be absent.
    fn get(&self, index: usize) -> Option<&'a Tensor> {
        self.0.get(index).copied().flatten()
    }

    /// An operand that inference has found to be there.
    fn at(&self, index: usize) -> Result<&'a Tensor, EngineError> {
        self.get(index).ok_or_else(|| EngineError::new("an operand of the network is missing"))
    }
}

/// What a backward pass reads of the values of a forward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reads {
    /// The operands.
    pub(super) operands: bool,
    /// The outputs.
    pub(super) outputs: bool,
}

impl Reads {
    const OPERANDS: Self = Self { operands: true, outputs: false };
    const OUTPUTS: Self = Self { operands: false, outputs: true };
    const NOTHING: Self = Self { operands: false, outputs: false };
}

/// Who computes the gradients of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// libtorch's autograd. Its recording takes a sixth of the time of a small network of dense layers, and almost none
    /// of the time of other networks.
    Autograd(Reads),
    /// [`Kernel::gradients`]. Values that it does not read are freed as soon as the forward pass has read them.
    Own(Reads),
}

impl Rule {
    pub(super) fn reads(self) -> Reads {
        match self {
            Self::Autograd(reads) | Self::Own(reads) => reads,
        }
    }

    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Own(_))
    }
}

/// The values of a forward pass that the gradients of an operation are computed from.
pub(super) struct Applied<'a> {
    /// The operands.
    pub(super) operands: Operands<'a>,
    /// The first output, if the rule reads outputs.
    pub(super) output: Option<&'a Tensor>,
    /// Whether the gradients of the values among the operands are needed.
    pub(super) passes_on: bool,
}

impl<'a> Applied<'a> {
    fn output(&self) -> Result<&'a Tensor, EngineError> {
        self.output.ok_or_else(|| EngineError::new("a value that the backward pass needs has been freed"))
    }
}

/// Memory of an operation besides its operands and outputs, in 32-bit numbers per sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// While it computes.
    pub(super) scratch: u64,
    /// What libtorch keeps for the backward pass.
    pub(super) kept: u64,
}

/// The sizes of an operation's operands and outputs.
pub(super) struct Sizes<'a> {
    program: &'a Program,
    instruction: &'a Instruction,
}

impl<'a> Sizes<'a> {
    pub(super) fn of(program: &'a Program, instruction: &'a Instruction) -> Self {
        Self { program, instruction }
    }

    /// The sizes of one sample of the first operand.
    fn input(&self) -> Vec<usize> {
        self.instruction.values().next().map(|id| self.program.sample(id)).unwrap_or_default()
    }

    /// The sizes of the first operand without the batch, wherever that is.
    fn dims(&self) -> Vec<usize> {
        let ty = self.instruction.inputs.first().and_then(|&operand| self.program.type_of(operand));
        ty.iter().flat_map(|ty| ty.dims().unwrap_or_default()).filter_map(Dim::size).collect()
    }

    /// Number of values of one sample of the first operand.
    fn input_elements(&self) -> u64 {
        self.instruction.values().next().map_or(0, |id| self.program.elements(id) as u64)
    }

    /// Number of values of one sample of the first output.
    fn output_elements(&self) -> u64 {
        self.program.elements(self.instruction.output()) as u64
    }
}

/// How libtorch runs an operation.
pub(super) trait Kernel {
    /// Computes the outputs for a batch.
    fn run(&self, operands: &Operands, mode: Mode) -> Result<Vec<Tensor>, EngineError>;

    /// Who computes the gradients, for operands of these types.
    fn rule(&self, operands: &[Option<TensorType>]) -> Rule;

    /// The gradients of the operands in their order, from that of the first output; `None` for those that are not
    /// needed. Only called if the [`rule`](Self::rule) is [`Rule::Own`].
    fn gradients(&self, _: &Applied, _: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        Err(EngineError::new("the gradients of an operation are left to autograd"))
    }

    /// Memory besides operands and outputs.
    fn memory(&self, _: &Sizes) -> Memory {
        Memory::default()
    }

    /// Whether the output shows the memory of the first operand.
    fn is_view(&self) -> bool {
        false
    }
}

/// The kernel of an operation.
///
/// # Errors
/// If there is none, which `Graph::runnable` reports before.
pub(super) fn kernel(op: &Op) -> Result<&dyn Kernel, EngineError> {
    Ok(match op {
        Op::Gemm(op) => op,
        Op::Conv(op) => op,
        Op::MaxPool(op) => op,
        Op::AveragePool(op) => op,
        Op::GlobalAveragePool(op) => op,
        Op::BatchNormalization(op) => op,
        Op::LayerNormalization(op) => op,
        Op::Lrn(op) => op,
        Op::Relu(op) => op,
        Op::LeakyRelu(op) => op,
        Op::Elu(op) => op,
        Op::Sigmoid(op) => op,
        Op::Softplus(op) => op,
        Op::Tanh(op) => op,
        Op::HardSigmoid(op) => op,
        Op::HardSwish(op) => op,
        Op::Erf(op) => op,
        Op::Clip(op) => op,
        Op::Softmax(op) => op,
        Op::Dropout(op) => op,
        Op::Gather(op) => op,
        Op::Lstm(op) => op,
        Op::Add(op) => op,
        Op::Mul(op) => op,
        Op::Flatten(op) => op,
        Op::Reshape(op) => op,
        Op::Concat(op) => op,
        Op::Split(op) => op,
        Op::Transpose(op) => op,
        Op::Opaque(op) => return Err(EngineError::new(format!("netviz cannot run the operation `{}`", op.name))),
    })
}

#[cfg(test)]
mod tests;
