//! How many operands operators need.

/// Operators of ONNX's own sets that need more than one operand in every version, by their number.
const LEAST: &[(usize, &[&str])] = &[
    (
        2,
        &[
            "Add",
            "AffineGrid",
            "And",
            "ArrayFeatureExtractor",
            "BitShift",
            "BitwiseAnd",
            "BitwiseOr",
            "BitwiseXor",
            "CastLike",
            "CausalConvWithState",
            "CenterCropPad",
            "Compress",
            "Conv",
            "ConvInteger",
            "ConvTranspose",
            "CumProd",
            "CumSum",
            "DequantizeLinear",
            "Div",
            "Equal",
            "Expand",
            "Gather",
            "GatherElements",
            "GatherND",
            "Gemm",
            "Greater",
            "GreaterOrEqual",
            "GridSample",
            "LayerNormalization",
            "Less",
            "LessOrEqual",
            "Loop",
            "MatMul",
            "MatMulInteger",
            "MaxRoiPool",
            "MaxUnpool",
            "Mod",
            "Mul",
            "NegativeLogLikelihoodLoss",
            "NonMaxSuppression",
            "Or",
            "PRelu",
            "Pow",
            "QuantizeLinear",
            "RMSNormalization",
            "ReverseSequence",
            "STFT",
            "SequenceAt",
            "SequenceInsert",
            "SoftmaxCrossEntropyLoss",
            "StringConcat",
            "Sub",
            "SwiGLU",
            "TensorScatter",
            "Tile",
            "Xor",
        ],
    ),
    (
        3,
        &[
            "Attention",
            "Col2Im",
            "DeformConv",
            "GRU",
            "GroupNormalization",
            "InstanceNormalization",
            "LSTM",
            "LinearAttention",
            "OneHot",
            "RNN",
            "Range",
            "RoiAlign",
            "RotaryEmbedding",
            "Scatter",
            "ScatterElements",
            "ScatterND",
            "Where",
        ],
    ),
    (5, &["BatchNormalization", "MelWeightMatrix"]),
    (8, &["QLinearConv", "QLinearMatMul"]),
];

/// The least number of operands of an operator, as far as it is the same in every version.
pub(in crate::onnx) fn least(domain: &str, name: &str) -> usize {
    if !matches!(domain, "" | "ai.onnx.ml") {
        return 0;
    }
    LEAST.iter().find(|(_, names)| names.contains(&name)).map_or(0, |&(count, _)| count)
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    #[test]
    fn every_name_is_that_of_an_operator() {
        for name in LEAST.iter().flat_map(|(_, names)| *names) {
            assert!(find("", name).or(find("ai.onnx.ml", name)).is_some(), "{name}");
        }
    }
}
