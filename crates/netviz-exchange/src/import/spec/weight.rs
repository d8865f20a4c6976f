//! Weights in the form that netviz has them, computed when somebody needs them.

use std::sync::Arc;

use netviz_model::ir::DType;

use crate::import::{Tensor, Values};

/// A tensor of weights. Its values are not read before [`Weight::values`].
#[derive(Clone)]
pub(super) struct Weight {
    shape: Vec<usize>,
    values: Arc<dyn Fn() -> Result<Vec<f32>, String> + Send + Sync>,
}

impl Weight {
    fn new(shape: Vec<usize>, values: impl Fn() -> Result<Vec<f32>, String> + Send + Sync + 'static) -> Self {
        Self { shape, values: Arc::new(values) }
    }

    /// A tensor of a file.
    pub(super) fn of(name: &str, tensor: &Tensor) -> Self {
        let (name, tensor) = (name.to_owned(), tensor.clone());
        Self::new(tensor.shape.clone(), move || {
            read(&tensor).ok_or_else(|| match &tensor.values {
                Values::Missing(reason) => format!("`{name}`: {reason}"),
                _ => format!("`{name}`: its values cannot be read"),
            })
        })
    }

    /// The same value throughout.
    pub(super) fn filled(shape: &[usize], value: f32) -> Self {
        let count = shape.iter().product();
        Self::new(shape.to_vec(), move || Ok(vec![value; count]))
    }

    /// A vector of these values.
    pub(super) fn given(values: Vec<f32>) -> Self {
        Self::new(vec![values.len()], move || Ok(values.clone()))
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(super) fn elements(&self) -> usize {
        self.shape.iter().fold(1, |product, &size| product.saturating_mul(size))
    }

    /// The values, the last dimension fastest.
    ///
    /// # Errors
    /// Why the file does not have them.
    pub(super) fn values(&self) -> Result<Vec<f32>, String> {
        (self.values)()
    }

    /// The only value, if there is one.
    pub(super) fn scalar(&self) -> Option<f32> {
        match self.values().ok()?[..] {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The values as whole numbers, such as axes; those beyond 2²⁴ are rounded.
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers in the file")]
    pub(super) fn integers(&self) -> Option<Vec<i64>> {
        Some(self.values().ok()?.into_iter().map(|value| value as i64).collect())
    }

    /// The values in another shape of as many elements; `None` if it has more or fewer.
    pub(super) fn reshaped(&self, shape: &[usize]) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        (count == Some(self.elements())).then(|| Self { shape: shape.to_vec(), values: Arc::clone(&self.values) })
    }

    /// The dimensions in another order, which names each of them once.
    pub(super) fn transposed(&self, perm: &[usize]) -> Self {
        let (values, sizes, perm) = (Arc::clone(&self.values), self.shape.clone(), perm.to_vec());
        let shape = perm.iter().map(|&axis| self.shape[axis]).collect();
        Self::new(shape, move || {
            let values = values()?;
            Ok(permuted(&sizes, &perm).into_iter().map(|index| values[index]).collect())
        })
    }

    /// The entries with these indices along an axis.
    pub(super) fn taken(&self, axis: usize, indices: Vec<usize>) -> Self {
        let mut shape = self.shape.clone();
        let (before, size) = (self.shape[..axis].iter().product::<usize>(), self.shape[axis]);
        let after: usize = self.shape[axis + 1..].iter().product();
        shape[axis] = indices.len();
        let values = Arc::clone(&self.values);
        Self::new(shape, move || {
            let values = values()?;
            let start = |row: usize, index: usize| (row * size + index) * after;
            let rows = (0..before).flat_map(|row| indices.iter().map(move |&index| start(row, index)));
            Ok(rows.flat_map(|start| values[start..start + after].iter().copied()).collect())
        })
    }

    /// Tensors one behind the other along an axis; `None` if other sizes differ.
    pub(super) fn joined(parts: &[Self], axis: usize) -> Option<Self> {
        let mut shape = parts.first()?.shape.clone();
        let is_alike = |part: &Self| {
            part.shape.len() == shape.len() && (0..shape.len()).all(|it| it == axis || part.shape[it] == shape[it])
        };
        (axis < shape.len() && parts.iter().all(is_alike)).then_some(())?;
        shape[axis] = parts.iter().map(|part| part.shape[axis]).sum();
        let before: usize = shape[..axis].iter().product();
        let parts = parts.to_vec();
        Some(Self::new(shape, move || {
            let values = parts.iter().map(Self::values).collect::<Result<Vec<_>, _>>()?;
            let row = |values: &Vec<f32>, row: usize| {
                let length = values.len() / before.max(1);
                values[row * length..(row + 1) * length].to_vec()
            };
            Ok((0..before).flat_map(|index| values.iter().flat_map(move |values| row(values, index))).collect())
        }))
    }

    /// A function of each value and that of another tensor of one value for each index of the first dimension.
    pub(super) fn with_each(&self, other: &Self, combine: fn(f32, f32) -> f32) -> Self {
        let (values, others) = (Arc::clone(&self.values), Arc::clone(&other.values));
        let inner = self.shape.iter().skip(1).product::<usize>().max(1);
        Self::new(self.shape.clone(), move || {
            let others = others()?;
            Ok(values()?
                .chunks(inner)
                .zip(others)
                .flat_map(|(row, other)| row.iter().map(move |&value| combine(value, other)))
                .collect())
        })
    }

    /// The sum with a multiple of the product of two matrices, the first of which may have more dimensions; `None` if that
    /// has another shape.
    pub(super) fn with_product(&self, first: &Self, second: &Self, factor: f32) -> Option<Self> {
        let (&[rank, columns], Some((&inner, rows))) = (&second.shape[..], first.shape.split_last()) else {
            return None;
        };
        let is_alike = self.shape.split_last() == Some((&columns, rows));
        (inner == rank && rank > 0 && columns > 0 && is_alike).then_some(())?;
        let [sum, first, second] = [self, first, second].map(|weight| Arc::clone(&weight.values));
        Some(Self::new(self.shape.clone(), move || {
            let (mut sum, first, second) = (sum()?, first()?, second()?);
            for (row, factors) in sum.chunks_mut(columns).zip(first.chunks(rank)) {
                for (&own, other) in factors.iter().zip(second.chunks(columns)) {
                    row.iter_mut().zip(other).for_each(|(value, &other)| *value += factor * own * other);
                }
            }
            Ok(sum)
        }))
    }

    /// A function of each value.
    pub(super) fn map(&self, function: impl Fn(f32) -> f32 + Send + Sync + 'static) -> Self {
        let values = Arc::clone(&self.values);
        Self::new(self.shape.clone(), move || Ok(values()?.into_iter().map(&function).collect()))
    }
}

/// For each element of a permuted tensor, its index before.
pub(super) fn permuted(sizes: &[usize], perm: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; sizes.len()];
    for axis in (1..sizes.len()).rev() {
        strides[axis - 1] = strides[axis] * sizes[axis];
    }
    let mut indices = vec![0];
    for &axis in perm {
        let (size, stride) = (sizes[axis], strides[axis]);
        indices = indices.iter().flat_map(|start| (0..size).map(move |index| start + index * stride)).collect();
    }
    indices
}

#[expect(clippy::cast_possible_truncation, reason = "weights of netviz have 32 bits")]
fn read(tensor: &Tensor) -> Option<Vec<f32>> {
    if tensor.dtype != DType::Float32 {
        return Some(tensor.floats(usize::MAX)?.into_iter().map(|value| value as f32).collect());
    }
    let bytes = tensor.bytes()?;
    Some(bytes.chunks_exact(4).map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(shape: &[usize]) -> Weight {
        let count = shape.iter().product::<usize>();
        Weight::new(shape.to_vec(), move || Ok((0_u8..).take(count).map(f32::from).collect()))
    }

    #[test]
    fn values_follow_their_dimensions() {
        let turned = counted(&[2, 3]).transposed(&[1, 0]);
        assert_eq!(turned.shape(), [3, 2]);
        assert_eq!(turned.values(), Ok(vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
        assert_eq!(counted(&[2, 3]).taken(1, vec![2, 0]).values(), Ok(vec![2.0, 0.0, 5.0, 3.0]));
        let scaled = counted(&[2, 2]).with_each(&counted(&[2]), |value, factor| value * factor);
        assert_eq!(scaled.values(), Ok(vec![0.0, 0.0, 2.0, 3.0]));
        assert!(counted(&[2, 3]).reshaped(&[4]).is_none());
        let sum =
            counted(&[2, 2]).with_product(&counted(&[2, 1]), &counted(&[1, 2]), 0.5).expect("two rows and columns");
        assert_eq!(sum.values(), Ok(vec![0.0, 1.0, 2.0, 3.5]));
        assert!(counted(&[2, 2]).with_product(&counted(&[2, 2]), &counted(&[1, 2]), 0.5).is_none());
        let joined = Weight::joined(&[counted(&[2, 1]), counted(&[2, 2])], 1).expect("two rows each");
        assert_eq!(joined.values(), Ok(vec![0.0, 0.0, 1.0, 1.0, 2.0, 3.0]));
    }
}
