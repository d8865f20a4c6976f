//! Operators with bodies.

use netviz_model::ir::{Dim, TensorType};

use super::call::{Given, Known};
use super::common::{axis, either, typed};
use super::{Call, Operator, Types};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("If", branches)
        .values(|call| taken(call).unwrap_or_default().iter().map(|output| output.known.clone()).collect()),
    Operator::plain("Loop", repeated).repeats(iterations),
    Operator::plain("Scan", scanned).repeats(|call| steps(call).size()).defaults(&[
        ("directions", "0"),
        ("scan_input_directions", "0"),
        ("scan_output_directions", "0"),
        ("scan_input_axes", "0"),
        ("scan_output_axes", "0"),
    ]),
];

/// What a condition is, if it is known.
fn holds(value: &Known) -> Option<bool> {
    value.as_ints()?.first()?.known().map(|value| value != 0)
}

/// The outputs of the branch that runs, if it is known.
fn taken<'a>(call: &Call<'a>) -> Option<&'a [Given]> {
    Some(call.body(if holds(call.value(0)?)? { "then_branch" } else { "else_branch" }))
}

/// Whether a body is a branch that never runs.
pub(in crate::onnx) fn is_dead(call: &Call, kind: &str, body: &str) -> bool {
    kind == "If" && call.value(0).and_then(holds).is_some_and(|holds| (body == "then_branch") != holds)
}

/// What the branch gives that runs, or what both give.
fn branches(call: &Call) -> Types {
    call.needs(&["then_branch", "else_branch"])?;
    if let Some(taken) = taken(call) {
        return Ok(taken.iter().map(|output| output.ty.clone()).collect());
    }
    let (yes, no) = (call.body("then_branch"), call.body("else_branch"));
    Ok(yes.iter().zip(no).map(|(yes, no)| either(&yes.ty, &no.ty)).collect())
}

/// The largest number of iterations, if a loop has one; loops that run until a condition fails have a very large one.
fn iterations(call: &Call) -> Option<usize> {
    let most = *call.known_ints(0)?.first()?;
    let starts = call.get(1).is_none() || call.value(1).and_then(holds)?;
    let count = if starts { usize::try_from(most).unwrap_or(0) } else { 0 };
    (count < i32::MAX as usize).then_some(count)
}

/// The variables of a loop, then what each iteration adds to lists.
fn repeated(call: &Call) -> Types {
    call.needs(&["body"])?;
    let variables = call.types.len().saturating_sub(2);
    let Some((goes_on, outputs)) = call.body("body").split_first() else { return Ok(Vec::new()) };
    let ends_early = goes_on.known.as_ref().and_then(holds) != Some(true);
    let count = iterations(call).filter(|_| !ends_early);
    let (carried, listed) = outputs.split_at_checked(variables).unwrap_or_default();
    // A loop may end before the first iteration.
    let carried = carried.iter().enumerate().map(|(index, output)| match call.get(index + 2) {
        Some(start) if count.is_none_or(|count| count == 0) && start.containers() == output.ty.containers() => {
            either(start, &output.ty)
        }
        _ => output.ty.clone(),
    });
    let length = count.map_or(Dim::Unknown, Dim::Size);
    let listed = listed.iter().map(|output| stacked(&output.ty, 0, &length));
    Ok(carried.chain(listed).collect())
}

/// A list of tensors as one with another dimension.
fn stacked(ty: &TensorType, at: usize, count: &Dim) -> TensorType {
    let dims = ty.dims().map(|dims| {
        let mut dims = dims.to_vec();
        dims.insert(at.min(dims.len()), count.clone());
        dims
    });
    typed(ty.dtype(), dims)
}

/// The number of operands of a scan that it goes through, its first operand among those, and the states before them.
struct Scanned {
    start: usize,
    states: usize,
    sequences: usize,
}

fn parts(call: &Call) -> Scanned {
    // Before opset 9, the lengths of the sequences come first.
    let start = usize::from(call.opset < 9);
    let sequences = usize::try_from(call.int("num_scan_inputs", 0)).unwrap_or(0);
    let states = call.types.len().saturating_sub(start).saturating_sub(sequences);
    Scanned { start, states, sequences }
}

/// The number of steps of a scan: the size of what it goes through.
fn steps(call: &Call) -> Dim {
    let Scanned { start, states, sequences } = parts(call);
    let axes = call.ints("scan_input_axes").unwrap_or_default();
    let size = |index: usize| {
        let dims = call.get(start + states + index)?.dims()?;
        // Before opset 9, the batch comes first.
        let along = axes.get(index).copied().unwrap_or(i64::from(call.opset < 9));
        dims.get(axis(along, dims.len()).ok()?).cloned()
    };
    (0..sequences).filter_map(size).find(|dim| *dim != Dim::Unknown).unwrap_or(Dim::Unknown)
}

/// The states, then what each step adds to lists.
fn scanned(call: &Call) -> Types {
    call.needs(&["body"])?;
    let Scanned { start, states, .. } = parts(call);
    let body = call.body("body");
    let (ends, listed) = body.split_at_checked(states).unwrap_or((body, &[]));
    let count = steps(call);
    let batch = (call.opset < 9).then(|| call.get(start)?.dims()?.first().cloned());
    let axes = call.ints("scan_output_axes").unwrap_or_default();
    let place = |index: usize, ty: &TensorType| {
        let along = axes.get(index).copied().unwrap_or(0);
        ty.dims().and_then(|dims| axis(along, dims.len() + 1).ok()).unwrap_or(0)
    };
    let with_batch = |ty: TensorType| match &batch {
        Some(batch) => stacked(&ty, 0, batch.as_ref().unwrap_or(&Dim::Unknown)),
        None => ty,
    };
    let ends = ends.iter().enumerate().map(|(index, output)| match call.get(start + index) {
        // The shape of a state does not change.
        Some(first) if first.dims().is_some() => first.clone(),
        _ => with_batch(output.ty.clone()),
    });
    let listed = listed
        .iter()
        .enumerate()
        .map(|(index, output)| with_batch(stacked(&output.ty, place(index, &output.ty), &count)));
    Ok(ends.chain(listed).collect())
}
