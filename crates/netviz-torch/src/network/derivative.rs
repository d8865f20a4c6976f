//! What operations pass back: the gradients of what they were given, by the gradient of their result.

use netviz::program::Op;
use tch::{Kind, Tensor};

use crate::EngineError;

/// How an operation passes a gradient back, and what it must remember for that: all else is given up as soon as the
/// forward pass has read it.
pub(super) enum Rule {
    /// By its inputs and parameters.
    Inputs(fn(&Applied, &Tensor) -> Result<Gradients, EngineError>),
    /// By its result, to its only input.
    Output(fn(&Tensor, &Tensor) -> Result<Tensor, EngineError>),
    /// By nothing else.
    Nothing(fn(&Tensor) -> Gradients),
}

/// An operation that has been applied.
pub(super) struct Applied<'a> {
    pub(super) inputs: Vec<&'a Tensor>,
    pub(super) parameters: Vec<&'a Tensor>,
    /// Whether anyone asks for the gradients of the inputs.
    pub(super) passes_on: bool,
}

/// In the order of the inputs, unless nobody asks for theirs, and of the parameters.
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

/// The rule of an operation. All operations without one are left to libtorch's autograd, whose records take a
/// sixth of the time of a small network of dense layers, and next to none of the others'.
pub(super) fn rule(op: &Op) -> Option<Rule> {
    Some(match op {
        Op::Gemm => Rule::Inputs(gemm),
        Op::Relu => Rule::Output(|output, gradient| Ok(output.f_threshold_backward(gradient, 0.0)?)),
        Op::Sigmoid => Rule::Output(|output, gradient| Ok(Tensor::f_sigmoid_backward(gradient, output)?)),
        Op::Tanh => Rule::Output(|output, gradient| Ok(Tensor::f_tanh_backward(gradient, output)?)),
        Op::Softmax => Rule::Output(|output, gradient| {
            Ok(Tensor::f_internal_softmax_backward_data(gradient, output, 1, Kind::Float)?)
        }),
        // The input has the values of the result, in another shape.
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
