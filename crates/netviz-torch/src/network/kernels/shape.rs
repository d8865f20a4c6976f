//! Operations that move values without changing them.

use netviz::ir::{Concat, Flatten, Reshape, Split, TensorType, Transpose};
use tch::Tensor;

use super::{Applied, Kernel, Mode, Operands, Reads, Rule};
use crate::EngineError;
use crate::storage::{dimensions, integer};

impl Kernel for Flatten {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        if self.axis == 1 {
            return Ok(vec![input.f_flatten(1, -1)?]);
        }
        let sizes = input.size();
        let axis = if self.axis < 0 { self.axis + integer(sizes.len()) } else { self.axis };
        let [rows, columns] = [true, false].map(|is_row| {
            let sizes = (0..).zip(&sizes).filter(|(index, _)| (*index < axis) == is_row);
            sizes.map(|(_, size)| size).product::<i64>()
        });
        Ok(vec![input.f_reshape([rows, columns])?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OPERANDS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        reshaped(applied, gradient)
    }

    fn is_view(&self) -> bool {
        true
    }
}

impl Kernel for Reshape {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        let sizes = input.size();
        let copied =
            |(index, &size): (usize, &i64)| if size == 0 { sizes.get(index).copied().unwrap_or(1) } else { size };
        Ok(vec![input.f_reshape(self.shape.iter().enumerate().map(copied).collect::<Vec<_>>())?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Own(Reads::OPERANDS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        reshaped(applied, gradient)
    }

    fn is_view(&self) -> bool {
        true
    }
}

impl Kernel for Concat {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let tensors: Vec<&Tensor> = operands.0.iter().copied().flatten().collect();
        Ok(vec![Tensor::f_cat(&tensors, self.axis)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::NOTHING)
    }
}

impl Kernel for Split {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(operands.at(0)?.f_split_with_sizes(dimensions(&self.sizes), self.axis)?)
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::NOTHING)
    }
}

impl Kernel for Transpose {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_permute(dimensions(&self.perm))?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::NOTHING)
    }

    fn is_view(&self) -> bool {
        true
    }
}

/// The gradient in the shape of the operand, which has the same values as the output in another shape.
fn reshaped(applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
    Ok(vec![Some(gradient.f_reshape_as(applied.operands.at(0)?)?)])
}
