//! Normalization.

use netviz::ir::{BatchNormalization, LayerNormalization, TensorType};
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

impl Kernel for LayerNormalization {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let scale = operands.at(1)?;
        let output = operands.at(0)?.f_layer_norm(scale.size(), Some(scale), operands.get(2), self.epsilon, false)?;
        Ok(vec![output])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}
