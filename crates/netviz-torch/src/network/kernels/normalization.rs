//! Normalization.

use netviz::ir::{BatchNormalization, TensorType};
use tch::Tensor;

use super::{Kernel, Mode, Operands, Reads, Rule};
use crate::EngineError;

impl Kernel for BatchNormalization {
    fn run(&self, operands: &Operands, mode: Mode) -> Result<Vec<Tensor>, EngineError> {
        let (input, scale) = (operands.at(0)?, operands.at(1)?);
        // A single value per channel has no variance and must not enter the running statistics.
        let train = mode == Mode::Train && input.numel() > scale.numel();
        if train && let Some(counter) = operands.get(5) {
            let _ = counter.shallow_clone().f_add_scalar_(1)?;
        }
        let [bias, mean, variance] = [2, 3, 4].map(|index| operands.get(index));
        let momentum = 1.0 - self.momentum;
        Ok(vec![input.f_batch_norm(Some(scale), bias, mean, variance, train, momentum, self.epsilon, false)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}
