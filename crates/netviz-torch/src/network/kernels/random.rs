//! Operations that draw random numbers in training.

use netviz::ir::{Dropout, TensorType};
use tch::Tensor;

use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;

impl Kernel for Dropout {
    fn run(&self, operands: &Operands, mode: Mode) -> Result<Vec<Tensor>, EngineError> {
        Ok(vec![operands.at(0)?.f_dropout(self.rate, mode == Mode::Train)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::NOTHING)
    }

    /// One factor per value is kept.
    fn memory(&self, sizes: &Sizes) -> Memory {
        Memory { scratch: 0, kept: sizes.output_elements() }
    }
}
