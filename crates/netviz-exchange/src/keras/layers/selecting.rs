//! Operations of `keras.ops` that take, repeat or add parts of a tensor.

use netviz_model::category::Category::{Pooling, Shape};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};
use serde_json::Value;

use super::layer::{single, typed};
use super::operations::{shaped, stated};
use super::{Described, Facts, Kind, Layer};
use crate::keras::config;
use crate::onnx::operators::common::axis;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("BroadcastTo", Shape, broadcast_to),
    Kind::new("Moveaxis", Shape, move_axis),
    Kind::new("OneHot", Shape, one_hot),
    Kind::new("Pad", Shape, pad),
    Kind::new("Repeat", Shape, repeat),
    Kind::new("Split", Shape, split),
    Kind::new("Take", Shape, take),
    Kind::new("Tile", Shape, tile),
    Kind::new("TopK", Pooling, largest),
];

fn number(layer: &Layer, name: &str, position: usize) -> Option<i64> {
    layer.parameter(&[name], position).and_then(single)
}

fn list(layer: &Layer, name: &str, position: usize) -> Option<Vec<i64>> {
    layer.parameter(&[name], position).and_then(config::ints)
}

fn multiplied(dim: &Dim, times: i64) -> Dim {
    let times = usize::try_from(times).ok();
    if times == Some(1) { dim.clone() } else { Dim::compute([dim], |[size]| size.checked_mul(times?)) }
}

fn broadcast_to(layer: &Layer) -> Described {
    let Some(sizes) = list(layer, "shape", 1) else { return stated(layer) };
    let dim = |size: i64| usize::try_from(size).map_or(Dim::Unknown, Dim::Size);
    shaped(layer, Some(sizes.into_iter().map(dim).collect()))
}

fn move_axis(layer: &Layer) -> Described {
    let places = number(layer, "source", 1).zip(number(layer, "destination", 2));
    let (Some(dims), Some((from, to))) = (layer.dims()?, places) else { return stated(layer) };
    let (from, to) = (axis(from, dims.len())?, axis(to, dims.len())?);
    let mut dims = dims.to_vec();
    let dim = dims.remove(from);
    dims.insert(to, dim);
    shaped(layer, Some(dims))
}

fn one_hot(layer: &Layer) -> Described {
    let classes = number(layer, "num_classes", 1).and_then(|count| usize::try_from(count).ok());
    let (Some(dims), Some(classes)) = (layer.dims()?, classes) else { return stated(layer) };
    let place = axis(number(layer, "axis", 2).unwrap_or(-1), dims.len() + 1)?;
    let mut dims = dims.to_vec();
    dims.insert(place, classes.into());
    Ok(Facts::of(typed(DType::Undefined, Some(dims))))
}

/// The same number on all sides, or one for each side of each dimension.
fn pad(layer: &Layer) -> Described {
    let (Some(dims), Some(widths)) = (layer.dims()?, layer.parameter(&["pad_width"], 1)) else { return stated(layer) };
    let both = |value: &Value| {
        let sides = config::ints(value)?;
        let sides: Vec<usize> = sides.into_iter().map(|side| usize::try_from(side).ok()).collect::<Option<_>>()?;
        match sides[..] {
            [side] => side.checked_mul(2),
            [before, behind] => before.checked_add(behind),
            _ => None,
        }
    };
    let items = config::items(widths).filter(|items| items.iter().any(|item| config::items(item).is_some()));
    let added = match items {
        Some(items) if items.len() == dims.len() => items.iter().map(both).collect::<Option<Vec<_>>>(),
        Some(_) => None,
        None => both(widths).map(|added| vec![added; dims.len()]),
    };
    let Some(added) = added else { return stated(layer) };
    let padded = dims.iter().zip(added).map(|(dim, added)| match added {
        0 => dim.clone(),
        added => Dim::compute([dim], |[size]| size.checked_add(added)),
    });
    shaped(layer, Some(padded.collect()))
}

fn repeat(layer: &Layer) -> Described {
    let given = number(layer, "repeats", 1).zip(number(layer, "axis", 2));
    let (Some(dims), Some((times, along))) = (layer.dims()?, given) else { return stated(layer) };
    let along = axis(along, dims.len())?;
    let mut dims = dims.to_vec();
    dims[along] = multiplied(&dims[along], times);
    shaped(layer, Some(dims))
}

fn tile(layer: &Layer) -> Described {
    let (Some(dims), Some(mut times)) = (layer.dims()?, list(layer, "repeats", 1)) else { return stated(layer) };
    let mut dims = dims.to_vec();
    while dims.len() < times.len() {
        dims.insert(0, Dim::Size(1));
    }
    while times.len() < dims.len() {
        times.insert(0, 1);
    }
    shaped(layer, Some(dims.iter().zip(times).map(|(dim, times)| multiplied(dim, times)).collect()))
}

/// So many equal parts, or parts between indices.
fn split(layer: &Layer) -> Described {
    let (Some(dims), Some(value)) = (layer.dims()?, layer.parameter(&["indices_or_sections"], 1)) else {
        return stated(layer);
    };
    let along = axis(number(layer, "axis", 2).unwrap_or(0), dims.len())?;
    let size = dims[along].size();
    let numbers = config::ints(value).unwrap_or_default();
    let numbers: Option<Vec<usize>> = numbers.into_iter().map(|number| usize::try_from(number).ok()).collect();
    let sizes: Vec<Option<usize>> = match (numbers.as_deref(), config::items(value)) {
        (Some(&[count]), None) if (1..=netviz_model::limits::OUTPUTS).contains(&count) => {
            if size.is_some_and(|size| size % count > 0) {
                return Err(Misfit::new(format!("cannot be split into {count} equal parts")));
            }
            vec![size.map(|size| size / count); count]
        }
        (Some(indices), Some(_)) if indices.len() < netviz_model::limits::OUTPUTS => {
            let place = |index: usize| size.map_or(index, |size| index.min(size));
            let starts = std::iter::once(0).chain(indices.iter().map(|&index| place(index)));
            let ends = indices.iter().map(|&index| Some(place(index))).chain([size]);
            starts.zip(ends).map(|(start, end)| Some(end?.saturating_sub(start))).collect()
        }
        _ => return stated(layer),
    };
    let dtype = layer.input()?.dtype();
    let part = |size: Option<usize>| {
        let mut dims = dims.to_vec();
        dims[along] = size.map_or(Dim::Unknown, Dim::Size);
        TensorType::new(dtype, dims)
    };
    Ok(Facts { outputs: sizes.into_iter().map(part).collect(), ..Facts::unknown() }.macs(Some(0)))
}

/// The entries with some indices, which are a constant or another tensor.
fn take(layer: &Layer) -> Described {
    let along = number(layer, "axis", 2);
    let indices = match (layer.inputs.get(1), layer.parameter(&["indices"], 1)) {
        (Some(indices), _) => indices.dims().map(<[Dim]>::to_vec),
        (None, Some(value)) => match config::items(value) {
            None if config::int(value).is_some() => Some(Vec::new()),
            Some(items) if items.iter().all(|item| config::int(item).is_some()) => Some(vec![items.len().into()]),
            _ => None,
        },
        (None, None) => None,
    };
    let (Some(dims), Some(along), Some(indices)) = (layer.dims()?, along, indices) else { return stated(layer) };
    let along = axis(along, dims.len())?;
    shaped(layer, Some([&dims[..along], &indices, &dims[along + 1..]].concat()))
}

/// The largest values, and their indices.
fn largest(layer: &Layer) -> Described {
    let count = number(layer, "k", 1).and_then(|count| usize::try_from(count).ok());
    let (Some([rest @ .., _]), Some(count)) = (layer.dims()?, count) else { return stated(layer) };
    let dims: Vec<Dim> = rest.iter().cloned().chain([count.into()]).collect();
    let outputs = vec![typed(layer.input()?.dtype(), Some(dims.clone())), typed(DType::Int32, Some(dims))];
    Ok(Facts { outputs, ..Facts::unknown() }.macs(Some(0)))
}
