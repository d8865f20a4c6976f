//! Numbers from the bytes of elements.

use netviz_model::ir::DType;

/// Reads an element as a number, from its little-endian bytes; `None` for types that are no real numbers or have no
/// bytes of their own.
pub(super) fn real(dtype: DType) -> Option<fn(&[u8]) -> f64> {
    Some(match dtype {
        DType::Float64 => |bytes| f64::from_le_bytes(array(bytes)),
        DType::Float32 => |bytes| f32::from_le_bytes(array(bytes)).into(),
        DType::Float16 => |bytes| half::f16::from_le_bytes(array(bytes)).into(),
        DType::BFloat16 => |bytes| half::bf16::from_le_bytes(array(bytes)).into(),
        DType::UInt64 => |bytes| u64::from_le_bytes(array(bytes)) as f64,
        DType::Int64 => |bytes| i64::from_le_bytes(array(bytes)) as f64,
        DType::UInt32 => |bytes| u32::from_le_bytes(array(bytes)).into(),
        DType::Int32 => |bytes| i32::from_le_bytes(array(bytes)).into(),
        DType::UInt16 => |bytes| u16::from_le_bytes(array(bytes)).into(),
        DType::Int16 => |bytes| i16::from_le_bytes(array(bytes)).into(),
        DType::UInt8 | DType::Bool => |bytes| array::<1>(bytes)[0].into(),
        DType::Int8 => |bytes| i8::from_le_bytes(array(bytes)).into(),
        _ => return None,
    })
}

/// Reads an element as a whole number, without rounding; `None` for all other types.
pub(super) fn whole(dtype: DType) -> Option<fn(&[u8]) -> i64> {
    Some(match dtype {
        DType::Int64 | DType::UInt64 => |bytes| i64::from_le_bytes(array(bytes)),
        DType::UInt32 => |bytes| u32::from_le_bytes(array(bytes)).into(),
        DType::Int32 => |bytes| i32::from_le_bytes(array(bytes)).into(),
        DType::UInt16 => |bytes| u16::from_le_bytes(array(bytes)).into(),
        DType::Int16 => |bytes| i16::from_le_bytes(array(bytes)).into(),
        DType::UInt8 | DType::Bool => |bytes| array::<1>(bytes)[0].into(),
        DType::Int8 => |bytes| i8::from_le_bytes(array(bytes)).into(),
        _ => return None,
    })
}

/// The bytes of an element, which are as many.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}
