//! Normalization.

use netviz::ir::{BatchNormalization, LayerNormalization, Lrn, TensorType};
use tch::Tensor;

use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;
use crate::storage::integer;

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

impl Kernel for Lrn {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        // The channels become the depth of a volume with one channel, over which libtorch can average.
        let shape = input.size();
        let [batch, channels] = [shape[0], shape[1]];
        let volume = input.f_square()?.f_reshape([batch, 1, channels, shape[2..].iter().product(), 1])?;
        let [before, behind] = [(self.size - 1) / 2, self.size / 2].map(integer);
        let padded = volume.f_pad([0, 0, 0, 0, before, behind], "constant", 0.0)?;
        let kernel = [integer(self.size), 1, 1];
        let mean = padded.f_avg_pool3d(kernel, [1, 1, 1], [0, 0, 0], false, true, None)?.f_reshape(&shape)?;
        let divisor = mean.f_mul_scalar(self.alpha)?.f_add_scalar(self.bias)?.f_pow_tensor_scalar(self.beta)?;
        Ok(vec![input.f_div(&divisor)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    /// Squares, padded squares, means, and each step of the divisor.
    fn memory(&self, sizes: &Sizes) -> Memory {
        let padded = sizes.input_elements().saturating_mul(2);
        let numbers = sizes.input_elements().saturating_mul(5).saturating_add(padded);
        Memory { scratch: numbers, kept: numbers }
    }
}
