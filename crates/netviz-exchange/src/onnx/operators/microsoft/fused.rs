//! Layers with their activations, biases and sums.

use netviz_model::category::Category::{
    Activation, Convolution, Dense, Merge, Normalization, Recurrent, Regularization,
};
use netviz_model::ir::Role::{Constant, Frozen, Trainable};
use netviz_model::ir::{DType, Dim, TensorType};

use crate::onnx::operators::common::{broadcasts, divided, of_rank, ranked, same, volume, with_dtype};
use crate::onnx::operators::convolution::{self, convolution, products};
use crate::onnx::operators::linear::{gemm, gemm_macs, multiplied, sums};
use crate::onnx::operators::normalization::layer;
use crate::onnx::operators::{Call, Operator, Types, pooling, recurrent};

const DEFAULTS: &[(&str, &str)] = &[
    ("alpha", "1"),
    ("axis", "-1"),
    ("beta", "1"),
    ("epsilon", "0.00001"),
    ("stash_type", "1"),
    ("transA", "0"),
    ("transB", "0"),
    ("transBatchA", "0"),
    ("transBatchB", "0"),
];

const fn function(name: &'static str, flops: usize) -> Operator {
    Operator::new(name, Activation, same).flops(flops).roles(&[Trainable; 2]).defaults(&[("alpha", "1.702")])
}

const fn normalization(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::new(name, Normalization, infer).flops(7).roles(&[Trainable; 5]).defaults(DEFAULTS)
}

const fn matrix_product(name: &'static str) -> Operator {
    Operator::new(name, Dense, product).macs(product_macs).roles(&[Trainable; 3]).defaults(DEFAULTS)
}

const fn channels_last(name: &'static str) -> Operator {
    Operator::new(name, Convolution, |call| last(call, |call| convolution(call, 1, call.at(0)?.dtype())))
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Trainable; 4])
        .defaults(convolution::DEFAULTS)
}

/// The operator of the default domain.
pub(in crate::onnx::operators) const CONTRIBUTED: &[Operator] = &[SIMPLIFIED];

const SIMPLIFIED: Operator = normalization("SimplifiedLayerNormalization", layer);

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    function("BiasGelu", 6),
    function("FastGelu", 6),
    function("Gelu", 5),
    function("QuickGelu", 3),
    function("BiasSoftmax", 4),
    function("SwiGLU", 3),
    function("ScaledSiLU", 3),
    Operator::new("BiasSplitGelu", Activation, |call| {
        let input = call.at(0)?;
        let Some((hidden, outer)) = input.dims().and_then(<[Dim]>::split_last) else { return same(call) };
        Ok(vec![input.with_dims(outer.iter().cloned().chain([divided(hidden, 2)]))])
    })
    .flops(6)
    .roles(&[Trainable; 2]),
    Operator::new("BiasAdd", Merge, same).flops(1).roles(&[Trainable; 2]),
    Operator::new("BiasDropout", Regularization, dropout).flops(1).roles(&[Trainable; 2]),
    Operator::new("BitmaskDropout", Regularization, same),
    SIMPLIFIED,
    normalization("SkipLayerNormalization", skipping),
    normalization("SkipSimplifiedLayerNormalization", skipping),
    normalization("EmbedLayerNormalization", embedded),
    normalization("GroupNorm", same),
    normalization("SkipGroupNorm", |call| Ok(vec![call.at(0)?.clone(); 2])),
    Operator::new("FusedConv", Convolution, |call| convolution(call, 1, call.at(0)?.dtype()))
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Trainable; 4])
        .defaults(convolution::DEFAULTS),
    channels_last("NhwcConv"),
    channels_last("NhwcFusedConv"),
    Operator::new("ConvTransposeWithDynamicPads", Convolution, |call| {
        let input = call.at(0)?;
        Ok(vec![input.dims().map_or(input.clone(), |dims| of_rank(input.dtype(), dims.len()))])
    })
    .macs(|call, _| products(call.get(1)?, std::slice::from_ref(call.get(0)?)))
    .roles(&[Trainable, Trainable, Constant, Trainable])
    .defaults(convolution::DEFAULTS),
    Operator::new("NhwcMaxPool", netviz_model::category::Category::Pooling, |call| last(call, pooling::pooled))
        .defaults(convolution::DEFAULTS),
    Operator::new("MaxpoolWithMask", netviz_model::category::Category::Pooling, pooling::pooled)
        .defaults(convolution::DEFAULTS),
    Operator::new("FusedGemm", Dense, gemm).macs(gemm_macs).roles(&[Trainable; 3]).defaults(DEFAULTS),
    Operator::new("GemmFloat8", Dense, |call| {
        let product = gemm(call)?;
        let dtype = call.dtype("dtype").unwrap_or(DType::Float32);
        Ok(product.iter().map(|ty| with_dtype(ty, dtype)).collect())
    })
    .macs(gemm_macs)
    .roles(&[Trainable, Frozen, Trainable, Constant, Constant, Constant])
    .defaults(DEFAULTS),
    matrix_product("FusedMatMul"),
    matrix_product("FusedMatMulActivation"),
    matrix_product("GemmFastGelu"),
    matrix_product("TransposeMatMul"),
    Operator::new("MoE", Dense, same).macs(|call, _| experts(call, [2, 4, 6], 1)).roles(&[Trainable; 8]),
    Operator::new("QMoE", Dense, same)
        .macs(|call, _| experts(call, [2, 5, 8], packed(call)))
        .roles(&[
            Trainable, Trainable, Frozen, Constant, Trainable, Frozen, Constant, Trainable, Frozen, Constant,
            Trainable, Constant, Constant, Constant,
        ])
        .weights(
            |call, index, tensor| {
                if matches!(index, 2 | 5 | 8) { tensor.elements().checked_mul(packed(call)) } else { None }
            },
        ),
    Operator::new("DynamicQuantizeLSTM", Recurrent, recurrent::steps)
        .macs(|call, _| recurrent::products(call, 4))
        .roles(&[Trainable, Frozen, Frozen, Trainable, Constant, Constant, Constant, Trainable, Constant, Constant])
        .weights(recurrent::biases)
        .defaults(recurrent::DEFAULTS),
    Operator::new("AttnLSTM", Recurrent, recurrent::steps).macs(|_, _| None).defaults(recurrent::DEFAULTS),
    Operator::new("ComplexMul", Merge, broadcasts).flops(3),
    Operator::new("ComplexMulConj", Merge, broadcasts).flops(3),
];

fn dropout(call: &Call) -> Types {
    let input = call.at(0)?;
    Ok(vec![input.clone(), with_dtype(input, DType::Bool)])
}

/// The normalized sum, its statistics, and the sum itself.
fn skipping(call: &Call) -> Types {
    let input = call.at(0)?;
    let statistics = match input.dims().and_then(<[Dim]>::split_last) {
        Some((_, outer)) => TensorType::new(DType::Float32, outer.iter().cloned().chain([Dim::Size(1)])),
        None => TensorType::unranked(DType::Float32),
    };
    Ok(vec![input.clone(), statistics.clone(), statistics, input.clone()])
}

/// The sum of three embeddings, normalized; the lengths of the texts; and the sum itself.
pub(super) fn embedded(call: &Call) -> Types {
    let table = call.at(2)?;
    let dtype = call.get(5).map_or(table.dtype(), TensorType::dtype);
    let hidden = ranked::<2>(call, 2)?.map_or(Dim::Unknown, |[_, hidden]| hidden.clone());
    let [batch, length] = ranked::<2>(call, 0)?.map_or([Dim::Unknown, Dim::Unknown], Clone::clone);
    let output = TensorType::new(dtype, [batch.clone(), length, hidden]);
    Ok(vec![output.clone(), TensorType::new(DType::Int32, [batch]), output])
}

/// An inference on a tensor whose channels are the last dimension.
pub(super) fn last(call: &Call, infer: fn(&Call) -> Types) -> Types {
    let moved = |ty: &TensorType, first: bool| match ty.dims() {
        Some([batch, spatial @ .., channels]) if first => {
            ty.with_dims([batch, channels].into_iter().chain(spatial).cloned())
        }
        Some([batch, channels, spatial @ ..]) if !first => {
            ty.with_dims(std::iter::once(batch).chain(spatial).chain([channels]).cloned())
        }
        _ => ty.clone(),
    };
    let mut types = call.types.to_vec();
    if let Some(input) = types.first_mut() {
        *input = input.as_ref().map(|ty| moved(ty, true));
    }
    let outputs = infer(&Call { types: &types, ..*call })?;
    Ok(outputs.iter().map(|ty| moved(ty, false)).collect())
}

/// The operands of a product of matrices, as they are multiplied.
fn turned(call: &Call, index: usize, [matrix, batch]: [&str; 2]) -> Option<Vec<Dim>> {
    let mut dims = call.get(index)?.dims()?.to_vec();
    let rank = dims.len();
    // The matrices are the first and the last dimension.
    if call.int(batch, 0) != 0 && rank > 2 {
        dims[..rank - 1].rotate_left(1);
    }
    if call.int(matrix, 0) != 0 && rank > 1 {
        dims.swap(rank - 2, rank - 1);
    }
    Some(dims)
}

fn product(call: &Call) -> Types {
    let dtype = call.at(0)?.dtype();
    let [a, b] = [turned(call, 0, ["transA", "transBatchA"]), turned(call, 1, ["transB", "transBatchB"])];
    Ok(vec![match a.zip(b) {
        Some((a, b)) => TensorType::new(dtype, multiplied(&a, &b)?),
        None => TensorType::unranked(dtype),
    }])
}

fn product_macs(call: &Call, outputs: &[TensorType]) -> Option<usize> {
    let dims = turned(call, 0, ["transA", "transBatchA"])?;
    sums(&TensorType::new(DType::Float32, dims), outputs)
}

/// The products of the experts that are chosen for each token; `packed` weights are one element.
fn experts(call: &Call, weights: [usize; 3], packed: usize) -> Option<usize> {
    let (_, tokens) = call.get(0)?.dims()?.split_last()?;
    let expert = |index: usize| match call.get(index) {
        None => Some(0),
        Some(ty) => volume(ty.dims()?.get(1..)?),
    };
    let sum = weights.into_iter().try_fold(0_usize, |sum, index| Some(sum.saturating_add(expert(index)?)))?;
    let chosen = usize::try_from(call.int("k", 1)).ok()?;
    Some(volume(tokens)?.saturating_mul(chosen).saturating_mul(sum).saturating_mul(packed))
}

/// The number of quantized weights in a byte.
fn packed(call: &Call) -> usize {
    usize::try_from(8 / call.int("expert_weight_bits", 4).clamp(1, 8)).unwrap_or(1)
}
