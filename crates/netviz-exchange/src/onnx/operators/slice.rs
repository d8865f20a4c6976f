//! Parts of a tensor between places.

use netviz_model::category::Category::Shape;
use netviz_model::ir::{Dim, Misfit};

use super::call::{Int, Known};
use super::common::{axis, of_rank};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[Operator::new("Slice", Shape, slice).value(sliced_values)];

/// The places that a slice takes along an axis of a size: the first one, the step and their number.
fn places(size: usize, start: i64, end: i64, step: i64) -> Option<(i64, i64, usize)> {
    let size = i64::try_from(size).ok()?;
    let within =
        |index: i64, low: i64, high: i64| (if index < 0 { index.saturating_add(size) } else { index }).clamp(low, high);
    let (start, end) = match step {
        0 => return None,
        1.. => (within(start, 0, size), within(end, 0, size)),
        // Backwards, the end may be the place before the first.
        _ => (within(start, 0.min(size - 1), size - 1), if end < -size { -1 } else { within(end, -1, size - 1) }),
    };
    let distance = if step > 0 { end - start } else { start - end };
    let count = distance.max(0).unsigned_abs().div_ceil(step.unsigned_abs());
    Some((start, step, usize::try_from(count).ok()?))
}

/// The axes of a slice with start, end and step; `None` for one that is not known.
type Slices = Vec<(usize, [Option<i64>; 3])>;

fn slices(call: &Call, rank: usize) -> Result<Option<Slices>, Misfit> {
    let partly = |name: &str, index: usize| -> Option<Vec<Option<i64>>> {
        match call.ints(name) {
            Some(list) => Some(list.iter().copied().map(Some).collect()),
            None => Some(call.value(index)?.as_ints()?.iter().map(Int::known).collect()),
        }
    };
    let (Some(starts), Some(ends)) = (partly("starts", 1), partly("ends", 2)) else { return Ok(None) };
    let count = starts.len();
    let along = match (partly("axes", 3), call.get(3)) {
        (Some(list), _) => list.into_iter().map(|entry| entry.map(|entry| axis(entry, rank)).transpose()).collect(),
        (None, Some(_)) => return Ok(None),
        (None, None) => Ok((0..count).map(Some).collect::<Vec<_>>()),
    };
    let steps = match (partly("steps", 4), call.get(4)) {
        (Some(list), _) => list,
        (None, Some(_)) => return Ok(None),
        (None, None) => vec![Some(1); count],
    };
    let along: Option<Vec<usize>> = along?.into_iter().collect();
    let Some(along) = along else { return Ok(None) };
    if [ends.len(), along.len(), steps.len()] != [count; 3] || along.iter().any(|&index| index >= rank) {
        return Err(Misfit::new("has starts, ends, axes and steps of different lengths"));
    }
    let triple = (0..count).map(|index| (along[index], [starts[index], ends[index], steps[index]]));
    Ok(Some(triple.collect()))
}

fn slice(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return Ok(vec![input.clone()]) };
    let Some(slices) = slices(call, dims.len())? else { return Ok(vec![of_rank(input.dtype(), dims.len())]) };
    let mut taken = dims.to_vec();
    for (index, [start, end, step]) in slices {
        let all = start == Some(0) && step == Some(1) && end.is_some_and(|end| end >= i64::from(i32::MAX));
        if all {
            continue;
        }
        let known = start.zip(end).zip(step).zip(dims[index].size());
        taken[index] = known.map_or(Dim::Unknown, |(((start, end), step), size)| {
            places(size, start, end, step).map_or(Dim::Unknown, |(_, _, count)| Dim::Size(count))
        });
    }
    Ok(vec![input.with_dims(taken)])
}

/// Along one axis after the other.
fn sliced_values(call: &Call) -> Option<Known> {
    let value = call.value(0)?;
    let slices = slices(call, value.shape.len()).ok()??;
    slices.into_iter().try_fold(value.clone(), |value, (axis, [start, end, step])| {
        let (start, step, count) = places(value.shape[axis], start?, end?, step?)?;
        let at = |index: usize| usize::try_from(start + step * i64::try_from(index).ok()?).ok();
        let taken: Vec<usize> = (0..count).map(at).collect::<Option<_>>()?;
        let mut shape = value.shape.clone();
        shape[axis] = count;
        value.gathered(shape, |place| {
            let mut from = place.to_vec();
            from[axis] = taken[from[axis]];
            from
        })
    })
}
