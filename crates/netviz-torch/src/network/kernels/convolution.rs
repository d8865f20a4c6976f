//! Convolutions, and the padding that they share with pooling.

use netviz::ir::{Axis, Conv, TensorType, Window};
use tch::Tensor;

use super::{Kernel, Memory, Mode, Operands, Reads, Rule, Sizes};
use crate::EngineError;
use crate::storage::integer;

impl Kernel for Conv {
    fn run(&self, operands: &Operands, _: Mode) -> Result<Vec<Tensor>, EngineError> {
        let (weight, bias) = (operands.at(1)?, operands.get(2));
        let (input, padding) = padded(operands.at(0)?, &self.window, 0.0)?;
        let [strides, dilations] = [along(&self.window, |axis| axis.stride), along(&self.window, |axis| axis.dilation)];
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

/// A number of each spatial dimension.
pub(super) fn along(window: &Window, of: impl Fn(&Axis) -> usize) -> Vec<i64> {
    window.axes.iter().map(|axis| integer(of(axis))).collect()
}

/// Whether the operation itself can add the padding.
fn pads_itself(window: &Window) -> bool {
    window.axes.iter().all(|&Axis { kernel, pads: [before, after], .. }| before == after && 2 * before <= kernel)
}

/// The input, and the padding that the operation itself adds. Operations of libtorch pad evenly, and pooling by at most
/// half a window; in other cases, the input is padded here.
pub(super) fn padded(input: &Tensor, window: &Window, value: f64) -> Result<(Tensor, Vec<i64>), EngineError> {
    if pads_itself(window) {
        return Ok((input.shallow_clone(), along(window, |axis| axis.pads[0])));
    }
    // libtorch takes the last dimension first, each with what goes before and behind it.
    let sides: Vec<i64> = window.axes.iter().rev().flat_map(|axis| axis.pads).map(integer).collect();
    Ok((input.f_pad(sides, "constant", value)?, vec![0; window.rank()]))
}

/// The size of the padded copy of the input; 0 if the operation pads itself.
pub(super) fn padded_elements(window: &Window, sizes: &Sizes) -> u64 {
    if pads_itself(window) {
        return 0;
    }
    let input = sizes.input();
    let Some((channels, spatial)) = input.split_first() else { return 0 };
    let padded = spatial.iter().zip(&window.axes).map(|(size, axis)| size.saturating_add(axis.pads.iter().sum()));
    std::iter::once(*channels).chain(padded).fold(1, |product, size| product.saturating_mul(size as u64))
}
