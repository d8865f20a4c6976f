//! Operations on pairs of values.

use netviz::ir::{Add, Mul, TensorType};
use tch::Tensor;

use super::{Applied, Kernel, Mode, Operands, Reads, Rule};
use crate::EngineError;

impl Kernel for Add {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_add(operands.at(1)?)?])
    }

    fn rule(&self, operands: &[Option<TensorType>]) -> Rule {
        own_unless_broadcast(operands, Reads::NOTHING)
    }

    fn gradients(&self, _: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        Ok(vec![Some(gradient.shallow_clone()), Some(gradient.shallow_clone())])
    }
}

impl Kernel for Mul {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_mul(operands.at(1)?)?])
    }

    fn rule(&self, operands: &[Option<TensorType>]) -> Rule {
        own_unless_broadcast(operands, Reads::OPERANDS)
    }

    fn gradients(&self, applied: &Applied, gradient: &Tensor) -> Result<Vec<Option<Tensor>>, EngineError> {
        let [first, second] = [applied.operands.at(0)?, applied.operands.at(1)?];
        Ok(vec![Some(gradient.f_mul(second)?), Some(gradient.f_mul(first)?)])
    }
}

/// The gradient of an operand that was broadcast is a sum, which is left to autograd.
fn own_unless_broadcast(operands: &[Option<TensorType>], reads: Reads) -> Rule {
    let is_same = operands.windows(2).all(|pair| pair[0] == pair[1]);
    if is_same { Rule::Own(reads) } else { Rule::Autograd(Reads::OPERANDS) }
}
