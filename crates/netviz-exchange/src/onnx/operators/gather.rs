//! Values looked up and put down by their places.

use netviz_model::category::Category::Shape;
use netviz_model::ir::Role::Trainable;
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::call::{Elements, Int, Known};
use super::common::{axis, product, same, typed};
use super::{Call, Operator, Types};

const AXIS: &[(&str, &str)] = &[("axis", "0"), ("reduction", "none")];

const fn scatter(name: &'static str) -> Operator {
    Operator::new(name, Shape, same).defaults(AXIS)
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Gather", Shape, gather).value(gathered).roles(&[Trainable]).defaults(AXIS),
    Operator::new("GatherElements", Shape, |call| {
        let dims = call.dims(1)?.map(<[Dim]>::to_vec);
        Ok(vec![typed(call.at(0)?.dtype(), dims)])
    })
    .defaults(AXIS),
    Operator::new("GatherND", Shape, gather_tuples).defaults(&[("batch_dims", "0")]),
    scatter("Scatter"),
    scatter("ScatterElements"),
    scatter("ScatterND"),
    Operator::new("TensorScatter", Shape, same).defaults(&[("axis", "-2"), ("mode", "linear")]),
    Operator::plain("OneHot", one_hot).settings(0).defaults(&[("axis", "-1")]),
    Operator::new("Compress", Shape, compress),
    Operator::plain("NonZero", non_zero),
    Operator::plain("Unique", unique).defaults(&[("sorted", "1")]),
    Operator::new("ReverseSequence", Shape, same).defaults(&[("batch_axis", "1"), ("time_axis", "0")]),
    Operator::plain("Trilu", same).defaults(&[("upper", "1")]),
    Operator::plain("EyeLike", |call| {
        let input = call.at(0)?;
        Ok(vec![super::common::with_dtype(input, call.dtype("dtype").unwrap_or(input.dtype()))])
    })
    .defaults(&[("k", "0")]),
];

fn gather(call: &Call) -> Types {
    let data = call.at(0)?;
    let (Some(dims), Some(places)) = (data.dims(), call.dims(1)?) else {
        return Ok(vec![TensorType::unranked(data.dtype())]);
    };
    let along = axis(call.int("axis", 0), dims.len())?;
    Ok(vec![data.with_dims([&dims[..along], places, &dims[along + 1..]].concat())])
}

/// Those of lists.
fn gathered(call: &Call) -> Option<Known> {
    let (data, places) = (call.value(0)?, call.value(1)?);
    let [size] = data.shape[..] else { return None };
    let at = |place: &Int| axis(place.known()?, size).ok();
    let places_list = places.as_ints()?;
    let elements = match &data.elements {
        Elements::Ints(ints) => Elements::Ints(
            places_list.iter().map(|place| at(place).map_or(Int::Unknown, |at| ints[at].clone())).collect(),
        ),
        Elements::Floats(floats) => {
            Elements::Floats(places_list.iter().map(|place| at(place).map(|at| floats[at])).collect::<Option<_>>()?)
        }
    };
    Some(Known { shape: places.shape.clone(), elements })
}

/// Parts of a tensor whose first places are tuples, after the dimensions of the batch.
pub(super) fn gather_tuples(call: &Call) -> Types {
    let data = call.at(0)?;
    let unranked = || Ok(vec![TensorType::unranked(data.dtype())]);
    let (Some(dims), Some(places)) = (data.dims(), call.dims(1)?) else { return unranked() };
    let Some((length, outer)) = places.split_last() else {
        return Err(Misfit::new("takes places from a scalar"));
    };
    let Some(length) = length.size() else { return unranked() };
    let batch = usize::try_from(call.int("batch_dims", 0)).unwrap_or(0);
    let inner = dims
        .get(batch.saturating_add(length)..)
        .ok_or_else(|| Misfit::new(format!("takes places of {length} dimensions from a tensor of {}", dims.len())))?;
    Ok(vec![data.with_dims([outer, inner].concat())])
}

fn one_hot(call: &Call) -> Types {
    let dtype = call.at(2)?.dtype();
    let Some(places) = call.dims(0)? else { return Ok(vec![TensorType::unranked(dtype)]) };
    let depth = match call.value(1).map(|value| &value.elements) {
        Some(Elements::Ints(ints)) => ints.first().map_or(Dim::Unknown, Int::dim),
        Some(Elements::Floats(floats)) => floats.first().map_or(Dim::Unknown, |&depth| super::image::floor(depth)),
        None => Dim::Unknown,
    };
    let mut dims = places.to_vec();
    dims.insert(axis(call.int("axis", -1), dims.len() + 1)?, depth);
    Ok(vec![TensorType::new(dtype, dims)])
}

/// The slices for which a list of booleans holds.
fn compress(call: &Call) -> Types {
    let input = call.at(0)?;
    let count = |most: Option<usize>| {
        let list = call.known_ints(1)?;
        Some(list.iter().take(most?).filter(|&&holds| holds != 0).count())
    };
    let Some(along) = call.maybe_int("axis") else {
        let all = input.dims().map(product).and_then(|size| size.size());
        return Ok(vec![input.with_dims([count(all).map_or(Dim::Unknown, Dim::Size)])]);
    };
    let Some(dims) = input.dims() else { return same(call) };
    let along = axis(along, dims.len())?;
    let mut dims = dims.to_vec();
    dims[along] = count(dims[along].size()).map_or(Dim::Unknown, Dim::Size);
    Ok(vec![input.with_dims(dims)])
}

fn non_zero(call: &Call) -> Types {
    // A scalar counts as one dimension.
    let rank = call.dims(0)?.map_or(Dim::Unknown, |dims| Dim::Size(dims.len().max(1)));
    Ok(vec![TensorType::new(DType::Int64, [rank, Dim::Unknown])])
}

fn unique(call: &Call) -> Types {
    let input = call.at(0)?;
    let list = |dim: Dim| TensorType::new(DType::Int64, [dim]);
    let (values, searched) = match (call.maybe_int("axis"), input.dims()) {
        (None, dims) => (input.with_dims([Dim::Unknown]), dims.map_or(Dim::Unknown, product)),
        (Some(_), None) => (input.clone(), Dim::Unknown),
        (Some(along), Some(dims)) => {
            let along = axis(along, dims.len())?;
            let mut values = dims.to_vec();
            values[along] = Dim::Unknown;
            (input.with_dims(values), dims[along].clone())
        }
    };
    Ok(vec![values, list(Dim::Unknown), list(searched), list(Dim::Unknown)])
}
