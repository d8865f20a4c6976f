//! Experimental operators of early versions, which later ones removed.

use netviz_model::category::Category::{Activation, Convolution, Dense, Normalization, Recurrent, Shape};
use netviz_model::ir::Role::Trainable;
use netviz_model::ir::{DType, Dim, TensorType};

use super::common::{dim, of_rank, product, ranked, same, scalar, size};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    // Any operator of PyTorch's library, whose name is an attribute.
    Operator::plain("ATen", |_| Ok(Vec::new())).macs(|_, _| None),
    Operator::plain("Affine", same).flops(2).defaults(&[("alpha", "1"), ("beta", "0")]),
    Operator::new("Caffe2ConvTranspose", Convolution, |call| Ok(vec![of_rank(call.at(0)?.dtype(), 4)]))
        .macs(|_, _| None)
        .roles(&[Trainable; 3]),
    Operator::plain("ConstantFill", filled),
    Operator::new("Crop", Shape, cropped),
    Operator::new("DynamicSlice", Shape, |call| {
        let input = call.at(0)?;
        Ok(vec![input.dims().map_or(input.clone(), |dims| of_rank(input.dtype(), dims.len()))])
    }),
    Operator::new("FC", Dense, connected).macs(connected_macs).roles(&[Trainable; 3]),
    Operator::plain("GivenTensorFill", filled),
    Operator::new("GRUUnit", Recurrent, same).flops(10),
    Operator::new("ImageScaler", Normalization, same).flops(2).defaults(&[("scale", "1")]),
    Operator::plain("LoopIndexTensor", |call| Ok(vec![scalar(call.at(0)?.dtype())])),
    Operator::new("ParametricSoftplus", Activation, same).flops(4),
    Operator::plain("Scale", same).flops(1).defaults(&[("scale", "1")]),
    Operator::new("ScaledTanh", Activation, same).flops(3),
];

fn filled(call: &Call) -> Types {
    let dtype = call.dtype("dtype").unwrap_or(DType::Float32);
    let more = call.ints("extra_shape").unwrap_or_default();
    let more = more.iter().copied().map(dim);
    Ok(vec![match (call.ints("shape"), call.get(0)) {
        (Some(sizes), None) => TensorType::new(dtype, sizes.iter().copied().map(dim)),
        (_, Some(input)) if call.int("input_as_shape", 0) != 0 => match call.known_ints(0) {
            Some(sizes) => TensorType::new(dtype, sizes.into_iter().map(dim).chain(more)),
            None => TensorType::unranked(if call.dtype("dtype").is_some() { dtype } else { input.dtype() }),
        },
        (_, Some(input)) => match input.dims() {
            Some(dims) => TensorType::new(dtype, dims.iter().cloned().chain(more)),
            None => TensorType::unranked(dtype),
        },
        (None, None) => TensorType::unranked(dtype),
    }])
}

/// An image without a border of left, top, right and bottom.
fn cropped(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some([batch, channels, height, width]) = ranked::<4>(call, 0)? else { return same(call) };
    let spatial = match (call.ints("scale"), call.ints("border")) {
        (Some([height, width]), _) => [dim(*height), dim(*width)],
        (_, Some(&[left, top, right, bottom])) => {
            let less = |size: &Dim, border: i64| {
                Dim::compute([size], |[size]| size.checked_sub(usize::try_from(border).ok()?))
            };
            [less(height, top.saturating_add(bottom)), less(width, left.saturating_add(right))]
        }
        _ => [Dim::Unknown, Dim::Unknown],
    };
    Ok(vec![input.with_dims([batch.clone(), channels.clone()].into_iter().chain(spatial))])
}

/// Everything from an axis on is one list of inputs.
fn connected(call: &Call) -> Types {
    let units = ranked::<2>(call, 1)?.map_or(Dim::Unknown, |[units, _]| units.clone());
    let along = usize::try_from(call.int("axis", 1)).unwrap_or(1);
    let batch = call.dims(0)?.and_then(|dims| dims.get(..along)).map_or(Dim::Unknown, product);
    Ok(vec![call.at(0)?.with_dims([batch, units])])
}

fn connected_macs(call: &Call, outputs: &[TensorType]) -> Option<usize> {
    let [_, inputs] = ranked::<2>(call, 1).ok()??;
    Some(outputs.first()?.elements()?.saturating_mul(size(inputs)?))
}
