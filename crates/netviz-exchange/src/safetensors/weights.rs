//! The weights of a network, named as in a `state_dict` of PyTorch.

use std::collections::BTreeSet;

use netviz_model::ir::{Parameter, Program, Role};
use netviz_model::weights::{TensorData, Weights};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::{Map, Value};

use crate::{Error, Format, metadata};

pub(crate) const FORMAT: Format = Format {
    name: "safetensors",
    ending: "safetensors",
    write,
    check,
    contents: |program| format!("safetensors, {} tensors named as in a PyTorch state_dict", program.parameters().len()),
    usage: |_, path| format!("state_dict = safetensors.torch.load_file({path})"),
};

/// Key of the metadata in a header.
const METADATA: &str = "__metadata__";

/// Serializes a safetensors file: a [`state_dict`] with the expected preprocessing in the metadata.
///
/// # Panics
/// If the weights are not those of `program`.
pub fn write(program: &Program, weights: &Weights) -> Vec<u8> {
    let bytes = state_dict(program, weights);
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

/// Serializes the parameters under their names, without metadata of netviz.
///
/// # Panics
/// If the tensors are not those of `program`.
pub fn state_dict(program: &Program, weights: &Weights) -> Vec<u8> {
    weights.check(program).expect("weights of the program");
    let bytes: Vec<Vec<u8>> = weights.tensors().iter().map(TensorData::to_bytes).collect();
    let views = program.parameters().iter().zip(&bytes).map(|(parameter, bytes)| {
        let view = TensorView::new(dtype(parameter), parameter.shape.clone(), bytes);
        (parameter.name.as_str(), view.expect("the values fill the parameter's shape"))
    });
    // A hash map of the crate's choice.
    let metadata = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).expect("names are unique and sizes fit")
}

/// Reads the parameters of `program` from the bytes of a safetensors file.
///
/// # Errors
/// If the file is damaged, or if its names, shapes or types are not exactly those of the program.
pub fn read(bytes: &[u8], program: &Program) -> Result<Weights, Error> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| Error::Format(format!("not a valid safetensors file: {error}")))?;
    let mut differences = Vec::new();
    let mut tensors = Vec::with_capacity(program.parameters().len());
    for parameter in program.parameters() {
        match tensor(&file, &parameter.name, parameter) {
            Ok(tensor) => tensors.push(tensor),
            Err(difference) => differences.push(difference),
        }
    }
    let known: BTreeSet<&str> = program.parameters().iter().map(|parameter| parameter.name.as_str()).collect();
    let found: BTreeSet<&str> = file.names().into_iter().collect();
    differences.extend(found.difference(&known).map(|name| format!("`{name}` is not part of the model")));
    if !differences.is_empty() {
        return Err(Error::Mismatch(differences));
    }
    Weights::new(program, tensors).map_err(|error| Error::Mismatch(vec![error.message]))
}

/// Compares the bytes of a safetensors file, as written by [`write()`], with the weights.
///
/// # Errors
/// If a tensor is not bit for bit that of `weights`, or if the metadata are not those of `program`.
pub fn check(bytes: &[u8], program: &Program, weights: &Weights) -> Result<(), Error> {
    let read = read(bytes, program)?;
    for ((parameter, read), written) in program.parameters().iter().zip(read.tensors()).zip(weights.tensors()) {
        // Bytes, since a NaN does not equal itself.
        if read.to_bytes() != written.to_bytes() {
            return Err(Error::mismatch(&format!("has other values of `{}`", parameter.name)));
        }
    }
    let has_metadata = metadata(program).is_none_or(|(key, value)| {
        split(bytes).is_some_and(|(header, _)| header.get(METADATA).is_some_and(|metadata| metadata[key] == value))
    });
    if has_metadata { Ok(()) } else { Err(Error::mismatch("has other metadata")) }
}

/// The tensor of a file named `name`, which must match `parameter`.
///
/// # Errors
/// The mismatch, in one sentence.
pub fn tensor(file: &SafeTensors, name: &str, parameter: &Parameter) -> Result<TensorData, String> {
    let expected = describe(dtype(parameter), &parameter.shape);
    let view = file.tensor(name).map_err(|_| format!("`{name}` is missing; expected {expected}"))?;
    if view.dtype() != dtype(parameter) || view.shape() != parameter.shape {
        return Err(format!("`{name}` is {}; expected {expected}", describe(view.dtype(), view.shape())));
    }
    let bytes = view.data();
    Ok(match parameter.role {
        Role::Counter => {
            TensorData::Counter(i64::from_le_bytes(bytes.try_into().map_err(|_| format!("`{name}` is cut"))?))
        }
        _ => TensorData::Float(
            bytes.chunks_exact(4).map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]])).collect(),
        ),
    })
}

/// The data type in which a parameter is stored.
pub fn dtype(parameter: &Parameter) -> Dtype {
    if parameter.role == Role::Counter { Dtype::I64 } else { Dtype::F32 }
}

/// `512×784 of F32`.
fn describe(dtype: Dtype, shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let shape = if sizes.is_empty() { "one value".to_owned() } else { sizes.join("×") };
    format!("{shape} of {dtype:?}")
}

/// The header of a file, and the bytes of its tensors.
fn split(bytes: &[u8]) -> Option<(Map<String, Value>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (header, tensors) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(header).ok()?, tensors))
}
