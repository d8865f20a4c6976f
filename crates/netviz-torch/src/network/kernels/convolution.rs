//! Convolutions, and the padding that they share with pooling.

use netviz::ir::{Conv, TensorType, Window};
use tch::Tensor;

use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;
use crate::storage::{dimensions, integer};

impl Kernel for Conv {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let (weight, bias) = (operands.at(1)?, operands.get(2));
        let (input, padding) = padded(operands.at(0)?, &self.window, 0.0)?;
        let (strides, dilations) = (dimensions(&self.window.strides), dimensions(&self.window.dilations));
        let groups = integer(self.groups);
        Ok(vec![match self.window.rank() {
            1 => input.f_conv1d(weight, bias, strides, padding, dilations, groups)?,
            2 => input.f_conv2d(weight, bias, strides, padding, dilations, groups)?,
            3 => input.f_conv3d(weight, bias, strides, padding, dilations, groups)?,
            rank => return Err(unknown_rank(rank)),
        }])
    }

    fn rule(&self, _: &[Option<TensorType>]) -> Rule {
        Rule::Autograd(Reads::OPERANDS)
    }

    fn memory(&self, sizes: &Sizes) -> Memory {
        let padded = padded_elements(&self.window, sizes);
        Memory { scratch: padded, kept: padded }
    }
}

pub(super) fn unknown_rank(rank: usize) -> EngineError {
    EngineError::new(format!("libtorch has no window of {rank} dimensions"))
}

/// The padding of each dimension, if the operation itself can add it.
fn own_padding(window: &Window) -> Option<&[usize]> {
    let (before, after) = window.pads.split_at(window.rank());
    let is_own = before == after && before.iter().zip(&window.kernel).all(|(&pad, &size)| 2 * pad <= size);
    is_own.then_some(before)
}

/// The input, and the padding that the operation itself adds. Operations of libtorch pad evenly, and pooling by at most
/// half a window; in other cases, the input is padded here.
pub(super) fn padded(input: &Tensor, window: &Window, value: f64) -> Result<(Tensor, Vec<i64>), EngineError> {
    if let Some(padding) = own_padding(window) {
        return Ok((input.shallow_clone(), dimensions(padding)));
    }
    // libtorch takes the last dimension first, each with what goes before and behind it.
    let (before, after) = window.pads.split_at(window.rank());
    let sides: Vec<usize> = before.iter().zip(after).rev().flat_map(|(&before, &after)| [before, after]).collect();
    Ok((input.f_pad(dimensions(&sides), "constant", value)?, vec![0; window.rank()]))
}

/// The size of the padded copy of the input; 0 if the operation pads itself.
pub(super) fn padded_elements(window: &Window, sizes: &Sizes) -> u64 {
    if own_padding(window).is_some() {
        return 0;
    }
    let (before, after) = window.pads.split_at(window.rank());
    let input = sizes.input();
    let Some((channels, spatial)) = input.split_first() else { return 0 };
    let padded = spatial.iter().zip(before.iter().zip(after));
    let padded = padded.map(|(size, (before, after))| size.saturating_add(before + after));
    std::iter::once(*channels).chain(padded).fold(1, |product, size| product.saturating_mul(size as u64))
}
