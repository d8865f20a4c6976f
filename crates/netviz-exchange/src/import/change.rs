//! How much the values of two tensors differ.

use std::borrow::Cow;

use netviz_model::limits;

use super::{Tensor, Values, element};

/// Orders of dimensions in which formats store the same weights: as they are, transposed, and with the channels of a
/// kernel last, each in both directions.
const ORDERS: [&[usize]; 7] =
    [&[1, 0], &[2, 1, 0], &[3, 2, 0, 1], &[2, 3, 1, 0], &[4, 3, 0, 1, 2], &[2, 3, 4, 1, 0], &[2, 3, 0, 1]];

/// The norm of the difference of two tensors relative to that of the first one, ‖a − b‖ / ‖a‖: 0 if they are equal, and
/// infinite if only the first one is zero.
///
/// If `across` formats, the second tensor may have its dimensions in another order. Of the orders in which the sizes
/// are the same, the one with the smallest change counts. No more than the two tensors are in memory.
///
/// # Errors
/// Why they cannot be compared: other sizes, or values that are not to be had.
pub fn relative_change(before: &Tensor, after: &Tensor, across: bool) -> Result<f64, String> {
    if before.elements() == 0 && before.shape == after.shape {
        return Ok(0.0);
    }
    let is_same = before.shape == after.shape;
    let permuted = |order: &&[usize]| {
        order.len() == after.shape.len() && order.iter().map(|&dim| after.shape[dim]).eq(before.shape.iter().copied())
    };
    let orders: Vec<&[usize]> = ORDERS.into_iter().filter(|order| across && permuted(order)).collect();
    if !is_same && orders.is_empty() {
        return Err("other sizes".to_owned());
    }
    if before.dtype.is_float() != after.dtype.is_float() {
        return Err(format!("values of the types {} and {}", before.dtype, after.dtype));
    }
    let [old, new] = [elements(before)?, elements(after)?];
    let identity = is_same.then(|| change(&old, &new, before.elements(), |index| index));
    let others = orders.into_iter().map(|order| {
        let strides = strides(&after.shape, order);
        change(&old, &new, before.elements(), |index| place(index, &before.shape, &strides))
    });
    identity.into_iter().chain(others).reduce(f64::min).ok_or_else(|| "other sizes".to_owned())
}

/// The elements of a tensor.
enum Elements<'t> {
    Bytes(Cow<'t, [u8]>, usize, fn(&[u8]) -> f64),
    /// The same throughout.
    Filled(f64),
}

impl Elements<'_> {
    fn at(&self, index: usize) -> f64 {
        match self {
            Self::Bytes(bytes, size, read) => read(&bytes[index * size..(index + 1) * size]),
            Self::Filled(value) => *value,
        }
    }
}

fn elements(tensor: &Tensor) -> Result<Elements<'_>, String> {
    let read = element::real(tensor.dtype).ok_or_else(|| format!("values of the type {}", tensor.dtype))?;
    let size = tensor.dtype.bits() / 8;
    if let Some(reason) = tensor.values.missing() {
        return Err(reason.to_owned());
    }
    match &tensor.values {
        Values::Filled(element) if element.len() == size => Ok(Elements::Filled(read(element))),
        _ if tensor.size() > limits::COMPARED_TENSOR => Err("too many values".to_owned()),
        _ => {
            let bytes = tensor.bytes().filter(|bytes| bytes.len() == tensor.elements() * size);
            Ok(Elements::Bytes(bytes.ok_or("its values cannot be read")?, size, read))
        }
    }
}

/// The relative change, where `place` is that of an element of the first tensor in the second one.
fn change(old: &Elements, new: &Elements, count: usize, place: impl Fn(usize) -> usize) -> f64 {
    let count = match (old, new) {
        // All elements have the same difference.
        (Elements::Filled(_), Elements::Filled(_)) => 1,
        _ => count,
    };
    let (mut difference, mut norm) = (0.0, 0.0);
    for index in 0..count {
        let (a, b) = (old.at(index), new.at(place(index)));
        // NaN is equal to itself here, and infinity too.
        if a.to_bits() != b.to_bits() {
            difference += (a - b) * (a - b);
        }
        norm += a * a;
    }
    if difference == 0.0 {
        0.0
    } else if difference.is_nan() || norm == 0.0 {
        f64::INFINITY
    } else {
        (difference / norm).sqrt()
    }
}

/// How far apart the elements of a tensor are, in another order of its dimensions.
fn strides(shape: &[usize], order: &[usize]) -> Vec<usize> {
    let stride = |dim: usize| shape[dim + 1..].iter().fold(1, |product: usize, &size| product.saturating_mul(size));
    order.iter().map(|&dim| stride(dim)).collect()
}

/// The place of an element in a tensor with these strides.
fn place(mut index: usize, shape: &[usize], strides: &[usize]) -> usize {
    let mut place = 0;
    for (&size, &stride) in shape.iter().zip(strides).rev() {
        place += index % size * stride;
        index /= size;
    }
    place
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::DType;

    use super::*;

    fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Tensor { dtype: DType::Float32, shape: shape.to_vec(), values: Values::Bytes(bytes.into()) }
    }

    #[test]
    fn a_change_is_relative() {
        let before = tensor(&[2, 2], &[3.0, 0.0, 0.0, 4.0]);
        assert_eq!(relative_change(&before, &before, false), Ok(0.0));
        assert_eq!(relative_change(&before, &tensor(&[2, 2], &[3.0, 0.0, 0.0, 5.0]), false), Ok(0.2));
        assert_eq!(relative_change(&tensor(&[1], &[0.0]), &tensor(&[1], &[1.0]), false), Ok(f64::INFINITY));
        let nan = tensor(&[2], &[f32::NAN, 1.0]);
        assert_eq!(relative_change(&nan, &nan, false), Ok(0.0));
        assert!(relative_change(&before, &tensor(&[4], &[0.0; 4]), false).is_err());
        let element: Vec<u8> = 1_f32.to_le_bytes().to_vec();
        let filled = |shape: usize| Tensor {
            dtype: DType::Float32,
            shape: vec![shape],
            values: Values::Filled(element.clone().into()),
        };
        assert_eq!(relative_change(&filled(usize::MAX), &filled(usize::MAX), false), Ok(0.0));
        assert_eq!(relative_change(&filled(2), &tensor(&[2], &[1.0, 1.0]), false), Ok(0.0));
    }

    #[test]
    fn formats_may_order_dimensions_differently() {
        let dense = tensor(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let transposed = tensor(&[3, 2], &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(relative_change(&dense, &transposed, true), Ok(0.0));
        assert!(relative_change(&dense, &transposed, false).is_err());
        // Filters, channels, height and width, and in Keras height, width, channels and filters.
        let kernel = tensor(&[2, 1, 1, 2], &[1.0, 2.0, 3.0, 4.0]);
        let last = tensor(&[1, 2, 1, 2], &[1.0, 3.0, 2.0, 4.0]);
        assert_eq!(relative_change(&kernel, &last, true), Ok(0.0));
        // In the other direction, with sizes that all differ.
        let kernel: Vec<f32> = (0..120_u8).map(f32::from).collect();
        let places =
            (0..3).flat_map(|h| (0..2).flat_map(move |w| (0..4).flat_map(move |i| (0..5).map(move |o| (o, i, h, w)))));
        let last: Vec<f32> = places.map(|(o, i, h, w)| kernel[((o * 4 + i) * 3 + h) * 2 + w]).collect();
        let (kernel, last) = (tensor(&[5, 4, 3, 2], &kernel), tensor(&[3, 2, 4, 5], &last));
        assert_eq!(relative_change(&kernel, &last, true), Ok(0.0));
        assert_eq!(relative_change(&last, &kernel, true), Ok(0.0));
    }
}
