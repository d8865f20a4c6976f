//! From floating-point numbers to small integers and back.

use netviz_model::category::Category::Quantization;
use netviz_model::ir::Role::{Constant, Frozen, Trainable};
use netviz_model::ir::{DType, TensorType};

use super::common::{scalar, with_dtype};
use super::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] =
    &[("axis", "1"), ("block_size", "0"), ("output_dtype", "0"), ("precision", "0"), ("saturate", "1")];

const QUANTIZE: Operator = Operator::new("QuantizeLinear", Quantization, quantized)
    .flops(2)
    .roles(&[Trainable, Constant, Constant])
    .defaults(DEFAULTS);

const DEQUANTIZE: Operator = Operator::new("DequantizeLinear", Quantization, dequantized)
    .flops(2)
    .roles(&[Frozen, Constant, Constant])
    .defaults(DEFAULTS);

pub(super) const OPERATORS: &[Operator] = &[
    QUANTIZE,
    DEQUANTIZE,
    Operator::new("DynamicQuantizeLinear", Quantization, |call| {
        Ok(vec![with_dtype(call.at(0)?, DType::UInt8), scalar(DType::Float32), scalar(DType::UInt8)])
    })
    .flops(2),
];

/// The same operators in com.microsoft.
pub(super) const MICROSOFT: &[Operator] = &[QUANTIZE, DEQUANTIZE];

fn quantized(call: &Call) -> Types {
    let dtype = call.get(2).map(TensorType::dtype).or_else(|| call.dtype("output_dtype"));
    Ok(vec![with_dtype(call.at(0)?, dtype.unwrap_or(DType::UInt8))])
}

fn dequantized(call: &Call) -> Types {
    let dtype = call.dtype("output_dtype").unwrap_or(call.at(1)?.dtype());
    Ok(vec![with_dtype(call.at(0)?, dtype)])
}
