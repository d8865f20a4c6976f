//! The operators of com.microsoft.nchwc, which ONNX Runtime's optimizer writes for the processor that it runs on.
//!
//! Their tensors have channels in blocks, which types do not show: shapes are those without blocks. Channels may be padded
//! to whole blocks, which filters say and operands need not.

use netviz_model::category::Category::{Convolution, Pooling, Shape};
use netviz_model::ir::Dim;
use netviz_model::ir::Role::Trainable;

use crate::onnx::operators::common::{of_rank, same};
use crate::onnx::operators::convolution::{self, convolution, products};
use crate::onnx::operators::pooling::{self, pooled, whole};
use crate::onnx::operators::{Call, Operator, Types};

const fn pool(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::new(name, Pooling, infer).flops(1).defaults(pooling::DEFAULTS)
}

const fn reorder(name: &'static str, infer: fn(&Call) -> Types) -> Operator {
    Operator::plain(name, infer).defaults(&[("channels_last", "0")])
}

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    // The fourth operand is added.
    Operator::new("Conv", Convolution, blocks)
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Trainable; 3])
        .defaults(convolution::DEFAULTS),
    pool("MaxPool", pooled),
    pool("AveragePool", pooled),
    pool("GlobalMaxPool", whole),
    pool("GlobalAveragePool", whole),
    Operator::new("Upsample", Shape, enlarged)
        .defaults(&[("coordinate_transformation_mode", "asymmetric"), ("mode", "nearest")]),
    reorder("ReorderInput", |call| {
        let input = call.at(0)?;
        Ok(vec![match input.dims() {
            Some([batch, spatial @ .., channels]) if call.int("channels_last", 0) != 0 => {
                input.with_dims([batch, channels].into_iter().chain(spatial).cloned())
            }
            _ => input.clone(),
        }])
    }),
    reorder("ReorderOutput", |call| {
        let input = call.at(0)?;
        let channels = call.maybe_int("channels").and_then(|count| usize::try_from(count).ok());
        let Some([batch, padded, spatial @ ..]) = input.dims() else { return same(call) };
        let (batch, channels) = (batch.clone(), channels.map_or_else(|| padded.clone(), Dim::Size));
        let spatial = spatial.iter().cloned();
        Ok(vec![if call.int("channels_last", 0) == 0 {
            input.with_dims([batch, channels].into_iter().chain(spatial))
        } else {
            input.with_dims(std::iter::once(batch).chain(spatial).chain([channels]))
        }])
    }),
];

/// A convolution whose operand may have fewer channels than its padded filters.
fn blocks(call: &Call) -> Types {
    let mut types = call.types.to_vec();
    if let Some(Some(input)) = types.first_mut()
        && let Some([batch, _, spatial @ ..]) = input.dims()
    {
        let dims = [batch.clone(), Dim::Unknown].into_iter().chain(spatial.iter().cloned());
        *input = input.with_dims(dims.collect::<Vec<_>>());
    }
    let dtype = call.at(0)?.dtype();
    convolution(&Call { types: &types, ..*call }, 1, dtype)
}

/// Sizes times whole numbers.
fn enlarged(call: &Call) -> Types {
    let input = call.at(0)?;
    let product = |(dim, &scale): (&Dim, &i64)| {
        let scale = usize::try_from(scale).ok();
        if scale == Some(1) { dim.clone() } else { Dim::compute([dim], |[size]| size.checked_mul(scale?)) }
    };
    Ok(vec![match (input.dims(), call.ints("scales")) {
        (Some(dims), Some(scales)) if dims.len() == scales.len() => {
            input.with_dims(dims.iter().zip(scales).map(product))
        }
        (Some(dims), _) => of_rank(input.dtype(), dims.len()),
        (None, _) => input.clone(),
    }])
}
