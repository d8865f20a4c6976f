//! Runs a program's operations with libtorch.

use netviz::program::{Op, Window};
use tch::{Kind, Tensor};

use super::Mode;
use crate::EngineError;
use crate::parallel;
use crate::storage::{dimensions, integer, values, values_mut};

/// Number of values that a thread processes at once.
const CHUNK: usize = 1 << 14;

/// Applies an operation to a batch. The parameters are in the order that the operation documents.
pub(super) fn apply(op: &Op, inputs: &[&Tensor], parameters: &[&Tensor], mode: Mode) -> Result<Tensor, EngineError> {
    let input = inputs[0];
    let result = match op {
        Op::Gemm => input.f_linear(parameters[0], parameters.get(1).copied())?,
        Op::Conv { window, groups } => {
            let weight = parameters[0];
            let (input, padding) = padded(input, window, 0.0)?;
            let (strides, dilations) = (dimensions(&window.strides), dimensions(&window.dilations));
            input.f_conv2d(weight, parameters.get(1).copied(), strides, padding, dilations, integer(*groups))?
        }
        Op::MaxPool(window) => {
            let (input, padding) = padded(input, window, f64::NEG_INFINITY)?;
            let (kernel, strides) = (dimensions(&window.kernel), dimensions(&window.strides));
            input.f_max_pool2d(kernel, strides, padding, dimensions(&window.dilations), false)?
        }
        Op::AveragePool(window) => average_pool(input, window)?,
        Op::GlobalAveragePool => input.f_mean_dim([2_i64, 3].as_slice(), true, Kind::Float)?,
        Op::BatchNormalization { epsilon, momentum } => {
            // A single value per channel has no variance and must not enter the running statistics.
            let train = mode == Mode::Train && input.numel() > parameters[0].numel();
            if train {
                let mut counter = parameters[4].shallow_clone();
                let _ = counter.f_add_scalar_(1)?;
            }
            let [scale, bias, mean, variance] = [0, 1, 2, 3].map(|index| parameters.get(index).copied());
            input.f_batch_norm(scale, bias, mean, variance, train, 1.0 - momentum, *epsilon, false)?
        }
        Op::Dropout { rate } => input.f_dropout(*rate, mode == Mode::Train)?,
        Op::Relu => input.f_relu()?,
        Op::LeakyRelu { alpha } => input.f_maximum(&input.f_mul_scalar(*alpha)?)?,
        Op::Elu { alpha } => {
            let below = input.f_clamp_max(0.0)?.f_expm1()?.f_mul_scalar(*alpha)?;
            input.f_relu()?.f_add(&below)?
        }
        Op::Sigmoid => input.f_sigmoid()?,
        Op::Softplus => input.f_softplus()?,
        Op::Tanh => input.f_tanh()?,
        Op::Softmax => input.f_softmax(1, Kind::Float)?,
        Op::Flatten => input.f_flatten(1, -1)?,
        Op::Reshape(shape) => {
            let mut sizes = vec![-1];
            sizes.extend(dimensions(shape.dimensions()));
            input.f_reshape(sizes)?
        }
        Op::Add => input.f_add(inputs[1])?,
        Op::Mul => input.f_mul(inputs[1])?,
        Op::Concat { axis } => Tensor::f_cat(inputs, integer(axis + 1))?,
    };
    Ok(result)
}

/// `max(x · weightᵀ + bias, 0)` in main memory, with one pass over the product where libtorch takes three.
pub(super) fn rectified(input: &Tensor, parameters: &[&Tensor]) -> Result<Tensor, EngineError> {
    let mut result = input.f_mm(&parameters[0].f_tr()?)?;
    let bias = values(parameters[1])?;
    let rows = (CHUNK / bias.len()).max(1);
    parallel::for_each(values_mut(&mut result)?.chunks_mut(rows * bias.len()).collect(), |rows| {
        for row in rows.chunks_exact_mut(bias.len()) {
            rectify(row, bias);
        }
    });
    Ok(result)
}

/// Adds the bias and applies relu. Compiled for several vector widths.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn rectify(values: &mut [f32], bias: &[f32]) {
    for (value, bias) in values.iter_mut().zip(bias) {
        let sum = *value + bias;
        // Not `max`, which would turn NaN into 0.
        *value = if sum < 0.0 { 0.0 } else { sum };
    }
}

/// The rows and columns of padding, if the operation itself can add them.
pub(super) fn own_padding(window: &Window) -> Option<[usize; 2]> {
    let [top, left, bottom, right] = window.pads;
    let is_own = top == bottom && left == right && 2 * top <= window.kernel[0] && 2 * left <= window.kernel[1];
    is_own.then_some([top, left])
}

/// The input, and the padding that the operation itself adds. Operations of libtorch pad evenly, and pooling by at most
/// half a window; in other cases, the input is padded here.
fn padded(input: &Tensor, window: &Window, value: f64) -> Result<(Tensor, Vec<i64>), EngineError> {
    if let Some(padding) = own_padding(window) {
        return Ok((input.shallow_clone(), dimensions(&padding)));
    }
    let [top, left, bottom, right] = window.pads;
    Ok((input.f_pad(dimensions(&[left, right, top, bottom]), "constant", value)?, vec![0, 0]))
}

/// The mean of each window. Padding is not counted.
fn average_pool(input: &Tensor, window: &Window) -> Result<Tensor, EngineError> {
    let (kernel, strides) = (dimensions(&window.kernel), dimensions(&window.strides));
    let (source, padding) = padded(input, window, 0.0)?;
    if padding != [0, 0] || window.pads == [0; 4] {
        return Ok(source.f_avg_pool2d(kernel, strides, padding, false, false, None)?);
    }
    // Padded here: divide the sum of each window by the number of image values in it.
    let sums = source.f_avg_pool2d(&kernel, &strides, &padding, false, true, 1)?;
    let (ones, _) = padded(&input.f_ones_like()?, window, 0.0)?;
    let counts = ones.f_avg_pool2d(&kernel, &strides, &padding, false, true, 1)?;
    Ok(sums.f_div(&counts)?)
}
