//! Attention and what belongs to it.

use netviz_model::category::Category::{Attention, Convolution};
use netviz_model::ir::Role::{Constant, Trainable};
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::common::{divided, of_rank, plus, ranked, same, times, volume};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Attention", Attention, attention)
        .macs(|call, _| sizes(call).ok().and_then(|sizes| sizes.products()))
        .roles(&[Trainable, Trainable, Trainable, Constant, Constant, Constant])
        .defaults(&[("is_causal", "0"), ("qk_matmul_output_mode", "0"), ("softcap", "0")]),
    Operator::new("RotaryEmbedding", Attention, same)
        .flops(3)
        .roles(&[Trainable, Constant, Constant])
        .defaults(&[("interleaved", "0"), ("rotary_embedding_dim", "0")]),
    Operator::new("LinearAttention", Attention, linear).macs(linear_macs).defaults(&[
        ("chunk_size", "64"),
        ("scale", "0"),
        ("update_rule", "gated_delta"),
    ]),
    Operator::new("CausalConvWithState", Convolution, convolution)
        .macs(|call, outputs| {
            let [_, _, kernel] = ranked::<3>(call, 1).ok()??;
            Some(outputs.first()?.elements()?.saturating_mul(kernel.size()?))
        })
        .roles(&[Trainable; 3])
        .defaults(&[("activation", "none")]),
];

/// The operators of ai.onnx.preview.
pub(super) const PREVIEW: &[Operator] = &[Operator::new("FlexAttention", Attention, flexible)
    .macs(|call, _| sizes(call).ok().and_then(|sizes| sizes.products()))];

/// The sizes of scaled dot-product attention.
struct Sizes {
    batch: Dim,
    heads: Dim,
    key_heads: Dim,
    queries: Dim,
    /// Of this call and of the cache.
    all_keys: Dim,
    /// The size of a head in keys, and in values.
    size: Dim,
    value_size: Dim,
}

impl Sizes {
    /// The products of queries with keys, and of the weights with values.
    fn products(&self) -> Option<usize> {
        let pairs = volume([&self.batch, &self.heads, &self.queries, &self.all_keys])?;
        Some(pairs.saturating_mul(self.size.size()?.saturating_add(self.value_size.size()?)))
    }
}

/// Batch, heads, length and size of a head of an operand of three or four dimensions.
fn split(call: &Call, index: usize, attribute: &str) -> Result<[Dim; 4], Misfit> {
    let count = call.maybe_int(attribute).and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0);
    match call.dims(index)? {
        Some([batch, heads, length, size]) => Ok([batch, heads, length, size].map(Clone::clone)),
        Some([batch, length, hidden]) => {
            let (heads, size) = match count {
                Some(count) => (Dim::Size(count), divided(hidden, count)),
                None => (Dim::Unknown, Dim::Unknown),
            };
            Ok([batch.clone(), heads, length.clone(), size])
        }
        None => Ok([Dim::Unknown, Dim::Unknown, Dim::Unknown, Dim::Unknown]),
        Some(dims) => Err(Misfit::new(format!("needs three or four dimensions, but gets {}", dims.len()))),
    }
}

fn sizes(call: &Call) -> Result<Sizes, Misfit> {
    let [batch, heads, queries, size] = split(call, 0, "q_num_heads")?;
    let [_, key_heads, keys, _] = split(call, 1, "kv_num_heads")?;
    let [_, _, _, value_size] = split(call, 2, "kv_num_heads")?;
    let cached = match call.get(4) {
        None => Dim::Size(0),
        Some(_) => ranked::<4>(call, 4)?.map_or(Dim::Unknown, |[_, _, length, _]| length.clone()),
    };
    let all_keys = plus(&cached, &keys);
    Ok(Sizes { batch, heads, key_heads, queries, all_keys, size, value_size })
}

fn attention(call: &Call) -> Types {
    let (query, key, value) = (call.at(0)?, call.at(1)?, call.at(2)?);
    let it = sizes(call)?;
    let output = match query.dims().map(<[Dim]>::len) {
        None => TensorType::unranked(query.dtype()),
        Some(3) => {
            let hidden = it.heads.size().map_or(Dim::Unknown, |count| times(&it.value_size, count));
            query.with_dims([it.batch.clone(), it.queries.clone(), hidden])
        }
        Some(_) => query.with_dims([&it.batch, &it.heads, &it.queries, &it.value_size].map(Clone::clone)),
    };
    let cache =
        |ty: &TensorType, size: &Dim| ty.with_dims([&it.batch, &it.key_heads, &it.all_keys, size].map(Clone::clone));
    let scores = query.with_dims([&it.batch, &it.heads, &it.queries, &it.all_keys].map(Clone::clone));
    Ok(vec![output, cache(key, &it.size), cache(value, &it.value_size), scores])
}

/// Attention whose scores a body changes.
fn flexible(call: &Call) -> Types {
    let query = call.at(0)?;
    let it = sizes(call)?;
    Ok(vec![query.with_dims([it.batch, it.heads, it.queries, it.value_size])])
}

/// The heads of queries and of keys, and the sizes of a key and a value of linear attention.
fn linear_sizes(call: &Call) -> Result<Option<(usize, usize, [Dim; 2])>, Misfit> {
    let count = |name: &str| call.maybe_int(name).and_then(|count| usize::try_from(count).ok()).filter(|&it| it > 0);
    let (Some(heads), Some(key_heads)) = (count("q_num_heads"), count("kv_num_heads")) else { return Ok(None) };
    let (Some([.., key]), Some([.., value])) = (ranked::<3>(call, 1)?, ranked::<3>(call, 2)?) else { return Ok(None) };
    Ok(Some((heads, key_heads, [divided(key, key_heads), divided(value, key_heads)])))
}

fn linear(call: &Call) -> Types {
    let query = call.at(0)?;
    let state = call.get(3).map_or(query.dtype(), TensorType::dtype);
    let (Some([batch, length, _]), Some((heads, key_heads, [key, value]))) =
        (ranked::<3>(call, 0)?, linear_sizes(call)?)
    else {
        return Ok(vec![of_rank(query.dtype(), 3), of_rank(state, 4)]);
    };
    let output = query.with_dims([batch.clone(), length.clone(), times(&value, heads)]);
    Ok(vec![output, TensorType::new(state, [batch.clone(), Dim::Size(key_heads), key, value])])
}

/// In each step, a key times a value for each of its heads, and the state times a query; the delta rule multiplies the
/// state with the key besides.
fn linear_macs(call: &Call, _: &[TensorType]) -> Option<usize> {
    let [batch, length, _] = ranked::<3>(call, 0).ok()??;
    let (heads, key_heads, [key, value]) = linear_sizes(call).ok()??;
    let is_delta = call.text("update_rule", "gated_delta").ends_with("delta");
    let products = heads.saturating_add(key_heads.saturating_mul(if is_delta { 2 } else { 1 }));
    Some(volume([batch, length, &key, &value])?.saturating_mul(products))
}

fn convolution(call: &Call) -> Types {
    let input = call.at(0)?;
    let state = match (ranked::<3>(call, 0)?, ranked::<3>(call, 1)?) {
        (Some([batch, channels, _]), Some([_, _, kernel])) => {
            let kept = Dim::compute([kernel], |[kernel]| kernel.checked_sub(1));
            input.with_dims([batch.clone(), channels.clone(), kept])
        }
        _ => of_rank(input.dtype(), 3),
    };
    Ok(vec![input.clone(), state])
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::{Attribute, DType};

    use super::super::Value;
    use super::*;

    #[test]
    fn attention_counts_queries_times_keys_and_weights_times_values() {
        let packed = Some(TensorType::batch(DType::Float32, &[197, 768]));
        let types = [packed.clone(), packed.clone(), packed];
        let number = |name: &str, value| (name.to_owned(), Value::Plain(Attribute::Int(value)));
        let attributes = [number("q_num_heads", 12), number("kv_num_heads", 12)];
        let call = Call { attributes: &attributes, ..Call::of(&types) };
        assert_eq!(sizes(&call).expect("it fits").products(), Some(2 * 197 * 197 * 768));
        let outputs = attention(&call).expect("it fits");
        assert_eq!(outputs[0].signature(), "float32 N×197×768");
        assert_eq!(outputs[1].signature(), "float32 N×12×197×64");
    }
}
