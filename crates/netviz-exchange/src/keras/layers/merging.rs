//! Layers that join several inputs.

use netviz_model::category::Category::Merge;
use netviz_model::ir::{Dim, Misfit, TensorType};

use super::facts::{product, size, volume};
use super::{Described, Facts, Kind, Layer};
use crate::onnx::operators::common::{axis, broadcast};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Add", Merge, elementwise).flops(1),
    Kind::new("Average", Merge, elementwise).flops(1),
    Kind::new("Maximum", Merge, elementwise).flops(1),
    Kind::new("Minimum", Merge, elementwise).flops(1),
    Kind::new("Multiply", Merge, elementwise).flops(1),
    Kind::new("Subtract", Merge, elementwise).flops(1),
    Kind::new("Concatenate", Merge, concatenate).defaults(&[("axis", "-1")]),
    Kind::new("Dot", Merge, dot).defaults(&[("normalize", "false")]),
];

fn elementwise(layer: &Layer) -> Described {
    // Where ranks differ, Keras adds dimensions behind the batch.
    let rank = layer.inputs.iter().filter_map(|ty| ty.dims().map(<[Dim]>::len)).max().unwrap_or_default();
    let widened: Vec<Option<Vec<Dim>>> = layer
        .inputs
        .iter()
        .map(|ty| {
            let dims = ty.dims()?;
            let (batch, rest) = dims.split_first()?;
            let ones = std::iter::repeat_n(Dim::Size(1), rank.saturating_sub(dims.len()));
            Some(std::iter::once(batch.clone()).chain(ones).chain(rest.iter().cloned()).collect())
        })
        .collect();
    layer.input()?;
    Ok(Facts::of(layer.output(broadcast(widened.iter().map(Option::as_deref))?)))
}

fn concatenate(layer: &Layer) -> Described {
    let all: Option<Vec<&[Dim]>> = layer.inputs.iter().map(TensorType::dims).collect();
    let Some(all) = all else { return Ok(Facts::of(layer.output(None))) };
    let first = *all.first().ok_or_else(|| Misfit::new("is given no tensor"))?;
    let along = axis(layer.config.int("axis").unwrap_or(-1), first.len())?;
    if let Some(other) = all.iter().find(|dims| dims.len() != first.len()) {
        return Err(Misfit::new(format!("joins tensors of {} and {} dimensions", first.len(), other.len())));
    }
    let mut dims = first.to_vec();
    for other in &all[1..] {
        for (index, (own, more)) in dims.iter_mut().zip(*other).enumerate() {
            if index == along {
                *own = Dim::compute([own, more], |[a, b]| a.checked_add(b));
            } else if own.may_equal(more) {
                *own = own.or(more).clone();
            } else {
                return Err(Misfit::new(format!("joins sizes of {own} and {more} along axis {index}")));
            }
        }
    }
    Ok(Facts::of(layer.output(Some(dims))))
}

/// The products of two tensors along one axis each.
fn dot(layer: &Layer) -> Described {
    let [first, second] = &*layer.inputs else {
        return Err(Misfit::new(format!("needs two tensors, but is given {}", layer.inputs.len())));
    };
    let (Some(first), Some(second)) = (first.dims(), second.dims()) else { return Ok(Facts::of(layer.output(None))) };
    let axes = layer.config.ints("axes").unwrap_or_default();
    let (own, other) = match axes[..] {
        [both] => (axis(both, first.len())?, axis(both, second.len())?),
        [own, other] => (axis(own, first.len())?, axis(other, second.len())?),
        _ => return Err(Misfit::new("has no valid `axes`")),
    };
    if !first[own].may_equal(&second[other]) {
        return Err(Misfit::new(format!("multiplies sizes of {} and {}", first[own], second[other])));
    }
    let rest = |dims: &[Dim], without: usize| -> Vec<Dim> {
        dims.iter().enumerate().filter(|(index, _)| *index != without).map(|(_, dim)| dim.clone()).collect()
    };
    let mut dims = rest(first, own);
    dims.extend(rest(second, other).into_iter().skip(1));
    if dims.len() == 1 {
        dims.push(Dim::Size(1));
    }
    let macs = product([volume(&dims), size(first[own].or(&second[other]))]);
    Ok(Facts::of(layer.output(Some(dims))).macs(macs))
}
