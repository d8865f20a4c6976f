//! Attention of ONNX Runtime, with and without the projections of its operands.

use netviz_model::category::Category::Attention;
use netviz_model::ir::Role::{Constant, Frozen, Trainable};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use crate::onnx::operators::common::{divided, of_rank, plus, ranked, same, times, volume};
use crate::onnx::operators::{Call, Operator, Types};

const DEFAULTS: &[(&str, &str)] = &[
    ("causal", "1"),
    ("do_rotary", "0"),
    ("interleaved", "0"),
    ("is_causal", "0"),
    ("is_packed_batching", "0"),
    ("local_window_size", "-1"),
    ("mask_filter_value", "-10000"),
    ("num_heads", "0"),
    ("past_present_share_buffer", "0"),
    ("rotary_embedding_dim", "0"),
    ("rotary_interleaved", "0"),
    ("scale", "0"),
    ("scale", "1"),
    ("smooth_softmax", "0"),
    ("softcap", "0"),
    ("unidirectional", "0"),
];

const fn attention(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::new(name, Attention, infer).macs(|_, _| None).defaults(DEFAULTS)
}

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    attention("Attention", |call| projecting(call, call.at(0)?.dtype(), 4))
        .macs(|call, _| projecting_macs(call, 4))
        .roles(&[Trainable, Trainable, Trainable, Constant, Constant]),
    attention("QAttention", |call| projecting(call, call.at(3)?.dtype(), 8))
        .macs(|call, _| projecting_macs(call, 8))
        .roles(&[Trainable, Frozen, Trainable, Constant, Constant, Constant, Constant, Constant]),
    attention("PackedAttention", |call| {
        let (input, [_, _, values]) = (call.at(0)?, projections(call)?);
        Ok(vec![input.dims().map_or(input.clone(), |dims| replaced_last(input, dims, values))])
    })
    .roles(&[Trainable; 3]),
    attention("QOrderedAttention", |call| {
        let (input, weight) = (call.at(0)?, ranked::<2>(call, 7)?);
        let values = weight.map_or(Dim::Unknown, |[_, columns]| columns.clone());
        Ok(vec![input.dims().map_or(input.clone(), |dims| replaced_last(input, dims, values))])
    })
    .roles(&[Constant, Constant, Constant, Constant, Constant, Frozen, Frozen, Frozen]),
    attention("MultiHeadAttention", |call| separate(call, 6))
        .macs(|call, _| separate_macs(call, 6))
        .roles(&[Trainable, Trainable, Trainable, Trainable]),
    attention("DecoderMaskedMultiHeadAttention", |call| separate(call, 5)).roles(&[Trainable; 3]),
    attention("PackedMultiHeadAttention", |call| {
        let query = call.at(0)?;
        Ok(vec![match query.dims() {
            // Queries, keys and values in one tensor.
            Some([tokens, heads, _, size]) => {
                let hidden = heads.size().map_or(Dim::Unknown, |count| times(size, count));
                query.with_dims([tokens.clone(), hidden])
            }
            _ => query.clone(),
        }])
    }),
    attention("GroupQueryAttention", grouped).macs(grouped_macs),
    attention("SparseAttention", grouped),
    attention("PagedAttention", |call| {
        let pages = |index: usize| call.get(index).cloned().unwrap_or(of_rank(DType::Undefined, 4));
        Ok(vec![packed_query(call)?, pages(3), pages(4)])
    }),
    attention("LongformerAttention", same).roles(&[Trainable, Trainable, Trainable, Constant, Trainable, Trainable]),
    attention("RotaryEmbedding", same).macs(|_, _| Some(0)).flops(3).roles(&[Trainable, Constant, Constant, Constant]),
    attention("RelativePositionBias", |call| {
        let table = call.at(0)?;
        let heads = ranked::<2>(call, 0)?.map_or(Dim::Unknown, |[_, heads]| heads.clone());
        let size = |index: usize| {
            let value = call.known_ints(index).and_then(|list| list.first().copied());
            value.map_or(Dim::Unknown, crate::onnx::operators::common::dim)
        };
        Ok(vec![table.with_dims([Dim::Size(1), heads, size(1), size(2)])])
    })
    .macs(|_, _| Some(0))
    .roles(&[Trainable]),
    attention("GatedRelativePositionBias", |call| Ok(vec![call.at(2)?.clone()])),
];

/// The last dimension replaced by another one.
fn replaced_last(ty: &TensorType, dims: &[Dim], last: Dim) -> TensorType {
    let outer = dims.split_last().map_or(dims, |(_, outer)| outer);
    ty.with_dims(outer.iter().cloned().chain([last]))
}

fn count(call: &Call, attribute: &str) -> Option<usize> {
    call.maybe_int(attribute).and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0)
}

/// The sizes of projected queries, keys and values, whose weights are one matrix.
fn projections(call: &Call) -> Result<[Dim; 3], Misfit> {
    if let Some([query, key, value]) = call.ints("qkv_hidden_sizes") {
        return Ok([query, key, value].map(|&size| crate::onnx::operators::common::dim(size)));
    }
    let third = ranked::<2>(call, 1)?.map_or(Dim::Unknown, |[_, columns]| divided(columns, 3));
    Ok([third.clone(), third.clone(), third])
}

/// The length of the keys, those of a cache of two, batch, heads, length and size included.
fn all_keys(call: &Call, past: usize, own: &Dim) -> Dim {
    match call.get(past).map(TensorType::dims) {
        None => own.clone(),
        Some(Some([.., length, _])) => plus(length, own),
        Some(_) => Dim::Unknown,
    }
}

fn projecting(call: &Call, dtype: DType, past: usize) -> Types {
    let Some([batch, length, _]) = ranked::<3>(call, 0)? else {
        return Ok(vec![of_rank(dtype, 3), of_rank(dtype, 5)]);
    };
    let [_, keys, values] = projections(call)?;
    let size = count(call, "num_heads").map_or(Dim::Unknown, |heads| divided(&keys, heads));
    let heads = count(call, "num_heads").map_or(Dim::Unknown, Dim::Size);
    let present = [Dim::Size(2), batch.clone(), heads, all_keys(call, past, length), size];
    let output = TensorType::new(dtype, [batch.clone(), length.clone(), values]);
    Ok(vec![output, TensorType::new(dtype, present)])
}

/// The projections, the products of queries with keys, and of weights with values.
fn projecting_macs(call: &Call, past: usize) -> Option<usize> {
    let [batch, length, inputs] = ranked::<3>(call, 0).ok()??;
    let [query, key, value] = projections(call).ok()?;
    let (query, key, value) = (query.size()?, key.size()?, value.size()?);
    let rows = volume([batch, length])?;
    let projected = rows.saturating_mul(inputs.size()?).saturating_mul(query.saturating_add(key).saturating_add(value));
    let pairs = rows.saturating_mul(all_keys(call, past, length).size()?);
    Some(projected.saturating_add(pairs.saturating_mul(query.saturating_add(value))))
}

/// Lengths and sizes of operands that are projected already.
struct Separate {
    batch: Dim,
    queries: Dim,
    keys: Dim,
    heads: Option<usize>,
    /// Of all heads together.
    hidden: Dim,
    value_hidden: Dim,
}

fn operands(call: &Call) -> Result<Option<Separate>, Misfit> {
    let heads = count(call, "num_heads");
    let all = |heads: &Dim, size: &Dim| heads.size().map_or(Dim::Unknown, |count| times(size, count));
    let (batch, queries, hidden) = match call.dims(0)? {
        Some([batch, queries, hidden]) => (batch.clone(), queries.clone(), hidden.clone()),
        // Queries, keys and values in one tensor.
        Some([batch, queries, heads, _, size]) => (batch.clone(), queries.clone(), all(heads, size)),
        _ => return Ok(None),
    };
    let length = |index: usize| match call.get(index).map(TensorType::dims) {
        None => Some((queries.clone(), hidden.clone())),
        Some(Some([_, length, hidden])) => Some((length.clone(), hidden.clone())),
        Some(Some([_, heads, length, size] | [_, length, heads, _, size])) => Some((length.clone(), all(heads, size))),
        Some(_) => None,
    };
    let Some((keys, key_hidden)) = length(1) else { return Ok(None) };
    let value_hidden = if call.get(2).is_some() { length(2).map(|(_, hidden)| hidden) } else { Some(key_hidden) };
    Ok(value_hidden.map(|value_hidden| Separate { batch, queries, keys, heads, hidden, value_hidden }))
}

fn separate(call: &Call, past: usize) -> Types {
    let query = call.at(0)?;
    let Some(it) = operands(call)? else { return Ok(vec![of_rank(query.dtype(), 3)]) };
    let cache = |hidden: &Dim| {
        let size = it.heads.map_or(Dim::Unknown, |heads| divided(hidden, heads));
        let heads = it.heads.map_or(Dim::Unknown, Dim::Size);
        query.with_dims([it.batch.clone(), heads, all_keys(call, past, &it.keys), size])
    };
    let output = query.with_dims([it.batch.clone(), it.queries.clone(), it.value_hidden.clone()]);
    Ok(vec![output, cache(&it.hidden), cache(&it.value_hidden)])
}

fn separate_macs(call: &Call, past: usize) -> Option<usize> {
    let it = operands(call).ok()??;
    let pairs = volume([&it.batch, &it.queries, &all_keys(call, past, &it.keys)])?;
    Some(pairs.saturating_mul(it.hidden.size()?.saturating_add(it.value_hidden.size()?)))
}

/// The type of the queries without keys and values, which may be in one tensor with them.
fn packed_query(call: &Call) -> Result<TensorType, Misfit> {
    let query = call.at(0)?;
    let (Some(dims), None) = (query.dims(), call.get(1)) else { return Ok(query.clone()) };
    let hidden = match (dims.last(), count(call, "num_heads"), count(call, "kv_num_heads")) {
        (Some(hidden), Some(heads), Some(others)) => {
            let all = heads.saturating_add(others.saturating_mul(2));
            times(&divided(hidden, all), heads)
        }
        _ => Dim::Unknown,
    };
    Ok(replaced_last(query, dims, hidden))
}

/// Queries whose heads share keys and values in groups.
fn grouped(call: &Call) -> Types {
    let output = packed_query(call)?;
    let heads = count(call, "num_heads");
    let size = match (output.dims().and_then(<[Dim]>::last), heads) {
        (Some(hidden), Some(heads)) => divided(hidden, heads),
        _ => Dim::Unknown,
    };
    let batch = output.dims().and_then(<[Dim]>::first).cloned().unwrap_or(Dim::Unknown);
    let cache = |index: usize| {
        let dtype = call.get(index).map_or(output.dtype(), TensorType::dtype);
        let shared = count(call, "kv_num_heads").map_or(Dim::Unknown, Dim::Size);
        // A buffer for the cache is as long as the longest sequence, or grows.
        TensorType::new(dtype, [batch.clone(), shared, Dim::Unknown, size.clone()])
    };
    let caches = [cache(3), cache(4)];
    Ok([vec![output.clone()], caches.to_vec()].concat())
}

fn grouped_macs(call: &Call, outputs: &[TensorType]) -> Option<usize> {
    let [batch, queries, hidden] = outputs.first()?.dims()? else { return None };
    let keys = all_keys(call, 3, queries);
    Some(volume([batch, queries, &keys, hidden])?.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::Attribute;

    use super::*;
    use crate::onnx::operators::Value;

    #[test]
    fn attention_with_projections_counts_them() {
        let types = [
            Some(TensorType::batch(DType::Float32, &[128, 768])),
            Some(TensorType::sized(DType::Float32, &[768, 2304])),
        ];
        let attributes = [("num_heads".into(), Value::Plain(Attribute::Int(12)))];
        let call = Call { attributes: &attributes, ..Call::of(&types) };
        let expected = 128 * 768 * 2304 + 2 * 128 * 128 * 768;
        assert_eq!(projecting_macs(&call, 4), Some(expected));
        let outputs = projecting(&call, DType::Float32, 4).expect("it fits");
        assert_eq!(outputs[0].signature(), "float32 N×128×768");
        assert_eq!(outputs[1].signature(), "float32 2×N×12×128×64");
    }

    #[test]
    fn queries_are_taken_out_of_a_packed_tensor() {
        let types = [Some(TensorType::batch(DType::Float16, &[10, (32 + 2 * 8) * 64]))];
        let number = |name: &str, value| (name.to_owned(), Value::Plain(Attribute::Int(value)));
        let attributes = [number("num_heads", 32), number("kv_num_heads", 8)];
        let call = Call { attributes: &attributes, ..Call::of(&types) };
        let outputs = grouped(&call).expect("it fits");
        assert_eq!(outputs[0].signature(), "float16 N×10×2048");
        assert_eq!(outputs[1].signature(), "float16 N×8×?×64");
    }
}
