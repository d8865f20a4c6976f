//! Types of values as ONNX numbers and describes them.

use std::borrow::Cow;

use netviz_model::ir::{Container, DType, Dim, TensorType};
use netviz_model::limits;

use super::proto::{Dimension, TensorTypeProto, TypeProto};

/// `TensorProto.DataType`.
const NUMBERS: [(DType, i32); 27] = [
    (DType::Undefined, 0),
    (DType::Float32, 1),
    (DType::UInt8, 2),
    (DType::Int8, 3),
    (DType::UInt16, 4),
    (DType::Int16, 5),
    (DType::Int32, 6),
    (DType::Int64, 7),
    (DType::String, 8),
    (DType::Bool, 9),
    (DType::Float16, 10),
    (DType::Float64, 11),
    (DType::UInt32, 12),
    (DType::UInt64, 13),
    (DType::Complex64, 14),
    (DType::Complex128, 15),
    (DType::BFloat16, 16),
    (DType::Float8E4M3, 17),
    (DType::Float8E4M3Fnuz, 18),
    (DType::Float8E5M2, 19),
    (DType::Float8E5M2Fnuz, 20),
    (DType::UInt4, 21),
    (DType::Int4, 22),
    (DType::Float4E2M1, 23),
    (DType::Float8E8M0, 24),
    (DType::UInt2, 25),
    (DType::Int2, 26),
];

/// The number of an element type.
pub(super) fn number(dtype: DType) -> i32 {
    NUMBERS.iter().find(|(known, _)| *known == dtype).map_or(0, |(_, number)| *number)
}

/// The element type with a number, if there is one.
pub(super) fn dtype(number: i64) -> Option<DType> {
    let found = NUMBERS.iter().find(|(dtype, known)| i64::from(*known) == number && *dtype != DType::Undefined);
    found.map(|(dtype, _)| *dtype)
}

/// The type of a value, if the file tells it.
pub(super) fn read(proto: &TypeProto) -> Option<TensorType> {
    if let Some(tensor) = proto.tensor_type.as_ref().or(proto.sparse_tensor_type.as_ref()) {
        return tensor_type(tensor);
    }
    let held = |container, held: Option<&TypeProto>| Some(read(held?)?.within(container));
    if let Some(sequence) = &proto.sequence_type {
        held(Container::Sequence, sequence.elem_type.as_deref())
    } else if let Some(optional) = &proto.optional_type {
        held(Container::Optional, optional.elem_type.as_deref())
    } else {
        let map = proto.map_type.as_ref()?;
        held(Container::Map(dtype(map.key_type.into())?), map.value_type.as_deref())
    }
}

/// A type with at most as many dimensions as are followed; of more, the rank is not known.
pub(super) fn bounded(ty: TensorType) -> TensorType {
    if ty.dims().is_none_or(|dims| dims.len() <= limits::FOREIGN_RANK) {
        return ty;
    }
    let unranked = TensorType::unranked(ty.dtype());
    ty.containers().iter().rev().fold(unranked, |inner, &container| inner.within(container))
}

fn tensor_type(proto: &TensorTypeProto) -> Option<TensorType> {
    let dtype = dtype(proto.elem_type.into())?;
    let Some(shape) = &proto.shape else { return Some(TensorType::unranked(dtype)) };
    let dim = |value: &Option<Dimension>| match value {
        Some(Dimension::Size(size)) => usize::try_from(*size).map_or(Dim::Unknown, Dim::Size),
        // PaddlePaddle writes `?` for every size that it does not know.
        Some(Dimension::Name(name)) if !matches!(name.as_str(), "" | "?") => Dim::Symbol(Cow::Owned(name.clone())),
        _ => Dim::Unknown,
    };
    if shape.dim.len() > limits::FOREIGN_RANK {
        return Some(TensorType::unranked(dtype));
    }
    Some(TensorType::new(dtype, shape.dim.iter().map(|proto| dim(&proto.value))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_type_has_a_number() {
        for known in DType::ALL {
            let found = dtype(number(known).into());
            assert_eq!(found, (known != DType::Undefined).then_some(known));
        }
        assert_eq!(dtype(0), None);
    }
}
