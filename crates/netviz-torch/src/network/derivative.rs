//! Backward rules: the gradients of an operation's inputs and parameters, from the gradient of its output.

use netviz::program::Op;
use tch::{Kind, Tensor};

use crate::EngineError;

/// The backward rule of an operation, by the values that it needs from the forward pass. All other values are freed as
/// soon as the forward pass has read them.
pub(super) enum Rule {
    /// Needs the inputs and parameters.
    Inputs(fn(&Applied, &Tensor) -> Result<Gradients, EngineError>),
    /// Needs the output. The operation has one input.
    Output(fn(&Tensor, &Tensor) -> Result<Tensor, EngineError>),
    /// Needs only the gradient of the output.
    Nothing(fn(&Tensor) -> Gradients),
}

/// The operands of an operation.
pub(super) struct Applied<'a> {
    pub(super) inputs: Vec<&'a Tensor>,
    pub(super) parameters: Vec<&'a Tensor>,
    /// Whether the gradients of the inputs are needed.
    pub(super) passes_on: bool,
}

/// Gradients of the inputs in their order, or none if they are not needed, and of the parameters in theirs.
pub(super) struct Gradients {
    pub(super) inputs: Vec<Tensor>,
    pub(super) parameters: Vec<Tensor>,
}

impl From<Tensor> for Gradients {
    fn from(input: Tensor) -> Self {
        Self { inputs: vec![input], parameters: Vec::new() }
    }
}

impl From<[Tensor; 2]> for Gradients {
    fn from(inputs: [Tensor; 2]) -> Self {
        Self { inputs: inputs.into(), parameters: Vec::new() }
    }
}

/// The backward rule of an operation. libtorch's autograd handles operations without one. Its recording takes a sixth
/// of the time of a small network of dense layers, and almost none of the time of other networks.
pub(super) fn rule(op: &Op) -> Option<Rule> {
    Some(match op {
        Op::Gemm => Rule::Inputs(gemm),
        Op::Relu => Rule::Output(|output, gradient| Ok(output.f_threshold_backward(gradient, 0.0)?)),
        Op::Sigmoid => Rule::Output(|output, gradient| Ok(Tensor::f_sigmoid_backward(gradient, output)?)),
        Op::Tanh => Rule::Output(|output, gradient| Ok(Tensor::f_tanh_backward(gradient, output)?)),
        Op::Softmax => Rule::Output(|output, gradient| {
            Ok(Tensor::f_internal_softmax_backward_data(gradient, output, 1, Kind::Float)?)
        }),
        // The input has the same values as the output, in another shape.
        Op::Flatten | Op::Reshape(_) => {
            Rule::Inputs(|applied, gradient| Ok(gradient.f_reshape_as(applied.inputs[0])?.into()))
        }
        Op::Add => Rule::Nothing(|gradient| [gradient.shallow_clone(), gradient.shallow_clone()].into()),
        Op::Mul => Rule::Inputs(mul),
        _ => return None,
    })
}

fn gemm(applied: &Applied, gradient: &Tensor) -> Result<Gradients, EngineError> {
    let mut parameters = vec![gradient.f_tr()?.f_mm(applied.inputs[0])?];
    if applied.parameters.len() > 1 {
        parameters.push(gradient.f_sum_dim_intlist(0_i64, false, Kind::Float)?);
    }
    let inputs = if applied.passes_on { vec![gradient.f_mm(applied.parameters[0])?] } else { Vec::new() };
    Ok(Gradients { inputs, parameters })
}

fn mul(applied: &Applied, gradient: &Tensor) -> Result<Gradients, EngineError> {
    Ok([gradient.f_mul(applied.inputs[1])?, gradient.f_mul(applied.inputs[0])?].into())
}
