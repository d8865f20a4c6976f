//! Attention, as one operator.

use netviz_model::category::Category::Attention;

use super::call::product;
use super::{Call, Operator};

const fn attention(name: &'static str) -> Operator {
    Operator::new(name, Attention)
        .macs(|call| products(call.tensor("query")?, call.tensor("key")?, call.tensor("value")?))
        .defaults(&[("dropout_p", "0"), ("is_causal", "false"), ("enable_gqa", "false"), ("return_debug_mask", "false")])
        .hidden(&["compute_log_sumexp", "compute_logsumexp"])
}

pub(super) const OPERATORS: &[Operator] = &[
    attention("scaled_dot_product_attention"),
    attention("_scaled_dot_product_attention_math"),
    attention("_scaled_dot_product_flash_attention"),
    attention("_scaled_dot_product_flash_attention_for_cpu"),
    attention("_scaled_dot_product_efficient_attention"),
    attention("_scaled_dot_product_cudnn_attention"),
    attention("_scaled_dot_product_fused_attention_overrideable"),
    Operator::new("_native_multi_head_attention", Attention).macs(multi_head).defaults(&[
        ("need_weights", "true"),
        ("average_attn_weights", "true"),
    ]),
    Operator::new("_transformer_encoder_layer_fwd", Attention).macs(encoder_layer),
];

/// Queries with keys, and weights with values; heads are dimensions before the last two.
fn products(query: &[Option<usize>], key: &[Option<usize>], value: &[Option<usize>]) -> Option<usize> {
    let [stack @ .., length, size] = query else { return None };
    let [.., keys, _] = key else { return None };
    let scores = product(stack)?.saturating_mul((*length)?).saturating_mul((*keys)?);
    Some(scores.saturating_mul((*size)?.saturating_add((*value.last()?)?)))
}

/// The projections, and the attention of all heads.
fn multi_head(call: &Call) -> Option<usize> {
    let (query, key, value) = (call.tensor("query")?, call.tensor("key")?, call.tensor("value")?);
    let projections = weights(call, &["qkv_weight", "proj_weight"])?.saturating_mul(rows(query)?);
    Some(projections.saturating_add(products(query, key, value)?))
}

fn encoder_layer(call: &Call) -> Option<usize> {
    let source = call.tensor("src")?;
    let weights = weights(call, &["qkv_weight", "proj_weight", "ffn_weight_1", "ffn_weight_2"])?;
    Some(weights.saturating_mul(rows(source)?).saturating_add(products(source, source, source)?))
}

/// The values of some weights, each of which is multiplied once with each row.
fn weights(call: &Call, names: &[&str]) -> Option<usize> {
    names.iter().try_fold(0_usize, |sum, name| Some(sum.saturating_add(product(call.tensor(name)?)?)))
}

/// The number of vectors.
fn rows(sizes: &[Option<usize>]) -> Option<usize> {
    product(sizes.get(..sizes.len().checked_sub(1)?)?)
}
