//! Changes of shape, and everything else.

use netviz_model::category::Category::{Embedding, Shape};
use netviz_model::ir::Role::Trainable;
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use crate::onnx::operators::common::{axis, dim, of_rank, ranked, same, scalar};
use crate::onnx::operators::{Call, Operator, Types, gather, image, shape};

pub(in crate::onnx::operators) const OPERATORS: &[Operator] = &[
    image::GRID_SAMPLE,
    Operator::new("CropAndResize", Shape, cropped)
        .settings(1)
        .defaults(&[("mode", "bilinear"), ("extrapolation_value", "0")]),
    Operator::plain("Inverse", same),
    Operator::plain("Trilu", same).defaults(&[("upper", "1")]),
    Operator::new("Pad", Shape, shape::pad).settings(1).defaults(&[("mode", "constant")]),
    Operator::plain("Range", shape::range).settings(0),
    Operator::new("GatherND", Shape, gather::gather_tuples),
    Operator::plain("Unique", |call| {
        let list = |dtype| TensorType::new(dtype, [Dim::Unknown]);
        let places = TensorType::new(DType::Int64, call.dims(0)?.and_then(<[Dim]>::first).cloned());
        Ok(vec![list(call.at(0)?.dtype()), places, list(DType::Int64)])
    }),
    Operator::new("ExpandDims", Shape, |call| {
        let input = call.at(0)?;
        let place = call.known_ints(1).and_then(|list| list.first().copied());
        let (Some(dims), Some(place)) = (input.dims(), place) else {
            return Ok(vec![TensorType::unranked(input.dtype())]);
        };
        let mut dims = dims.to_vec();
        dims.insert(axis(place, dims.len() + 1)?, Dim::Size(1));
        Ok(vec![input.with_dims(dims)])
    }),
    Operator::new("UnfoldTensor", Shape, unfolded).defaults(&[("dim", "-1"), ("step", "1")]),
    Operator::plain("CDist", |call| {
        let rows = |index: usize| Ok(ranked::<2>(call, index)?.map_or(Dim::Unknown, |[rows, _]| rows.clone()));
        Ok(vec![call.at(0)?.with_dims([rows(0)?, rows(1)?])])
    })
    .defaults(&[("metric", "sqeuclidean")]),
    Operator::plain("IsAllFinite", |_| Ok(vec![scalar(DType::Bool)])),
    Operator::plain("Rfft", |call| spectrum(call, true)).defaults(&[("normalized", "0"), ("onesided", "1")]),
    Operator::plain("Irfft", |call| spectrum(call, false)).defaults(&[("normalized", "0"), ("onesided", "1")]),
    Operator::new("TorchEmbedding", Embedding, |call| {
        let table = call.at(0)?;
        let width = ranked::<2>(call, 0)?.map_or(Dim::Unknown, |[_, width]| width.clone());
        Ok(vec![match call.dims(1)? {
            Some(places) => table.with_dims(places.iter().cloned().chain([width])),
            None => TensorType::unranked(table.dtype()),
        }])
    })
    .roles(&[Trainable]),
    Operator::plain("RemovePadding", |call| {
        let input = call.at(0)?;
        let ([batch, length], hidden) = match ranked::<3>(call, 0)? {
            Some([batch, length, hidden]) => ([batch.clone(), length.clone()], hidden.clone()),
            None => ([Dim::Unknown, Dim::Unknown], Dim::Unknown),
        };
        let sums = Dim::compute([&batch], |[batch]| batch.checked_add(1));
        let whole = |dims: Vec<Dim>| TensorType::new(DType::Int32, dims);
        let tokens = input.with_dims([Dim::Unknown, hidden]);
        Ok(vec![tokens, whole(vec![batch, length]), whole(vec![sums]), whole(vec![Dim::Size(1)])])
    }),
    Operator::plain("RestorePadding", |call| {
        let (tokens, places) = (ranked::<2>(call, 0)?, ranked::<2>(call, 1)?);
        Ok(vec![match (tokens, places) {
            (Some([_, hidden]), Some([batch, length])) => {
                call.at(0)?.with_dims([batch.clone(), length.clone(), hidden.clone()])
            }
            _ => of_rank(call.at(0)?.dtype(), 3),
        }])
    }),
];

/// Regions of an image, each in the same size.
fn cropped(call: &Call) -> Types {
    let input = call.at(0)?;
    let channels = ranked::<4>(call, 0)?.map_or(Dim::Unknown, |[_, channels, ..]| channels.clone());
    let count = call.dims(1)?.and_then(<[Dim]>::first).cloned().unwrap_or(Dim::Unknown);
    let sizes = match call.known_ints(3).as_deref() {
        Some(&[height, width]) => [dim(height), dim(width)],
        _ => [Dim::Unknown, Dim::Unknown],
    };
    Ok(vec![input.with_dims([count, channels].into_iter().chain(sizes))])
}

/// Windows along a dimension as a dimension of their own.
fn unfolded(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return same(call) };
    let along = axis(call.int("dim", -1), dims.len())?;
    let sizes = [call.int("size", 1), call.int("step", 1)].map(|size| usize::try_from(size).ok());
    let [Some(size), Some(step)] = sizes else { return Err(Misfit::new("has a negative size or step")) };
    let mut dims = dims.to_vec();
    dims[along] = Dim::compute([&dims[along]], |[all]| all.checked_sub(size)?.checked_div(step)?.checked_add(1));
    Ok(vec![input.with_dims(dims.into_iter().chain([Dim::Size(size)]))])
}

/// The frequencies of a real signal as pairs, or the signal of such.
fn spectrum(call: &Call, forward: bool) -> Types {
    let input = call.at(0)?;
    let is_half = call.int("onesided", 1) != 0;
    Ok(vec![match input.dims() {
        Some([outer @ .., length]) if forward => {
            let bins = if is_half { Dim::compute([length], |[it]| Some(it / 2 + 1)) } else { length.clone() };
            input.with_dims(outer.iter().cloned().chain([bins, Dim::Size(2)]))
        }
        Some([outer @ .., bins, _]) if !forward => {
            let length =
                if is_half { Dim::compute([bins], |[it]| it.checked_sub(1)?.checked_mul(2)) } else { bins.clone() };
            input.with_dims(outer.iter().cloned().chain([length]))
        }
        _ => TensorType::unranked(input.dtype()),
    }])
}
