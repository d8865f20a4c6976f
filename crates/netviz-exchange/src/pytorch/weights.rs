//! The values of parameters, buffers and constants.

use std::collections::HashMap;

use netviz_model::ir::DType;
use prost::bytes::Bytes;

use super::dtype;
use super::schema::{Payload, PayloadConfig, TensorMeta};
use crate::import::{Archive, Tensor, Values};

/// Where the values are: one member of the archive for each storage, which tensors may have in common.
pub(super) struct Weights<'a> {
    archive: &'a mut Archive,
    /// The folder of the archive, with a slash behind.
    root: &'a str,
    /// Of parameters and buffers.
    state: Option<PayloadConfig<'a>>,
    constants: Option<PayloadConfig<'a>>,
    is_big_endian: bool,
}

/// What two tensors that are one have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity(String, Vec<Option<usize>>, Option<usize>);

impl<'a> Weights<'a> {
    /// `weights` and `constants` are the texts of `model_weights_config.json` and `model_constants_config.json`.
    ///
    /// # Errors
    /// If a text is damaged.
    pub(super) fn new(
        archive: &'a mut Archive,
        root: &'a str,
        [weights, constants]: [Option<&'a Bytes>; 2],
    ) -> Result<Self, serde_json::Error> {
        let parse = |text: Option<&'a Bytes>| text.map(|text| serde_json::from_slice(text)).transpose();
        let is_big_endian = archive.read(&format!("{root}byteorder"), 16).is_ok_and(|text| text == "big");
        Ok(Self { state: parse(weights)?, constants: parse(constants)?, archive, root, is_big_endian })
    }

    /// Tensors with the same identity are one, such as tied weights; `None` if that is not known.
    pub(super) fn identity(&self, name: &str, is_constant: bool) -> Option<Identity> {
        let payload = self.payload(name, is_constant)?;
        let meta = payload.tensor_meta.as_ref().filter(|_| !payload.use_pickle)?;
        let sizes = meta.sizes.iter().chain(&meta.strides).map(super::schema::Size::known).collect();
        let offset = meta.storage_offset.as_ref().and_then(super::schema::Size::known);
        Some(Identity(payload.path_name.to_string(), sizes, offset))
    }

    /// A tensor. `stated` is what the graph says about it.
    pub(super) fn tensor(&mut self, name: &str, is_constant: bool, stated: Option<&TensorMeta>) -> Tensor {
        let payload = self.payload(name, is_constant);
        let own = payload.and_then(|payload| payload.tensor_meta.as_ref());
        let meta = own.or(stated);
        let dtype = meta.and_then(|meta| dtype(meta.dtype)).unwrap_or(DType::Undefined);
        let shape: Vec<usize> =
            meta.into_iter().flat_map(|meta| &meta.sizes).map(|size| size.known().unwrap_or(0)).collect();
        let values = match (payload, own) {
            (Some(payload), Some(meta)) if !payload.use_pickle => {
                let path = format!("{}data/{}/{}", self.root, folder(is_constant), payload.path_name);
                let (strides, offset) = layout(meta);
                self.values(&path, dtype, &shape, strides, offset)
            }
            _ => Err("is in a pickle, which is not read".into()),
        };
        Tensor { dtype, shape, values: values.unwrap_or_else(Values::Missing) }
    }

    fn payload(&self, name: &str, is_constant: bool) -> Option<&Payload<'a>> {
        let config = if is_constant { &self.constants } else { &self.state };
        config.as_ref()?.config.get(name)
    }

    fn values(
        &mut self,
        path: &str,
        dtype: DType,
        shape: &[usize],
        strides: Option<Vec<usize>>,
        offset: Option<usize>,
    ) -> Result<Values, String> {
        if self.is_big_endian {
            return Err("is big-endian".into());
        }
        // Weights are never compressed.
        let storage = self.archive.read(path, 0)?;
        let outside = || format!("does not fit into the member `{path}`");
        let size = dtype.bits() / 8;
        let start =
            offset.unwrap_or(0).checked_mul(size).filter(|&start| start <= storage.len()).ok_or_else(outside)?;
        let storage = storage.slice(start..);
        let elements =
            shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size)).ok_or_else(outside)?;
        match strides {
            Some(strides) if elements > 0 && !is_contiguous(shape, &strides) => {
                let last = shape.iter().zip(&strides).try_fold(0_usize, |last, (&size, &stride)| {
                    last.checked_add(size.checked_sub(1)?.checked_mul(stride)?)
                });
                let end = last.and_then(|last| last.checked_add(1)?.checked_mul(size)).ok_or_else(outside)?;
                // A tensor with more elements than its storage repeats them: it is not a weight.
                if end > storage.len() || elements > storage.len() / size.max(1) {
                    return Err(outside());
                }
                Ok(Values::Strided { storage, strides })
            }
            _ => {
                let end = elements.checked_mul(size).filter(|&end| end <= storage.len()).ok_or_else(outside)?;
                Ok(Values::Bytes(storage.slice(..end)))
            }
        }
    }
}

fn folder(is_constant: bool) -> &'static str {
    if is_constant { "constants" } else { "weights" }
}

fn layout(meta: &TensorMeta) -> (Option<Vec<usize>>, Option<usize>) {
    let strides = meta.strides.iter().map(super::schema::Size::known).collect::<Option<Vec<_>>>();
    let strides = strides.filter(|strides| strides.len() == meta.sizes.len());
    (strides, meta.storage_offset.as_ref().and_then(super::schema::Size::known))
}

/// Whether the last dimension is the fastest, without gaps.
fn is_contiguous(shape: &[usize], strides: &[usize]) -> bool {
    let mut expected = 1_usize;
    shape.iter().zip(strides).rev().all(|(&size, &stride)| {
        let fits = size == 1 || stride == expected;
        expected = expected.saturating_mul(size);
        fits
    })
}

/// The names under which tensors are stored, and the tensors that have them.
pub(super) type Tied = HashMap<Identity, usize>;
