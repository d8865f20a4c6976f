//! Changes of shape, and what computes shapes.

use netviz_model::category::Category::{Merge, Shape};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::call::{Elements, Int, Known};
use super::common::{axes, axis, broadcast, dims_of, of_rank, product, typed};
use super::{Call, MOST, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Shape", Shape, |call| {
        let dims = sliced_shape(call)?.map_or(Dim::Unknown, |dims| Dim::Size(dims.len()));
        Ok(vec![TensorType::new(DType::Int64, [dims])])
    })
    .value(|call| Some(Known::list(sliced_shape(call).ok()??.iter().map(Int::from).collect()))),
    Operator::new("Size", Shape, |_| Ok(vec![TensorType::sized(DType::Int64, &[])])).value(size),
    Operator::new("Reshape", Shape, reshape)
        .value(|call| reshaped_values(call, &reshape(call).ok()?))
        .defaults(&[("allowzero", "0")]),
    Operator::new("Flatten", Shape, flatten).defaults(&[("axis", "1")]),
    Operator::new("Squeeze", Shape, squeeze).value(|call| reshaped_values(call, &squeeze(call).ok()?)),
    Operator::new("Unsqueeze", Shape, unsqueeze).value(|call| reshaped_values(call, &unsqueeze(call).ok()?)),
    Operator::new("Transpose", Shape, transpose).value(transposed_values),
    Operator::new("Concat", Merge, concat).value(concat_values),
    Operator::new("Split", Shape, split).values(|call| split_values(call).unwrap_or_default()),
    Operator::new("Expand", Shape, expand).value(expanded_values),
    Operator::new("Tile", Shape, tile),
    Operator::new("Pad", Shape, pad).settings(1).defaults(&[("mode", "constant")]),
    Operator::plain("ConstantOfShape", filled).value(filled_values),
    Operator::plain("Range", range).settings(0).value(range_values),
    Operator::new("DepthToSpace", Shape, |call| blocks(call, true)).defaults(&[("mode", "DCR")]),
    Operator::new("SpaceToDepth", Shape, |call| blocks(call, false)),
];

/// The dimensions of the operand from `start` to `end`.
fn sliced_shape(call: &Call) -> Result<Option<Vec<Dim>>, Misfit> {
    let Some(dims) = call.dims(0)? else { return Ok(None) };
    let count = i64::try_from(dims.len()).unwrap_or(i64::MAX);
    let at = |index: i64| {
        let index = if index < 0 { index.saturating_add(count) } else { index };
        usize::try_from(index.clamp(0, count)).unwrap_or_default()
    };
    let (start, end) = (at(call.int("start", 0)), at(call.int("end", count)));
    Ok(Some(dims.get(start..end).unwrap_or_default().to_vec()))
}

fn size(call: &Call) -> Option<Known> {
    Known::ints(Vec::new(), vec![Int::from(&product(call.get(0)?.dims()?))])
}

/// The dimensions of a reshaped tensor: 0 keeps a size, and -1 takes what is left.
fn reshape(call: &Call) -> Types {
    let input = call.at(0)?;
    let target: Option<Vec<Int>> = match call.ints("shape") {
        Some(sizes) => Some(sizes.iter().copied().map(Int::Known).collect()),
        None => call.value(1).and_then(|value| value.as_ints().map(<[Int]>::to_vec)),
    };
    let Some(target) = target else {
        let rank = call.get(1).and_then(TensorType::dims).and_then(|dims| dims.first()?.size());
        let rank = rank.filter(|&rank| rank <= MOST);
        return Ok(vec![rank.map_or(TensorType::unranked(input.dtype()), |rank| of_rank(input.dtype(), rank))]);
    };
    let keeps_zero = call.int("allowzero", 0) != 0;
    let mut dims = Vec::with_capacity(target.len());
    let mut rest = None;
    for (index, size) in target.iter().enumerate() {
        dims.push(match size {
            Int::Known(-1) => {
                rest = Some(index);
                Dim::Unknown
            }
            Int::Known(0) if !keeps_zero => match input.dims() {
                Some(dims) => dims.get(index).cloned().ok_or_else(|| {
                    Misfit::new(format!("keeps dimension {index}, which its input of {} lacks", input.signature()))
                })?,
                None => Dim::Unknown,
            },
            other => other.dim(),
        });
    }
    if let Some(index) = rest
        && let Some(from) = input.dims()
    {
        dims[index] = left(from, &dims, index);
    }
    // With one dimension left over, what is left is whole.
    let others = |dims: &[Dim]| {
        let others = dims.iter().enumerate().filter(|(index, _)| rest != Some(*index)).map(|(_, dim)| dim);
        others.map(Dim::size).try_fold(1_usize, |product, size| product.checked_mul(size?))
    };
    let have =
        input.elements().filter(|_| input.dims().is_some_and(|dims| dims.iter().all(|dim| dim.size().is_some())));
    if let (Some(have), Some(wanted)) = (have, others(&dims))
        && (if rest.is_some() { have.checked_rem(wanted).unwrap_or(have) != 0 } else { have != wanted })
    {
        let target = TensorType::new(input.dtype(), dims);
        return Err(Misfit::new(format!(
            "makes {} of {}, which has another number of values",
            target.signature(),
            input.signature()
        )));
    }
    Ok(vec![input.with_dims(dims)])
}

/// What is left for one dimension, given the others.
fn left(from: &[Dim], to: &[Dim], index: usize) -> Dim {
    // Names and unknown dimensions that are on both sides cancel out.
    let mut from: Vec<&Dim> = from.iter().collect();
    let mut others = Vec::new();
    for (_, dim) in to.iter().enumerate().filter(|(other, _)| *other != index) {
        match from.iter().position(|own| *own == dim && matches!(dim, Dim::Symbol(_))) {
            Some(place) => {
                from.remove(place);
            }
            None => others.push(dim),
        }
    }
    let (symbols, sizes): (Vec<&Dim>, Vec<&Dim>) = from.into_iter().partition(|dim| dim.size().is_none());
    let multiply = |dims: &[&Dim]| dims.iter().try_fold(1_usize, |product, dim| product.checked_mul(dim.size()?));
    let (Some(have), Some(used)) = (multiply(&sizes), multiply(&others)) else { return Dim::Unknown };
    let quotient = have.checked_div(used).map(|quotient| (quotient, have % used));
    match (&symbols[..], quotient) {
        ([], Some((quotient, 0))) => Dim::Size(quotient),
        ([symbol], Some((1, 0))) => (*symbol).clone(),
        _ => Dim::Unknown,
    }
}

/// The same values in the shape of a type.
fn reshaped_values(call: &Call, types: &[TensorType]) -> Option<Known> {
    let value = call.value(0)?;
    let shape: Option<Vec<usize>> = types.first()?.dims()?.iter().map(Dim::size).collect();
    let shape = shape?;
    let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    let own: usize = value.shape.iter().product();
    (count == own).then(|| Known { shape, elements: value.elements.clone() })
}

fn flatten(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![of_rank(input.dtype(), 2)]) };
    let along = call.int("axis", 1);
    let cut = if usize::try_from(along) == Ok(dims.len()) { dims.len() } else { axis(along, dims.len())? };
    Ok(vec![input.with_dims([product(&dims[..cut]), product(&dims[cut..])])])
}

fn squeeze(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let chosen = match call.ints_or("axes", 1) {
        Some(list) => axes(&list, dims.len())?,
        None if call.get(1).is_some() => return Ok(vec![TensorType::unranked(input.dtype())]),
        None if dims.iter().any(|dim| dim.size().is_none()) => return Ok(vec![TensorType::unranked(input.dtype())]),
        None => (0..dims.len()).filter(|&index| dims[index] == Dim::Size(1)).collect(),
    };
    if let Some(&index) = chosen.iter().find(|&&index| !dims[index].may_equal(&Dim::Size(1))) {
        return Err(Misfit::new(format!("removes dimension {index} of {}, which is not 1", input.signature())));
    }
    let kept = dims.iter().enumerate().filter(|(index, _)| !chosen.contains(index)).map(|(_, dim)| dim.clone());
    Ok(vec![input.with_dims(kept)])
}

fn unsqueeze(call: &Call) -> Types {
    let input = call.at(0)?;
    let (Some(dims), Some(list)) = (input.dims(), call.ints_or("axes", 1)) else {
        return Ok(vec![TensorType::unranked(input.dtype())]);
    };
    let chosen = axes(&list, dims.len() + list.len())?;
    let mut rest = dims.iter().cloned();
    let dim = |index: usize| if chosen.contains(&index) { Some(Dim::Size(1)) } else { rest.next() };
    Ok(vec![input.with_dims((0..dims.len() + chosen.len()).filter_map(dim))])
}

/// The order of the dimensions of a transposed tensor.
fn permutation(call: &Call, rank: usize) -> Result<Vec<usize>, Misfit> {
    let order: Vec<usize> = match call.ints("perm") {
        None => (0..rank).rev().collect(),
        Some(list) => list.iter().map(|&entry| axis(entry, rank)).collect::<Result<_, _>>()?,
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted.iter().copied().eq(0..rank) {
        Ok(order)
    } else {
        Err(Misfit::new(format!("does not give an order of {rank} dimensions")))
    }
}

fn transpose(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let order = permutation(call, dims.len())?;
    Ok(vec![input.with_dims(order.into_iter().map(|index| dims[index].clone()))])
}

fn transposed_values(call: &Call) -> Option<Known> {
    let value = call.value(0)?;
    let order = permutation(call, value.shape.len()).ok()?;
    let shape = order.iter().map(|&index| value.shape[index]).collect();
    value.gathered(shape, |place| {
        let mut from = vec![0; place.len()];
        order.iter().zip(place).for_each(|(&index, &at)| from[index] = at);
        from
    })
}

fn concat(call: &Call) -> Types {
    let types: Vec<&TensorType> = call.types.iter().flatten().collect();
    let first = call.at(0)?;
    let known: Option<Vec<&[Dim]>> = types.iter().map(|ty| ty.dims()).collect();
    let Some(all) = known else { return Ok(vec![TensorType::unranked(first.dtype())]) };
    let along = axis(call.int("axis", 1), all[0].len())?;
    let mut dims = all[0].to_vec();
    for other in &all[1..] {
        if other.len() != dims.len() {
            return Err(Misfit::new(format!("joins {} and {} dimensions", dims.len(), other.len())));
        }
        for (index, (dim, other)) in dims.iter_mut().zip(*other).enumerate() {
            if index == along {
                *dim = Dim::compute([dim, other], |[a, b]| a.checked_add(b));
            } else if dim.may_equal(other) {
                *dim = dim.or(other).clone();
            } else {
                return Err(Misfit::new(format!("joins tensors of {dim} and {other} in dimension {index}")));
            }
        }
    }
    Ok(vec![first.with_dims(dims)])
}

/// Those of lists.
fn concat_values(call: &Call) -> Option<Known> {
    let mut ints = Vec::new();
    let mut floats = Vec::new();
    for (index, ty) in call.types.iter().enumerate() {
        match call.value(index) {
            Some(value) if value.shape.len() == 1 => match &value.elements {
                Elements::Ints(more) => ints.extend(more.iter().cloned()),
                Elements::Floats(more) => floats.extend(more),
            },
            Some(_) => return None,
            // Of what is computed otherwise, the number may still be known.
            None => {
                let ty = ty.as_ref().filter(|ty| !ty.dtype().is_float())?;
                let [count] = ty.dims()? else { return None };
                ints.extend(std::iter::repeat_n(Int::Unknown, count.size().filter(|&count| count <= MOST)?));
            }
        }
        if ints.len() + floats.len() > MOST {
            return None;
        }
    }
    match (ints.is_empty(), floats.is_empty()) {
        (_, true) => Some(Known::list(ints)),
        (true, false) => Known::floats(vec![floats.len()], floats),
        (false, false) => None,
    }
}

fn split(call: &Call) -> Types {
    let input = call.at(0)?;
    let outputs = call.outputs.max(1);
    let Some(dims) = input.dims() else { return Ok(vec![input.clone(); outputs]) };
    let along = axis(call.int("axis", 0), dims.len())?;
    let sizes: Vec<Dim> = match call.ints_or("split", 1) {
        Some(sizes) if sizes.len() == outputs => {
            let sum = sizes.iter().try_fold(0_i64, |sum, &size| sum.checked_add(size));
            if let Some(size) = dims[along].size()
                && sum.and_then(|sum| usize::try_from(sum).ok()) != Some(size)
            {
                return Err(Misfit::new(format!("splits a size of {size} into parts of {sizes:?}")));
            }
            sizes.iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size)).collect()
        }
        None if call.get(1).is_none() => match dims[along].size() {
            // The last one is smaller if they cannot be the same.
            Some(size) => {
                let part = size.div_ceil(outputs);
                (0..outputs).map(|index| Dim::Size(part.min(size.saturating_sub(index * part)))).collect()
            }
            None => vec![Dim::Unknown; outputs],
        },
        _ => vec![Dim::Unknown; outputs],
    };
    let output = |size: Dim| {
        let mut dims = dims.to_vec();
        dims[along] = size;
        input.with_dims(dims)
    };
    Ok(sizes.into_iter().map(output).collect())
}

/// Those of lists.
fn split_values(call: &Call) -> Option<Vec<Option<Known>>> {
    let value = call.value(0).filter(|value| value.shape.len() == 1)?;
    let mut rest = value.as_ints()?;
    let mut parts = Vec::new();
    for ty in split(call).ok()? {
        let [dim] = ty.dims()? else { return None };
        let (part, behind) = rest.split_at_checked(dim.size()?)?;
        rest = behind;
        parts.push(Some(Known::list(part.to_vec())));
    }
    Some(parts)
}

/// A shape that an operand holds.
fn target(call: &Call, index: usize) -> Option<Vec<Dim>> {
    call.value(index)?.as_ints().map(dims_of)
}

fn expand(call: &Call) -> Types {
    let input = call.at(0)?;
    let dims = if let Some(shape) = target(call, 1) {
        broadcast([input.dims(), Some(&shape)])?
    } else {
        let rank = call.get(1).and_then(TensorType::dims).and_then(|dims| dims.first()?.size());
        let rank = rank.zip(input.dims()).map(|(rank, dims)| rank.max(dims.len())).filter(|&rank| rank <= MOST);
        rank.map(|rank| vec![Dim::Unknown; rank])
    };
    Ok(vec![typed(input.dtype(), dims)])
}

fn expanded_values(call: &Call) -> Option<Known> {
    let shape: Option<Vec<usize>> = target(call, 1)?.iter().map(Dim::size).collect();
    let value = call.value(0)?;
    let dims: Vec<Dim> = shape?.into_iter().map(Dim::Size).collect();
    let own: Vec<Dim> = value.shape.iter().copied().map(Dim::Size).collect();
    let shape: Option<Vec<usize>> = broadcast([Some(&own[..]), Some(&dims[..])]).ok()??.iter().map(Dim::size).collect();
    let shape = shape?;
    let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    (count <= MOST).then_some(())?;
    let elements = super::elementwise::spread(value, &shape)?;
    Some(Known { shape, elements })
}

fn tile(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let Some(repeats) = call.value(1).and_then(Known::as_ints) else {
        return Ok(vec![of_rank(input.dtype(), dims.len())]);
    };
    let dim = |(dim, repeat): (&Dim, &Int)| match repeat {
        Int::Known(1) => dim.clone(),
        repeat if *dim == Dim::Size(1) => repeat.dim(),
        repeat => Dim::compute([dim, &repeat.dim()], |[size, repeat]| size.checked_mul(repeat)),
    };
    Ok(vec![input.with_dims(dims.iter().zip(repeats).map(dim))])
}

pub(super) fn pad(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let pads = call.ints_or("pads", 1).or_else(|| call.ints("paddings").map(<[i64]>::to_vec));
    let Some(pads) = pads else { return Ok(vec![of_rank(input.dtype(), dims.len())]) };
    let chosen: Vec<usize> = match (call.get(3), call.known_ints(3)) {
        (_, Some(list)) => list.iter().map(|&entry| axis(entry, dims.len())).collect::<Result<_, _>>()?,
        (Some(_), None) => return Ok(vec![of_rank(input.dtype(), dims.len())]),
        (None, None) => (0..dims.len()).collect(),
    };
    if pads.len() != 2 * chosen.len() {
        return Err(Misfit::new(format!("has {} paddings for {} dimensions", pads.len(), chosen.len())));
    }
    let mut padded = dims.to_vec();
    for (place, &index) in chosen.iter().enumerate() {
        let more = pads[place].saturating_add(pads[place + chosen.len()]);
        if more != 0 {
            padded[index] = Dim::compute([&padded[index]], |[size]| {
                usize::try_from(i64::try_from(size).ok()?.checked_add(more)?).ok()
            });
        }
    }
    Ok(vec![input.with_dims(padded)])
}

fn filled(call: &Call) -> Types {
    let dtype = call.tensor("value").map_or(DType::Float32, |(ty, _)| ty.dtype());
    Ok(vec![if let Some(dims) = target(call, 0) {
        TensorType::new(dtype, dims)
    } else {
        let rank = call.get(0).and_then(TensorType::dims).and_then(|dims| dims.first()?.size());
        rank.filter(|&rank| rank <= MOST).map_or(TensorType::unranked(dtype), |rank| of_rank(dtype, rank))
    }])
}

fn filled_values(call: &Call) -> Option<Known> {
    let shape: Option<Vec<usize>> = target(call, 0)?.iter().map(Dim::size).collect();
    let shape = shape?;
    let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    (count <= MOST).then_some(())?;
    let ints = match call.tensor("value") {
        None => return Known::floats(shape, vec![0.0; count]),
        Some((_, value)) => value?.as_ints()?.first()?.clone(),
    };
    Known::ints(shape, vec![ints; count])
}

pub(super) fn range(call: &Call) -> Types {
    let count = range_values(call).map_or(Dim::Unknown, |value| Dim::Size(value.shape[0]));
    let dims = match (call.value(0), call.value(1), call.value(2)) {
        // As many as a symbol says.
        (Some(start), Some(limit), Some(step)) => match (start.as_ints(), limit.as_ints(), step.as_ints()) {
            (Some([Int::Known(0)]), Some([limit]), Some([Int::Known(1)])) => limit.dim(),
            _ => floats_of_range(call).map_or(count, Dim::Size),
        },
        _ => count,
    };
    Ok(vec![TensorType::new(call.at(0)?.dtype(), [dims])])
}

/// The number of floating-point numbers in a range.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as the operator does")]
fn floats_of_range(call: &Call) -> Option<usize> {
    let [start, limit, step] = [0, 1, 2].map(|index| call.value(index)?.as_floats()?.first().copied());
    let count = ((limit? - start?) / step?).ceil();
    (0.0..1e15).contains(&count).then_some(count as usize)
}

fn range_values(call: &Call) -> Option<Known> {
    let [start, limit, step] = [0, 1, 2].map(|index| match call.known_ints(index).as_deref() {
        Some([value]) => Some(*value),
        _ => None,
    });
    let (start, limit, step) = (start?, limit?, step.filter(|&step| step != 0)?);
    let distance = if step > 0 { limit.checked_sub(start)? } else { start.checked_sub(limit)? };
    let count = usize::try_from(distance.max(0).unsigned_abs().div_ceil(step.unsigned_abs())).ok()?;
    (count <= MOST).then_some(())?;
    let at = |index: usize| start.checked_add(step.checked_mul(i64::try_from(index).ok()?)?);
    Some(Known::list((0..count).map(|index| at(index).map(Int::Known)).collect::<Option<_>>()?))
}

/// Blocks of channels as places, or the reverse.
fn blocks(call: &Call, to_space: bool) -> Types {
    let input = call.at(0)?;
    let block = usize::try_from(call.int("blocksize", 1)).unwrap_or(1).max(1);
    let [batch, channels, height, width] = match input.dims() {
        Some([batch, channels, height, width]) => [batch, channels, height, width],
        Some(_) => return Err(Misfit::new(format!("needs an image, but gets {}", input.signature()))),
        None => return Ok(vec![of_rank(input.dtype(), 4)]),
    };
    let more = |dim: &Dim, by: usize| Dim::compute([dim], |[size]| size.checked_mul(by));
    let less = |dim: &Dim, by: usize| Dim::compute([dim], |[size]| (size % by == 0).then(|| size / by));
    let area = block.saturating_mul(block);
    let dims = if to_space {
        [less(channels, area), more(height, block), more(width, block)]
    } else {
        [more(channels, area), less(height, block), less(width, block)]
    };
    Ok(vec![input.with_dims([batch.clone()].into_iter().chain(dims))])
}
