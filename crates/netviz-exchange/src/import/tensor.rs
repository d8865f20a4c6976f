//! The values of the tensors of a file, which stay where they are until somebody needs them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use netviz_model::ir::DType;
use prost::bytes::Bytes;

use super::element;

/// A tensor of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tensor {
    /// Element type.
    pub dtype: DType,
    /// Sizes.
    pub shape: Vec<usize>,
    /// Where its values are.
    pub values: Values,
}

/// Where the values of a tensor are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Values {
    /// Little-endian bytes, the last dimension fastest; elements of less than a byte are packed, the first one in the
    /// lowest bits.
    Bytes(Bytes),
    /// Little-endian elements, which lie so many elements apart in each dimension.
    Strided {
        /// From the first element on.
        storage: Bytes,
        /// For each dimension.
        strides: Vec<usize>,
    },
    /// Protocol Buffers' varints, one for each element.
    Varints(Bytes),
    /// The same element throughout.
    Filled(Bytes),
    /// Packed in a way of the format's own, such as a compressed data set.
    Packed(Packed),
    /// Those that are not zero alone, with their places: so many bytes, which are not read.
    Sparse(u64),
    /// Not to be had, for this reason.
    Missing(String),
}

impl Values {
    /// Why they cannot be had, if the format or the file is the reason.
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::Missing(reason) => Some(reason),
            Self::Sparse(_) => Some("is sparse"),
            _ => None,
        }
    }
}

/// Values that are unpacked when somebody needs them.
#[derive(Clone)]
pub struct Packed(Arc<dyn Fn() -> Option<Vec<u8>> + Send + Sync>);

impl Packed {
    /// Values that this function returns as those of [`Values::Bytes`].
    pub(crate) fn new(unpack: impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(unpack))
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Packed")
    }
}

impl Tensor {
    /// The number of elements.
    pub fn elements(&self) -> usize {
        self.shape.iter().fold(1, |product, &size| product.saturating_mul(size))
    }

    /// The size of its values in bytes; what is sparse has that of what is stored.
    pub fn size(&self) -> u64 {
        match self.values {
            Values::Sparse(bytes) => bytes,
            _ => self.dtype.bytes(self.elements()),
        }
    }

    /// The values as whole numbers, if the elements are such and there are at most so many.
    pub fn integers(&self, most: usize) -> Option<Vec<i64>> {
        self.read(most, element::whole(self.dtype)?)
    }

    /// The values as numbers, if they are known and there are at most so many.
    pub fn floats(&self, most: usize) -> Option<Vec<f64>> {
        self.read(most, element::real(self.dtype)?)
    }

    fn read<T>(&self, most: usize, read: fn(&[u8]) -> T) -> Option<Vec<T>> {
        let count = self.elements();
        if count > most {
            return None;
        }
        let bytes = self.bytes()?;
        let values: Vec<T> = bytes.chunks_exact(self.dtype.bits() / 8).take(count).map(read).collect();
        (values.len() == count).then_some(values)
    }

    /// The values as little-endian bytes; `None` if they are not to be had, or texts.
    pub fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        let size = usize::try_from(self.dtype.bytes(self.elements())).ok()?;
        match &self.values {
            Values::Bytes(bytes) => bytes.get(..size).map(Cow::Borrowed),
            Values::Filled(element) if element.len() * 8 == self.dtype.bits() => {
                Some(Cow::Owned(element.repeat(self.elements())))
            }
            Values::Varints(bytes) => varints(bytes, self.dtype, self.elements()).map(Cow::Owned),
            Values::Packed(Packed(unpack)) => {
                let mut bytes = unpack()?;
                bytes.truncate(size);
                (bytes.len() == size).then_some(Cow::Owned(bytes))
            }
            Values::Strided { storage, strides } => {
                gathered(storage, &self.shape, strides, self.dtype.bits() / 8).map(Cow::Owned)
            }
            Values::Filled(_) | Values::Sparse(_) | Values::Missing(_) => None,
        }
    }
}

/// Elements of `size` bytes in the order of the shape.
fn gathered(storage: &[u8], shape: &[usize], strides: &[usize], size: usize) -> Option<Vec<u8>> {
    let mut starts = vec![0_usize];
    for (&length, &stride) in shape.iter().zip(strides) {
        // Each element is at a place of its own.
        if starts.len().checked_mul(length)? > storage.len() {
            return None;
        }
        let steps = |&start: &usize| (0..length).map(move |index| index.checked_mul(stride)?.checked_add(start));
        starts = starts.iter().flat_map(steps).collect::<Option<_>>()?;
    }
    let element = |start: usize| storage.get(start.checked_mul(size)?..start.checked_add(1)?.checked_mul(size)?);
    starts.into_iter().map(element).collect::<Option<Vec<_>>>().map(|elements| elements.concat())
}

/// Numbers in Protocol Buffers' form as little-endian bytes.
fn varints(mut bytes: &[u8], dtype: DType, count: usize) -> Option<Vec<u8>> {
    let packed = dtype.bits() < 8;
    let size = dtype.bits().div_ceil(8);
    // Elements of less than a byte are packed in bytes, each of which is one number.
    let numbers = if packed { usize::try_from(dtype.bytes(count)).ok()? } else { count };
    // A number has one byte or more.
    let mut values = Vec::with_capacity(numbers.min(bytes.len()) * size);
    for _ in 0..numbers {
        let value = prost::encoding::decode_varint(&mut bytes).ok()?;
        values.extend_from_slice(&value.to_le_bytes()[..size.min(8)]);
    }
    Some(values)
}
