//! Layers that change shapes.

use netviz_model::category::Category::Shape;
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::layer::typed;
use super::spatial::Axes;
use super::{Described, Facts, Kind, Layer};
use crate::keras::config;
use crate::onnx::operators::common::product;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Cropping1D", Shape, |layer| borders(layer, "cropping", false)),
    Kind::new("Cropping2D", Shape, |layer| borders(layer, "cropping", false)),
    Kind::new("Cropping3D", Shape, |layer| borders(layer, "cropping", false)),
    Kind::new("Flatten", Shape, flatten),
    Kind::new("Permute", Shape, permute),
    Kind::new("RepeatVector", Shape, repeat_vector),
    Kind::new("Reshape", Shape, reshape),
    Kind::new("UpSampling1D", Shape, up_sampling),
    Kind::new("UpSampling2D", Shape, up_sampling).defaults(&[("interpolation", "nearest")]),
    Kind::new("UpSampling3D", Shape, up_sampling),
    Kind::new("ZeroPadding1D", Shape, |layer| borders(layer, "padding", true)),
    Kind::new("ZeroPadding2D", Shape, |layer| borders(layer, "padding", true)),
    Kind::new("ZeroPadding3D", Shape, |layer| borders(layer, "padding", true)),
];

/// The input with other dimensions.
fn shaped(layer: &Layer, dims: Option<Vec<Dim>>) -> Described {
    Ok(Facts::of(typed(layer.input()?.dtype(), dims)))
}

/// Adds or removes values before and behind each spatial dimension.
fn borders(layer: &Layer, name: &str, adds: bool) -> Described {
    let spatial = layer.spatial();
    let axes = Axes::new(layer, spatial);
    let Some(dims) = axes.dims(layer)? else { return shaped(layer, None) };
    let invalid = || Misfit::new(format!("has no valid `{name}`"));
    let value = layer.config.get(name).ok_or_else(invalid)?;
    let pairs: Vec<[usize; 2]> = match config::items(value) {
        // For each dimension one number for both sides, or two.
        Some(list) if list.len() == spatial && spatial > 1 => list.iter().map(pair).collect::<Option<_>>(),
        _ => pair(value).map(|pair| vec![pair; spatial]),
    }
    .ok_or_else(invalid)?;
    let changed = |(dim, [before, behind]): (&Dim, &[usize; 2])| {
        Dim::compute([dim], |[size]| {
            let sum = before.checked_add(*behind)?;
            if adds { size.checked_add(sum) } else { size.checked_sub(sum) }
        })
    };
    let sizes = dims[axes.spatial.clone()].iter().zip(&pairs).map(changed).collect();
    shaped(layer, Some(axes.replaced(dims, sizes, None)))
}

/// What is before and behind a dimension.
fn pair(value: &serde_json::Value) -> Option<[usize; 2]> {
    let list: Option<Vec<usize>> = config::ints(value)?.into_iter().map(|size| usize::try_from(size).ok()).collect();
    match list?.as_slice() {
        [both] => Some([*both; 2]),
        [before, behind] => Some([*before, *behind]),
        _ => None,
    }
}

fn flatten(layer: &Layer) -> Described {
    let dims = layer.dims()?.map(|dims| match dims {
        [] => vec![Dim::Size(1)],
        [batch] => vec![batch.clone(), Dim::Size(1)],
        [batch, rest @ ..] => vec![batch.clone(), product(rest)],
    });
    shaped(layer, dims)
}

fn permute(layer: &Layer) -> Described {
    let Some(dims) = layer.dims_of(1)? else { return shaped(layer, None) };
    let order = layer.config.sizes("dims").unwrap_or_default();
    // Dimensions are counted from 1, the batch not included.
    let moved = order.iter().map(|&index| dims[1..].get(index.checked_sub(1)?).cloned()).collect::<Option<Vec<_>>>();
    let moved = moved.filter(|moved| moved.len() + 1 == dims.len());
    let moved = moved.ok_or_else(|| Misfit::new("has `dims` that are not those of its input"))?;
    shaped(layer, Some(std::iter::once(dims[0].clone()).chain(moved).collect()))
}

fn repeat_vector(layer: &Layer) -> Described {
    let count = layer.size("n")?;
    let dims = layer.dims_of(2)?.map(|dims| vec![dims[0].clone(), count.into(), dims[1].clone()]);
    shaped(layer, dims)
}

fn reshape(layer: &Layer) -> Described {
    let target = layer.config.ints("target_shape").ok_or_else(|| Misfit::new("has no valid `target_shape`"))?;
    let Some(dims) = layer.dims_of(1)? else {
        let sizes = target.iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size));
        return shaped(layer, Some(std::iter::once(Dim::BATCH).chain(sizes).collect()));
    };
    let sizes = reshaped(&dims[1..], &target)?;
    shaped(layer, Some(std::iter::once(dims[0].clone()).chain(sizes).collect()))
}

/// The dimensions of a target shape, one of which may be -1 and holds the rest.
pub(super) fn reshaped(dims: &[Dim], target: &[i64]) -> Result<Vec<Dim>, Misfit> {
    let known = target.iter().filter_map(|&size| usize::try_from(size).ok());
    let known = known.fold(1_usize, usize::saturating_mul);
    let whole = product(dims);
    let rest = Dim::compute([&whole], |[whole]| (known > 0 && whole % known == 0).then(|| whole / known));
    if let (Dim::Unknown, Some(whole)) = (&rest, whole.size())
        && known > 0
    {
        return Err(Misfit::new(format!("cannot split {whole} values into parts of {known}")));
    }
    let is_exact = target.iter().all(|&size| size >= 0);
    if is_exact && whole.size().is_some_and(|whole| whole != known) {
        return Err(Misfit::new(format!("makes {known} values of {whole}")));
    }
    Ok(target.iter().map(|&size| usize::try_from(size).map_or_else(|_| rest.clone(), Dim::Size)).collect())
}

fn up_sampling(layer: &Layer) -> Described {
    let spatial = layer.spatial();
    let axes = Axes::new(layer, spatial);
    let factors = layer.sizes("size", spatial).ok_or_else(|| Misfit::new("has no valid `size`"))?;
    let Some(dims) = axes.dims(layer)? else { return shaped(layer, None) };
    let larger = |(dim, factor): (&Dim, &usize)| Dim::compute([dim], |[size]| size.checked_mul(*factor));
    let sizes = dims[axes.spatial.clone()].iter().zip(&factors).map(larger).collect();
    shaped(layer, Some(axes.replaced(dims, sizes, None)))
}

/// The type of a tensor without one of its dimensions.
pub(super) fn without(ty: &TensorType, axis: usize) -> TensorType {
    let dims = ty.dims().map(|dims| {
        let mut dims = dims.to_vec();
        if axis < dims.len() {
            dims.remove(axis);
        }
        dims
    });
    typed(ty.dtype(), dims)
}

/// The type of a tensor with one more dimension.
pub(super) fn with(ty: &TensorType, axis: usize, dim: &Dim) -> TensorType {
    let dims = ty.dims().map(|dims| {
        let mut dims = dims.to_vec();
        dims.insert(axis.min(dims.len()), dim.clone());
        dims
    });
    typed(ty.dtype(), dims)
}
