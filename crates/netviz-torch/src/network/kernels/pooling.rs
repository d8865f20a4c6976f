//! Pooling.

use netviz::ir::{AveragePool, GlobalAveragePool, MaxPool, TensorType, Window};
use tch::{Kind, Tensor};

use super::convolution::{along, padded, padded_elements, unknown_rank};
use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;
use crate::storage::integer;

impl Kernel for MaxPool {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let Self(window) = self;
        let (input, padding) = padded(operands.at(0)?, window, f64::NEG_INFINITY)?;
        let [kernel, strides] = [along(window, |axis| axis.kernel), along(window, |axis| axis.stride)];
        let dilations = along(window, |axis| axis.dilation);
        Ok(vec![match window.rank() {
            1 => input.f_max_pool1d(kernel, strides, padding, dilations, false)?,
            2 => input.f_max_pool2d(kernel, strides, padding, dilations, false)?,
            3 => input.f_max_pool3d(kernel, strides, padding, dilations, false)?,
            rank => return Err(unknown_rank(rank)),
        }])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    /// The indices of the maxima are 64-bit numbers.
    fn memory(&self, sizes: &Sizes) -> Memory {
        let numbers = padded_elements(&self.0, sizes).saturating_add(sizes.output_elements() * 2);
        Memory { scratch: numbers, kept: numbers }
    }
}

impl Kernel for AveragePool {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let (Self(window), input) = (self, operands.at(0)?);
        let (source, padding) = padded(input, window, 0.0)?;
        if padding.iter().any(|&pad| pad != 0) || !window.is_padded() {
            return Ok(vec![average(&source, window, &padding, false)?]);
        }
        // Padded here: divide the sum of each window by the number of image values in it.
        let sums = average(&source, window, &padding, true)?;
        let (ones, _) = padded_ones(input, window)?;
        Ok(vec![sums.f_div(&average(&ones, window, &padding, true)?)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    fn memory(&self, sizes: &Sizes) -> Memory {
        let padded = padded_elements(&self.0, sizes);
        let sums = if padded > 0 { sizes.output_elements() * 2 } else { 0 };
        Memory { scratch: padded.saturating_mul(2).saturating_add(sums), kept: padded }
    }
}

impl Kernel for GlobalAveragePool {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let input = operands.at(0)?;
        let spatial: Vec<i64> = (2..integer(input.dim())).collect();
        Ok(vec![input.f_mean_dim(spatial.as_slice(), true, Kind::Float)?])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }
}

fn padded_ones(input: &Tensor, window: &Window) -> Result<(Tensor, Vec<i64>), EngineError> {
    padded(&input.f_ones_like()?, window, 0.0)
}

/// The mean of each window without padding; if `is_sum`, its sum.
fn average(input: &Tensor, window: &Window, padding: &[i64], is_sum: bool) -> Result<Tensor, EngineError> {
    let [kernel, strides] = [along(window, |axis| axis.kernel), along(window, |axis| axis.stride)];
    let divisor = is_sum.then_some(1_i64);
    Ok(match window.rank() {
        // There is no divisor in one dimension, where a sum is a mean times the size of the window.
        1 if is_sum => {
            input.f_avg_pool1d(kernel, strides, padding, false, true)?.f_mul_scalar(integer(window.area()))?
        }
        1 => input.f_avg_pool1d(kernel, strides, padding, false, false)?,
        2 => input.f_avg_pool2d(kernel, strides, padding, false, is_sum, divisor)?,
        3 => input.f_avg_pool3d(kernel, strides, padding, false, is_sum, divisor)?,
        rank => return Err(unknown_rank(rank)),
    })
}
