//! Operations of `keras.ops`, and functions of TensorFlow, that change shapes, reduce or multiply.

use netviz_model::category::Category::{Dense, Merge, Normalization, Pooling, Shape};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};
use serde_json::Value;

use super::facts::{product, size, volume};
use super::layer::{single, typed};
use super::reshaping::reshaped;
use super::{Described, Facts, Kind, Layer};
use crate::keras::call::Argument;
use crate::keras::config::{self, Config, Object};
use crate::onnx::operators::common::{axes, axis, broadcast};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Max", Pooling, reduced),
    Kind::new("Amax", Pooling, reduced),
    Kind::new("Min", Pooling, reduced),
    Kind::new("Amin", Pooling, reduced),
    Kind::new("Mean", Pooling, reduced),
    Kind::new("Sum", Pooling, reduced),
    Kind::new("Prod", Pooling, reduced),
    Kind::new("Std", Pooling, reduced),
    Kind::new("Var", Pooling, reduced),
    Kind::new("Variance", Pooling, reduced),
    Kind::new("Any", Pooling, reduced),
    Kind::new("All", Pooling, reduced),
    Kind::new("Norm", Normalization, reduced),
    Kind::new("Logsumexp", Pooling, reduced),
    Kind::new("Argmax", Pooling, argument),
    Kind::new("Argmin", Pooling, argument),
    Kind::new("Matmul", Dense, matmul),
    Kind::new("Dot", Dense, matmul),
    Kind::new("Einsum", Dense, einsum),
    Kind::new("Transpose", Shape, transpose),
    Kind::new("SwapAxes", Shape, swap_axes),
    Kind::new("Reshape", Shape, reshape),
    Kind::new("ExpandDims", Shape, expand_dims),
    Kind::new("Squeeze", Shape, squeeze),
    Kind::new("Concatenate", Merge, concatenate),
    Kind::new("Concat", Merge, concatenate),
    Kind::new("Stack", Merge, stack),
    Kind::new("GetItem", Shape, get_item),
    // The file states what these make.
    Kind::new("Diagonal", Shape, stated),
    Kind::new("DepthToSpace", Shape, stated),
    Kind::new("Flatten", Shape, stated),
    Kind::new("Gather", Shape, stated),
    Kind::new("Ravel", Shape, stated),
    Kind::new("Resize", Shape, stated),
    Kind::new("Shape", Shape, stated),
    Kind::new("Slice", Shape, stated),
    Kind::new("SpaceToDepth", Shape, stated),
    Kind::new("StridedSlice", Shape, stated),
    Kind::new("TakeAlongAxis", Shape, stated),
    Kind::new("Unstack", Shape, stated),
];

#[expect(clippy::unnecessary_wraps, reason = "an entry of a table")]
pub(super) fn stated(_: &Layer) -> Described {
    Ok(Facts::unknown().macs(Some(0)))
}

/// The input with other dimensions.
pub(super) fn shaped(layer: &Layer, dims: Option<Vec<Dim>>) -> Described {
    Ok(Facts::of(typed(layer.input()?.dtype(), dims)))
}

/// Whether reduced dimensions stay, with a size of 1.
fn keeps(layer: &Layer) -> bool {
    layer.parameter(&["keepdims", "keep_dims"], usize::MAX).and_then(Value::as_bool).unwrap_or(false)
}

fn reduce(layer: &Layer, list: Option<&[i64]>) -> Result<Option<Vec<Dim>>, Misfit> {
    let Some(dims) = layer.dims()? else { return Ok(None) };
    let reduced = match list {
        Some(list) => axes(list, dims.len())?,
        None => (0..dims.len()).collect(),
    };
    let keeps = keeps(layer);
    let kept = dims.iter().enumerate().filter_map(|(index, dim)| match reduced.contains(&index) {
        true if keeps => Some(Dim::Size(1)),
        true => None,
        false => Some(dim.clone()),
    });
    Ok(Some(kept.collect()))
}

fn reduced(layer: &Layer) -> Described {
    let list = layer.parameter(&["axis"], 1).and_then(config::ints);
    shaped(layer, reduce(layer, list.as_deref())?)
}

fn argument(layer: &Layer) -> Described {
    let along = layer.parameter(&["axis"], 1).and_then(single);
    let dims = reduce(layer, along.as_ref().map(std::slice::from_ref))?;
    Ok(Facts::of(typed(DType::Int32, dims)))
}

fn matmul(layer: &Layer) -> Described {
    let constant;
    let (first, second) = match &*layer.inputs {
        [first, second, ..] => (first, second),
        [first] => match layer.call.plain("x2", 1).or_else(|| layer.call.plain("b", 1)).and_then(array_shape) {
            Some(dims) if layer.call.tensor("x1", 0).or_else(|| layer.call.tensor("a", 0)).is_some() => {
                constant = typed(first.dtype(), Some(dims));
                (first, &constant)
            }
            _ => return Ok(Facts::unknown()),
        },
        [] => return Err(Misfit::new("is given no tensor")),
    };
    let (Some(a), Some(b)) = (first.dims(), second.dims()) else { return shaped(layer, None) };
    let flag = |name| layer.parameter(&[name], usize::MAX).and_then(Value::as_bool).unwrap_or(false);
    let (a, b) = (turned(a, flag("transpose_a")), turned(b, flag("transpose_b")));
    let scalar = || Misfit::new("multiplies a scalar");
    let inner = a.last().ok_or_else(scalar)?;
    let other = b.get(b.len().saturating_sub(2)).ok_or_else(scalar)?;
    if !inner.may_equal(other) {
        return Err(Misfit::new(format!("multiplies {inner} columns with {other} rows")));
    }
    let stack = |dims: &[Dim]| dims[..dims.len().saturating_sub(2)].to_vec();
    let (own, more) = (stack(&a), stack(&b));
    let mut dims = broadcast([Some(&own[..]), Some(&more[..])])?.unwrap_or_default();
    dims.extend(a.len().checked_sub(2).map(|row| a[row].clone()));
    dims.extend(b.last().filter(|_| b.len() > 1).cloned());
    let macs = product([volume(&dims), size(inner.or(other))]);
    Ok(shaped(layer, Some(dims))?.macs(macs))
}

/// The dimensions of a constant array, which a file holds as lists in lists.
fn array_shape(value: &Value) -> Option<Vec<Dim>> {
    let object = Object::new(value).filter(|object| matches!(object.class, "__numpy__" | "__tensor__"))?;
    let (mut dims, mut value) = (Vec::new(), object.config.get("value")?);
    while let Some(list) = value.as_array() {
        dims.push(list.len().into());
        match list.first() {
            Some(first) => value = first,
            None => break,
        }
    }
    Some(dims)
}

/// Dimensions of which the last two may be exchanged.
fn turned(dims: &[Dim], turns: bool) -> Vec<Dim> {
    let mut dims = dims.to_vec();
    if let (true, [.., a, b]) = (turns, &mut dims[..]) {
        std::mem::swap(a, b);
    }
    dims
}

fn einsum(layer: &Layer) -> Described {
    let equation = layer.parameter(&["subscripts", "equation"], 0).and_then(Value::as_str).unwrap_or_default();
    let equation: String = equation.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some((inputs, output)) = equation.split_once("->") else { return stated(layer).map(|facts| facts.macs(None)) };
    let mut known: Vec<(char, Dim)> = Vec::new();
    for (letters, ty) in inputs.split(',').zip(&*layer.inputs) {
        let fits = ty.dims().filter(|dims| dims.len() == letters.chars().count());
        let Some(dims) = fits else { return Ok(Facts::unknown()) };
        for (letter, dim) in letters.chars().zip(dims) {
            match known.iter_mut().find(|(other, _)| *other == letter) {
                Some((_, own)) if *own == Dim::Size(1) => *own = dim.clone(),
                Some((_, own)) => *own = own.or(dim).clone(),
                None => known.push((letter, dim.clone())),
            }
        }
    }
    let of = |letter: char| known.iter().find(|(other, _)| *other == letter).map(|(_, dim)| dim.clone());
    let dims = output.chars().map(of).collect::<Option<Vec<_>>>();
    let macs = if layer.inputs.len() < 2 { Some(0) } else { volume(known.iter().map(|(_, dim)| dim)) };
    Ok(shaped(layer, dims)?.macs(macs))
}

fn transpose(layer: &Layer) -> Described {
    let Some(dims) = layer.dims()? else { return shaped(layer, None) };
    let order = match layer.parameter(&["axes", "perm"], 1).and_then(config::ints) {
        Some(order) => order.into_iter().map(|index| axis(index, dims.len())).collect::<Result<Vec<_>, _>>()?,
        None => (0..dims.len()).rev().collect(),
    };
    shaped(layer, Some(order.into_iter().map(|index| dims[index].clone()).collect()))
}

fn swap_axes(layer: &Layer) -> Described {
    let Some(dims) = layer.dims()? else { return shaped(layer, None) };
    let along = |name, position| layer.parameter(&[name], position).and_then(single);
    let (Some(first), Some(second)) = (along("axis1", 1), along("axis2", 2)) else { return stated(layer) };
    let mut dims = dims.to_vec();
    let (first, second) = (axis(first, dims.len())?, axis(second, dims.len())?);
    dims.swap(first, second);
    shaped(layer, Some(dims))
}

fn reshape(layer: &Layer) -> Described {
    let target = layer.parameter(&["newshape", "shape"], 1).and_then(config::items).map(|list| {
        // A size that is not known is that of the batch, which stays.
        list.iter().map(|size| if size.is_null() { Some(-1) } else { config::int(size) }).collect::<Option<Vec<_>>>()
    });
    let (Some(Some(target)), Some(dims)) = (target, layer.dims()?) else { return stated(layer) };
    // One sample more is one more in front, whatever its place in the file.
    let sample = match dims {
        [batch, rest @ ..] if *batch == Dim::BATCH => rest,
        _ => return shaped(layer, Some(reshaped(dims, &target)?)),
    };
    match target.split_first() {
        Some((-1, rest)) if rest.iter().all(|&size| size >= 0) => {
            let count = rest.iter().filter_map(|&it| usize::try_from(it).ok()).fold(1, usize::saturating_mul);
            if volume(sample).is_some_and(|volume| volume != count) {
                return stated(layer);
            }
            shaped(layer, Some(std::iter::once(Dim::BATCH).chain(reshaped(sample, rest)?).collect()))
        }
        Some((-1, rest)) => shaped(layer, Some(std::iter::once(Dim::BATCH).chain(reshaped(sample, rest)?).collect())),
        _ => stated(layer),
    }
}

fn expand_dims(layer: &Layer) -> Described {
    let Some(dims) = layer.dims()? else { return shaped(layer, None) };
    let Some(list) = layer.parameter(&["axis"], 1).and_then(config::ints) else { return stated(layer) };
    let places = axes(&list, dims.len() + list.len())?;
    let mut dims = dims.to_vec();
    for place in places {
        dims.insert(place.min(dims.len()), Dim::Size(1));
    }
    shaped(layer, Some(dims))
}

fn squeeze(layer: &Layer) -> Described {
    let Some(dims) = layer.dims()? else { return shaped(layer, None) };
    let removed = match layer.parameter(&["axis"], 1).and_then(config::ints) {
        Some(list) => axes(&list, dims.len())?,
        None => (0..dims.len()).filter(|&index| dims[index] == Dim::Size(1)).collect(),
    };
    let kept = dims.iter().enumerate().filter(|(index, _)| !removed.contains(index)).map(|(_, dim)| dim.clone());
    shaped(layer, Some(kept.collect()))
}

/// Whether a list of arguments has constants, whose sizes are not looked at.
fn has_constants(layer: &Layer) -> bool {
    matches!(layer.call.positional.first(), Some(Argument::List(list)) if list.iter().any(|it| matches!(it, Argument::Plain(_))))
}

fn concatenate(layer: &Layer) -> Described {
    let all: Option<Vec<&[Dim]>> = layer.inputs.iter().map(TensorType::dims).collect();
    let along = layer.parameter(&["axis"], 1).and_then(single);
    let (Some([first, rest @ ..]), false) = (all.as_deref(), has_constants(layer)) else { return stated(layer) };
    // `keras.ops` joins along the last axis by default, but not TensorFlow, where it must be said.
    let along = axis(along.unwrap_or(-1), first.len())?;
    let mut dims = first.to_vec();
    for other in rest {
        let more = other.get(along).ok_or_else(|| Misfit::new("joins tensors of different dimensions"))?;
        dims[along] = Dim::compute([&dims[along], more], |[a, b]| a.checked_add(b));
    }
    shaped(layer, Some(dims))
}

fn stack(layer: &Layer) -> Described {
    let (Some(dims), false) = (layer.dims()?, has_constants(layer)) else { return stated(layer) };
    let place = axis(layer.parameter(&["axis"], 1).and_then(single).unwrap_or(0), dims.len() + 1)?;
    let mut dims = dims.to_vec();
    dims.insert(place, layer.inputs.len().into());
    shaped(layer, Some(dims))
}

/// An index for each of the first dimensions: a number, or a range.
fn get_item(layer: &Layer) -> Described {
    let key = layer.call.plain("key", 1).or_else(|| layer.call.plain("slice_spec", 1));
    let (Some(dims), Some(key)) = (layer.dims()?, key) else { return stated(layer) };
    let keys: Vec<&Value> = match config::items(key) {
        Some(list) => list.iter().collect(),
        None => vec![key],
    };
    let mut rest = dims;
    let mut result = Vec::new();
    let count = keys.len();
    for (number, key) in keys.into_iter().enumerate() {
        // All dimensions but those of the keys behind.
        if Object::new(key).is_some_and(|object| object.class == "__ellipsis__") {
            let Some((some, after)) = rest.len().checked_sub(count - number - 1).map(|some| rest.split_at(some)) else {
                return stated(layer);
            };
            result.extend(some.iter().cloned());
            rest = after;
            continue;
        }
        let (Some((dim, after)), false) = (rest.split_first(), key.is_null()) else { return stated(layer) };
        if config::int(key).is_none() {
            let Some(range) = range(key, dim) else { return stated(layer) };
            result.push(range);
        }
        rest = after;
    }
    result.extend(rest.iter().cloned());
    shaped(layer, Some(result))
}

/// The size of a range: an object of class `__slice__`, or in Keras 2 one with `start`, `stop` and `step`.
fn range(key: &Value, dim: &Dim) -> Option<Dim> {
    let fields = match Object::new(key) {
        Some(object) if object.class == "__slice__" => object.config,
        None if key.get("start").is_some() => Config::new(Some(key)),
        _ => return None,
    };
    let [start, end, step] = ["start", "stop", "step"].map(|name| fields.int(name));
    if start.unwrap_or(0) == 0 && end.is_none() && step.unwrap_or(1) == 1 {
        return Some(dim.clone());
    }
    let Some(size) = dim.size().and_then(|size| i64::try_from(size).ok()) else { return Some(Dim::Unknown) };
    let step = step.unwrap_or(1);
    if step < 1 {
        return None;
    }
    let place = |index: i64| if index < 0 { index.saturating_add(size).max(0) } else { index.min(size) };
    let length = place(end.unwrap_or(size)).saturating_sub(place(start.unwrap_or(0))).max(0);
    usize::try_from(length / step + i64::from(length % step > 0)).ok().map(Dim::Size)
}
