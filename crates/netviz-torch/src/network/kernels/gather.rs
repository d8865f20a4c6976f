//! Operations that look values up.

use netviz::ir::{Gather, TensorType};
use tch::Tensor;

use super::{Kernel, Mode, Operands, Reads, Rule};
use crate::EngineError;
use crate::storage::integer;

impl Kernel for Gather {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let (data, indices) = (operands.at(0)?, operands.at(1)?);
        let (mut sizes, rank) = (data.size(), data.dim());
        if self.axis == 0 && rank == 2 {
            return Ok(vec![Tensor::f_embedding(data, indices, -1, false, false)?]);
        }
        let axis = if self.axis < 0 { self.axis + integer(rank) } else { self.axis };
        let found = data.f_index_select(axis, &indices.f_flatten(0, -1)?)?;
        let at = usize::try_from(axis).unwrap_or_default();
        sizes.splice(at..=at, indices.size());
        Ok(vec![found.f_reshape(sizes)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}
