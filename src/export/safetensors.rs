//! safetensors: the weights alone.

use serde_json::{Map, Value};

use super::{Difference, metadata};
use crate::ir::Program;
use crate::weights::Weights;

/// Key of the metadata in a header.
const METADATA: &str = "__metadata__";

/// Serializes a safetensors file: [`Weights::to_bytes`] with the expected preprocessing in the metadata.
///
/// # Panics
/// If the weights are not those of `program`.
pub fn safetensors(program: &Program, weights: &Weights) -> Vec<u8> {
    let bytes = weights.to_bytes(program);
    let Some((key, value)) = metadata(program) else { return bytes };
    let (mut header, tensors) = split(&bytes).expect("a file that was just made");
    // The crate takes metadata as a hash map, whose order varies.
    if let Some(Value::Object(metadata)) = header.get_mut(METADATA) {
        metadata.insert(key.to_owned(), value.into());
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    [&(header.len() as u64).to_le_bytes()[..], &header, tensors].concat()
}

/// Compares the bytes of a safetensors file, as written by [`safetensors()`], with the weights.
///
/// # Errors
/// If a tensor is not bit for bit that of `weights`, or if the metadata are not those of `program`.
pub fn check_safetensors(bytes: &[u8], program: &Program, weights: &Weights) -> Result<(), Difference> {
    let read = Weights::from_bytes(bytes, program).map_err(|error| Difference(error.to_string()))?;
    for ((parameter, read), written) in program.parameters.iter().zip(&read.0).zip(&weights.0) {
        // Bytes, since a NaN does not equal itself.
        if read.to_bytes() != written.to_bytes() {
            return Err(Difference(format!("`{}` has other values", parameter.name)));
        }
    }
    let has_metadata = metadata(program).is_none_or(|(key, value)| {
        split(bytes).is_some_and(|(header, _)| header.get(METADATA).is_some_and(|metadata| metadata[key] == value))
    });
    if has_metadata { Ok(()) } else { Err(Difference("has other metadata".into())) }
}

/// The header of a file, and the bytes of its tensors.
fn split(bytes: &[u8]) -> Option<(Map<String, Value>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (header, tensors) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(header).ok()?, tensors))
}
