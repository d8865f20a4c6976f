//! Stored tensors.

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::ir::{DType, TensorType};
use netviz_model::{limits, text};
use prost::bytes::Bytes;

use crate::import::{Beside, BesideError, Tensor, Values};
use crate::onnx::operators::{Int, Known, MOST};
use crate::onnx::proto::{StringStringEntryProto, TensorProto};
use crate::onnx::types;

/// The largest number of floating-point numbers that are followed.
const FEW: usize = 64;

/// `TensorProto.DataLocation.EXTERNAL`.
const EXTERNAL: i32 = 1;

/// Tensors whose values are not to be had, by the reasons: for each the first of them, and the number of the others.
#[derive(Debug, Default)]
pub(super) struct Absent(BTreeMap<String, (String, usize)>);

impl Absent {
    fn note(&mut self, name: &str, reason: &str) {
        match self.0.get_mut(reason) {
            Some((_, others)) => *others += 1,
            None => {
                self.0.insert(reason.to_owned(), (name.to_owned(), 0));
            }
        }
    }

    /// A warning for each reason.
    pub(super) fn warnings(self) -> impl Iterator<Item = Diagnostic> {
        self.0.into_iter().map(|(reason, (first, others))| {
            let more = match others {
                0 => String::new(),
                1 => "; so is another one".into(),
                _ => format!("; so are {} others", text::thousands(others)),
            };
            Diagnostic::warning(format!(
                "the values of the tensor `{}` are missing: it {reason}{more}",
                excerpt(&first)
            ))
            .hint("weights that are drawn or compared need the file; everything else does not")
        })
    }
}

/// A tensor of the file. Values that are not to be had are no error, but noted in `absent`: a network can be drawn without
/// them.
///
/// # Errors
/// If its type is not known, a size is negative, or its values are in a file that may not be read.
pub(super) fn read(proto: &TensorProto, beside: &dyn Beside, absent: &mut Absent) -> Result<Tensor, Diagnostic> {
    let name = &proto.name;
    let error = |message: String| Diagnostic::error(format!("the tensor `{name}` {message}"));
    let dtype = types::dtype(proto.data_type.into())
        .ok_or_else(|| error(format!("has the unknown element type {}", proto.data_type)))?;
    if proto.dims.len() > limits::FOREIGN_RANK {
        let most = limits::FOREIGN_RANK;
        return Err(error(format!("has more than {most} dimensions")).hint("the file is damaged: export it again"));
    }
    let shape: Option<Vec<usize>> = proto.dims.iter().map(|&size| usize::try_from(size).ok()).collect();
    let shape = shape.ok_or_else(|| error("has a negative size".into()))?;
    let mut tensor = Tensor { dtype, shape, values: Values::Bytes(Bytes::new()) };
    tensor.values = if proto.data_location == EXTERNAL {
        external(&proto.external_data, &tensor, beside).or_else(|problem| match problem {
            External::Refused(message) => Err(error(message).hint("move the file into the folder of the model")),
            External::Missing(message) => {
                absent.note(name, &message);
                Ok(Values::Missing(message))
            }
        })?
    } else {
        inside(proto, dtype)
    };
    let wanted = dtype.bytes(tensor.elements());
    if let Values::Bytes(bytes) = &tensor.values
        && dtype != DType::String
        && bytes.len() as u64 != wanted
    {
        let message = format!("has {} bytes, not the {wanted} of its shape", bytes.len());
        // A tensor without values is a shape: exporters of structure alone write such.
        if !bytes.is_empty() {
            absent.note(name, &message);
        }
        tensor.values = Values::Missing(message);
    }
    Ok(tensor)
}

fn inside(proto: &TensorProto, dtype: DType) -> Values {
    if !proto.raw_data.is_empty() || dtype == DType::String {
        return Values::Bytes(proto.raw_data.clone());
    }
    match dtype {
        DType::Float32 | DType::Complex64 => Values::Bytes(proto.float_data.bytes()),
        DType::Float64 | DType::Complex128 => Values::Bytes(proto.double_data.bytes()),
        DType::Int64 if !proto.int64_data.is_empty() => Values::Varints(proto.int64_data.bytes()),
        DType::UInt32 | DType::UInt64 if !proto.uint64_data.is_empty() => Values::Varints(proto.uint64_data.bytes()),
        _ if !proto.int32_data.is_empty() => Values::Varints(proto.int32_data.bytes()),
        _ => Values::Bytes(Bytes::new()),
    }
}

/// Why there are no external values.
enum External {
    /// The file must not be read.
    Refused(String),
    /// It cannot be.
    Missing(String),
}

/// Values in a file beside the model.
fn external(entries: &[StringStringEntryProto], tensor: &Tensor, beside: &dyn Beside) -> Result<Values, External> {
    let entry = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
    let number = |key: &str| entry(key).map(|text| text.trim().parse::<usize>());
    let location = entry("location").filter(|location| !location.is_empty());
    let location = location.ok_or_else(|| External::Missing("is in a file that the model does not name".into()))?;
    let bytes = beside.open(location).map_err(|error| match error {
        BesideError::Missing => External::Missing(format!("is in the file `{location}`, which does not exist")),
        BesideError::Outside => {
            External::Refused(format!("is in the file `{location}`, which is outside the folder of the model"))
        }
        BesideError::Failed(reason) => External::Missing(format!("is in the file `{location}`: {reason}")),
    })?;
    let damaged = || External::Missing(format!("is beyond the end of the file `{location}`"));
    let unreadable = |key: &str| {
        let text = excerpt(entry(key).unwrap_or_default());
        External::Missing(format!("is in the file `{location}` with the {key} `{text}`, which is no number of bytes"))
    };
    let start = number("offset").transpose().map_err(|_| unreadable("offset"))?.unwrap_or(0);
    let wanted = usize::try_from(tensor.dtype.bytes(tensor.elements())).map_err(|_| damaged())?;
    let length = number("length").transpose().map_err(|_| unreadable("length"))?.unwrap_or(wanted);
    let end = start.checked_add(length).filter(|&end| end <= bytes.len()).ok_or_else(damaged)?;
    Ok(Values::Bytes(bytes.slice(start..end)))
}

/// The type of a tensor.
pub(super) fn ty(tensor: &Tensor) -> TensorType {
    TensorType::sized(tensor.dtype, &tensor.shape)
}

/// Whole numbers, if all are known.
pub(super) fn of(known: &Known) -> Option<Tensor> {
    let numbers: Vec<i64> = known.as_ints()?.iter().map(Int::known).collect::<Option<_>>()?;
    let bytes: Vec<u8> = numbers.into_iter().flat_map(i64::to_le_bytes).collect();
    Some(Tensor { dtype: DType::Int64, shape: known.shape.clone(), values: Values::Bytes(bytes.into()) })
}

/// The values of a small tensor.
pub(super) fn known(tensor: &Tensor) -> Option<Known> {
    if tensor.dtype.is_float() {
        // Only scales and numbers take part in computations of shapes.
        return Known::floats(tensor.shape.clone(), tensor.floats(FEW)?);
    }
    Known::ints(tensor.shape.clone(), tensor.integers(MOST)?.into_iter().map(Int::Known).collect())
}
