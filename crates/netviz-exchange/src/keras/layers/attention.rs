//! Attention.

use netviz_model::category::Category::Dense;
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::facts::{Weight, product, size, sizes, volume};
use super::layer::typed;
use super::{Described, Facts, Kind, Layer};
use crate::onnx::operators::common::axis;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Attention", Dense, |layer| attention(layer, false)).flops(5).defaults(DEFAULTS),
    Kind::new("AdditiveAttention", Dense, |layer| attention(layer, true)).flops(5).defaults(ADDITIVE),
    Kind::new("MultiHeadAttention", Dense, multi_head).flops(5).defaults(DEFAULTS),
    Kind::new("GroupedQueryAttention", Dense, grouped_query).flops(5).defaults(DEFAULTS),
    Kind::new("GroupQueryAttention", Dense, grouped_query).flops(5).defaults(DEFAULTS),
];

/// All dimensions between the batch and the features are attended along by default.
const DEFAULTS: &[(&str, &str)] = &[
    ("attention_axes", "1"),
    ("attention_axes", "1×2"),
    ("dropout", "0"),
    ("use_scale", "false"),
    ("score_mode", "dot"),
    ("use_gate", "false"),
    ("flash_attention", "false"),
];

const ADDITIVE: &[(&str, &str)] = &[("dropout", "0"), ("use_scale", "true")];

/// Scores of queries and keys, and the values that they weigh. The inputs are a list.
fn attention(layer: &Layer, is_additive: bool) -> Described {
    let [query, value, rest @ ..] = &*layer.inputs else {
        return Err(Misfit::new(format!("needs two tensors or more, but is given {}", layer.inputs.len())));
    };
    // Masks follow the key.
    let listed = match layer.call.positional.first() {
        Some(crate::keras::call::Argument::List(list)) => list.len(),
        _ => layer.inputs.len(),
    };
    let key = rest.first().filter(|_| listed > 2).unwrap_or(value);
    let features = |ty: &TensorType| ty.dims().and_then(|dims| dims.last().cloned());
    let steps = |ty: &TensorType| ty.dims().and_then(|dims| dims.get(dims.len().checked_sub(2)?).cloned());
    let output = query.dims().zip(features(value)).and_then(|(dims, last)| {
        let (_, rest) = dims.split_last()?;
        Some(rest.iter().cloned().chain([last]).collect::<Vec<_>>())
    });
    let scores = query.dims().zip(steps(key)).and_then(|(dims, last)| {
        let (_, rest) = dims.split_last()?;
        Some(rest.iter().cloned().chain([last]).collect::<Vec<_>>())
    });
    let pairs = scores.as_deref().and_then(volume);
    let width = |ty: &TensorType| size(&features(ty)?);
    let each = width(query).zip(width(value)).map(|(query, value)| query.saturating_add(value));
    let mut facts = Facts::of(layer.output(output)).macs(product([pairs, each]));
    let dtype = layer.policy.variable;
    if is_additive {
        if layer.config.flag("use_scale", true) {
            facts = facts.weight("scale", dtype, features(query).and_then(|dim| sizes([&dim])));
        }
    } else {
        if layer.config.flag("use_scale", false) {
            facts = facts.weight("scale", dtype, Some(Vec::new()));
        }
        if layer.config.text("score_mode") == Some("concat") {
            facts = facts.weight("concat_score_weight", dtype, Some(Vec::new()));
        }
    }
    Ok(with_scores(layer, facts, scores))
}

/// The scores as a second output, if they are asked for.
fn with_scores(layer: &Layer, mut facts: Facts, scores: Option<Vec<Dim>>) -> Facts {
    let asked = layer.call.plain("return_attention_scores", usize::MAX).and_then(serde_json::Value::as_bool);
    if asked == Some(true) {
        facts.outputs.push(typed(layer.policy.compute, scores));
    }
    facts
}

/// Query, value and key.
fn operands<'a>(layer: &'a Layer) -> Result<[&'a TensorType; 3], Misfit> {
    let query = layer.tensor("query", 0).map_or_else(|| layer.input(), Ok)?;
    let value = layer.tensor("value", 1).unwrap_or(query);
    let key = layer.tensor("key", 2).unwrap_or(value);
    Ok([query, value, key])
}

/// A projection to or from heads.
fn projection(layer: &Layer, kernel: Option<Vec<usize>>, bias: Vec<usize>) -> Vec<Weight> {
    let dtype = layer.policy.variable;
    let facts = Facts::unknown().weight("kernel", dtype, kernel);
    let facts = if layer.use_bias() { facts.weight("bias", dtype, Some(bias)) } else { facts };
    facts.weights
}

fn multi_head(layer: &Layer) -> Described {
    let [query, value, key] = operands(layer)?;
    let [heads, key_size] = [layer.size("num_heads")?, layer.size("key_dim")?];
    let value_size = layer.config.size("value_dim").unwrap_or(key_size);
    let features = |ty: &TensorType| ty.dims().and_then(<[Dim]>::last).and_then(Dim::size);
    let own = layer.config.sizes("output_shape").filter(|sizes| !sizes.is_empty());
    let output_sizes = own.or_else(|| features(query).map(|size| vec![size]));
    let into = |ty: &TensorType, size: usize| {
        projection(layer, features(ty).map(|features| vec![features, heads, size]), vec![heads, size])
    };
    let out_of = output_sizes.clone().map(|sizes| [vec![heads, value_size], sizes].concat());
    let output = query.dims().zip(output_sizes.as_ref()).and_then(|(dims, sizes)| {
        let (_, rest) = dims.split_last()?;
        Some(rest.iter().cloned().chain(sizes.iter().copied().map(Dim::Size)).collect::<Vec<_>>())
    });
    let mut facts = Facts::of(layer.output(output));
    facts = facts.inner("query", "query_dense", into(query, key_size)).inner("key", "key_dense", into(key, key_size));
    if layer.config.flag("use_gate", false) {
        facts = facts.inner("gate", "gate_dense", into(query, value_size));
    }
    let bias = output_sizes.unwrap_or_default();
    facts = facts
        .inner("value", "value_dense", into(value, value_size))
        .inner("attention_output", "output_dense", projection(layer, out_of.clone(), bias));
    let elements = |ty: &TensorType| ty.dims().and_then(volume);
    let gate = if layer.config.flag("use_gate", false) { value_size } else { 0 };
    let places = query.dims().and_then(|dims| volume(dims.split_last()?.1));
    let output_width = out_of.map(|sizes| sizes.iter().fold(1, |product: usize, &size| product.saturating_mul(size)));
    let scores = scores(layer, query, value, heads)?;
    let macs = [
        product([elements(query), Some(heads), key_size.checked_add(gate)]),
        product([elements(key), Some(heads), Some(key_size)]),
        product([elements(value), Some(heads), Some(value_size)]),
        product([scores.as_deref().and_then(volume), key_size.checked_add(value_size)]),
        product([places, output_width]),
    ];
    let macs = macs.into_iter().try_fold(0_usize, |sum, part| Some(sum.saturating_add(part?)));
    Ok(with_scores(layer, facts.macs(macs), scores))
}

/// The dimensions of the scores: those that are not attended along, the heads, then the places of queries and values.
fn scores(layer: &Layer, query: &TensorType, value: &TensorType, heads: usize) -> Result<Option<Vec<Dim>>, Misfit> {
    let (Some(query), Some(value)) = (query.dims(), value.dims()) else { return Ok(None) };
    let inner = query.len().saturating_sub(1);
    let along: Vec<usize> = match layer.config.ints("attention_axes") {
        // The heads come before the last dimension, so that axes from the end count without it.
        Some(list) => list.into_iter().map(|entry| axis(entry, inner)).collect::<Result<_, _>>()?,
        None => (1..inner).collect(),
    };
    let places = |dims: &[Dim]| -> Vec<Dim> { along.iter().filter_map(|&index| dims.get(index).cloned()).collect() };
    let free = (0..inner).filter(|index| !along.contains(index)).map(|index| query[index].clone());
    Ok(Some(free.chain([heads.into()]).chain(places(query)).chain(places(value)).collect()))
}

/// Attention in which several queries share a key and a value.
fn grouped_query(layer: &Layer) -> Described {
    let [query, value, key] = operands(layer)?;
    let [head, heads, shared] =
        [layer.size("head_dim")?, layer.size("num_query_heads")?, layer.size("num_key_value_heads")?];
    let features = |ty: &TensorType| ty.dims().and_then(<[Dim]>::last).and_then(Dim::size);
    let into = |ty: &TensorType, heads: usize| {
        projection(layer, features(ty).map(|features| vec![features, heads, head]), vec![heads, head])
    };
    let width = features(query);
    let mut facts = Facts::of(layer.output(query.dims().map(<[Dim]>::to_vec)))
        .inner("query", "query_dense", into(query, heads))
        .inner("key", "key_dense", into(key, shared));
    let gated = layer.config.flag("use_gate", false);
    if gated {
        facts = facts.inner("gate", "gate_dense", into(query, heads));
    }
    let output = projection(layer, width.map(|width| vec![heads, head, width]), width.into_iter().collect());
    facts = facts.inner("value", "value_dense", into(value, shared)).inner("attention_output", "output_dense", output);
    let elements = |ty: &TensorType| ty.dims().and_then(volume);
    let steps = |ty: &TensorType| ty.dims().and_then(|dims| dims.get(1).cloned());
    let scores = query
        .dims()
        .and_then(<[Dim]>::first)
        .zip(steps(query).zip(steps(value)))
        .map(|(batch, (own, other))| vec![batch.clone(), heads.into(), own, other]);
    let macs = [
        product([elements(query), Some(heads), Some(head), Some(2 + usize::from(gated))]),
        product([elements(key), Some(shared), Some(head)]),
        product([elements(value), Some(shared), Some(head)]),
        product([scores.as_deref().and_then(volume), Some(head), Some(2)]),
    ];
    let macs = macs.into_iter().try_fold(0_usize, |sum, part| Some(sum.saturating_add(part?)));
    Ok(with_scores(layer, facts.macs(macs), scores))
}
