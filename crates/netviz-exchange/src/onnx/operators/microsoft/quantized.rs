//! Layers with quantized weights.

use netviz_model::category::Category::{Activation, Convolution, Dense, Merge, Normalization, Pooling, Quantization};
use netviz_model::ir::Role::{Constant, Frozen, Trainable};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::fused::{embedded, last};
use crate::onnx::operators::common::{axis, broadcast, dim, plus, same, size, times, typed, with_dtype};
use crate::onnx::operators::convolution::{self, convolution, products};
use crate::onnx::operators::linear::{product, sums};
use crate::onnx::operators::{Call, Operator, Types, pooling, reduction};

const DEFAULTS: &[(&str, &str)] = &[
    ("accuracy_level", "0"),
    ("block_size", "128"),
    ("channels_last", "0"),
    ("gather_axis", "0"),
    ("keepdims", "1"),
    ("quantize_axis", "1"),
    ("training_mode", "0"),
    ("transB", "1"),
    ("weight_prepacked", "0"),
];

/// A value with its scale and zero point.
const TRIPLE: [netviz_model::ir::Role; 6] = [Frozen, Constant, Constant, Frozen, Constant, Constant];

const fn function(name: &'static str, flops: usize) -> Operator {
    Operator::new(name, Activation, same).flops(flops).roles(&TRIPLE).defaults(DEFAULTS)
}

const fn arithmetic(name: &'static str) -> Operator {
    Operator::new(name, Merge, |call| pair(call, [0, 3])).flops(1).roles(&TRIPLE)
}

const fn blocks(name: &'static str) -> Operator {
    Operator::new(name, Dense, rows)
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Trainable, Frozen, Constant, Constant, Constant, Trainable])
        .weights(|call, index, _| {
            let size = |name: &str| usize::try_from(call.maybe_int(name)?).ok();
            if index == 1 { size("K")?.checked_mul(size("N")?) } else { None }
        })
        .defaults(DEFAULTS)
}

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    blocks("MatMulNBits"),
    blocks("MatMulBnb4"),
    Operator::new("MatMulFpQ4", Dense, |call| {
        let columns = call.known_ints(2).and_then(|shape| shape.last().copied());
        with_columns(call, columns.map_or(Dim::Unknown, dim))
    })
    .macs(|call, outputs| sums(call.get(0)?, outputs))
    .roles(&[Trainable, Frozen, Constant])
    .weights(|call, index, _| {
        let sizes = if index == 1 { call.known_ints(2)? } else { return None };
        sizes.into_iter().try_fold(1_usize, |product, size| product.checked_mul(usize::try_from(size).ok()?))
    }),
    Operator::new("MatMulIntegerToFloat", Dense, |call| product(call, [0, 1], Some(call.at(2)?.dtype())))
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Frozen, Frozen, Constant, Constant, Constant, Constant, Trainable]),
    Operator::new("DynamicQuantizeMatMul", Dense, |call| product(call, [0, 1], None))
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Trainable, Frozen, Constant, Constant, Trainable]),
    Operator::new("MatMulInteger16", Dense, |call| product(call, [0, 1], Some(DType::Int32)))
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Frozen, Frozen]),
    Operator::new("QOrderedMatMul", Dense, |call| product(call, [0, 2], None))
        .macs(|call, outputs| sums(call.get(0)?, outputs))
        .roles(&[Frozen, Constant, Frozen, Constant, Constant, Trainable, Constant, Constant]),
    Operator::new("QGemm", Dense, gemm)
        .macs(|call, outputs| {
            let inner = call.get(0)?.dims()?.get(usize::from(call.int("transA", 0) == 0))?;
            Some(outputs.first()?.elements()?.saturating_mul(size(inner)?))
        })
        .roles(&[Frozen, Constant, Constant, Frozen, Constant, Constant, Frozen, Constant, Constant]),
    Operator::new("QLinearConv", Convolution, |call| {
        let infer = |call: &Call| convolution(call, 3, call.get(7).map_or(call.at(0)?.dtype(), TensorType::dtype));
        if call.int("channels_last", 0) == 0 { infer(call) } else { last(call, infer) }
    })
    .macs(|call, outputs| products(call.get(3)?, outputs))
    .roles(convolution::QUANTIZED)
    .defaults(convolution::DEFAULTS),
    arithmetic("QLinearAdd"),
    arithmetic("QLinearMul"),
    function("QLinearSigmoid", 1),
    function("QLinearLeakyRelu", 2),
    function("QLinearSoftmax", 3),
    function("QOrderedGelu", 5),
    Operator::new("QOrderedLayerNormalization", Normalization, same)
        .flops(7)
        .roles(&[Frozen, Constant, Trainable, Trainable, Constant]),
    Operator::new("QEmbedLayerNormalization", Normalization, |call| {
        let types = embedded(call)?;
        Ok(types
            .iter()
            .enumerate()
            .map(|(index, ty)| if index == 1 { ty.clone() } else { with_dtype(ty, DType::Float32) })
            .collect())
    })
    .roles(&[Trainable, Trainable, Frozen, Frozen, Frozen, Frozen, Frozen, Constant]),
    Operator::new("QLinearAveragePool", Pooling, |call| pool(call, pooling::pooled)).flops(1).defaults(DEFAULTS),
    Operator::new("QLinearGlobalAveragePool", Pooling, |call| pool(call, pooling::whole)).flops(1).defaults(DEFAULTS),
    Operator::plain("QLinearReduceMean", |call| {
        // The operands after the first one are no axes.
        reduction::reduced(&Call { types: call.types.get(..1).unwrap_or_default(), ..*call })
    })
    .flops(1)
    .defaults(DEFAULTS),
    Operator::new("QLinearConcat", Merge, joined).roles(&[Constant, Constant]),
    Operator::plain("QLinearWhere", |call| {
        let dims = broadcast([call.dims(0)?, call.dims(1)?, call.dims(4)?])?;
        Ok(vec![typed(call.at(1)?.dtype(), dims)])
    }),
    Operator::new("GatherBlockQuantized", netviz_model::category::Category::Embedding, looked_up)
        .roles(&[Frozen, Constant, Constant, Constant])
        .weights(
            |call, index, tensor| {
                if index == 0 { tensor.elements().checked_mul(packed(call, tensor.dtype)) } else { None }
            },
        )
        .defaults(DEFAULTS),
    Operator::new("QuantizeWithOrder", Quantization, |call| Ok(vec![with_dtype(call.at(0)?, DType::Int8)])),
    Operator::new("DequantizeWithOrder", Quantization, |call| {
        let dtype = call.dtype("to").unwrap_or(call.at(1)?.dtype());
        Ok(vec![with_dtype(call.at(0)?, dtype)])
    }),
];

/// Two operands that are broadcast together.
fn pair(call: &Call, [a, b]: [usize; 2]) -> Types {
    let dims = broadcast([call.dims(a)?, call.dims(b)?])?;
    Ok(vec![typed(call.at(a)?.dtype(), dims)])
}

/// The last dimension replaced by a number of columns.
fn with_columns(call: &Call, columns: Dim) -> Types {
    let input = call.at(0)?;
    let Some((_, outer)) = input.dims().and_then(<[Dim]>::split_last) else {
        return Ok(vec![TensorType::unranked(input.dtype())]);
    };
    Ok(vec![input.with_dims(outer.iter().cloned().chain([columns]))])
}

/// A product with a matrix of blocks, whose sizes are attributes.
fn rows(call: &Call) -> Types {
    with_columns(call, call.maybe_int("N").map_or(Dim::Unknown, dim))
}

fn gemm(call: &Call) -> Types {
    let types = [call.get(0).cloned(), call.get(3).cloned()];
    let product = crate::onnx::operators::linear::gemm(&Call { types: &types, ..*call })?;
    // Without a scale for the output, it is a floating-point number.
    let dtype = if call.get(7).is_some() { call.at(0)?.dtype() } else { DType::Float32 };
    Ok(product.iter().map(|ty| with_dtype(ty, dtype)).collect())
}

fn pool(call: &Call, infer: fn(&Call) -> Types) -> Types {
    if call.int("channels_last", 0) == 0 { infer(call) } else { last(call, infer) }
}

/// Each third operand from the third one on is joined.
fn joined(call: &Call) -> Types {
    let parts: Vec<&TensorType> = call.types.iter().skip(2).step_by(3).flatten().collect();
    let Some((first, rest)) = parts.split_first() else { return Err(Misfit::new("joins nothing")) };
    let Some(dims) = first.dims() else { return Ok(vec![(*first).clone()]) };
    let along = axis(call.int("axis", 0), dims.len())?;
    let size = rest.iter().fold(dims[along].clone(), |sum, part| {
        plus(&sum, part.dims().and_then(|dims| dims.get(along)).unwrap_or(&Dim::Unknown))
    });
    let mut dims = dims.to_vec();
    dims[along] = size;
    Ok(vec![first.with_dims(dims)])
}

/// Rows of a table whose elements are quantized in blocks.
fn looked_up(call: &Call) -> Types {
    let (data, dtype) = (call.at(0)?, call.at(2)?.dtype());
    let (Some(dims), Some(places)) = (data.dims(), call.dims(1)?) else {
        return Ok(vec![TensorType::unranked(dtype)]);
    };
    let along = axis(call.int("gather_axis", 0), dims.len())?;
    let mut dims = dims.to_vec();
    if let Some(last) = dims.last_mut() {
        *last = times(last, packed(call, data.dtype()));
    }
    Ok(vec![TensorType::new(dtype, [&dims[..along], places, &dims[along + 1..]].concat())])
}

/// The number of elements in a value: bytes hold several.
fn packed(call: &Call, dtype: DType) -> usize {
    if dtype == DType::UInt8 { usize::try_from(8 / call.int("bits", 4).clamp(1, 8)).unwrap_or(1) } else { 1 }
}
