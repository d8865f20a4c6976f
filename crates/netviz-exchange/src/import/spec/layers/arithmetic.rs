//! Constant factors and terms of channels, which belong to the layer before, or are a convolution of each channel
//! by itself.

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::draft::AFFINE;
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Sub"], |call| constant(call, Change::Subtract)),
    onnx(&["Div"], |call| constant(call, Change::Divide)),
    aten(&["sub"], |call| constant(call, Change::Subtract)),
    aten(&["div"], |call| {
        call.without(&["rounding_mode"])?;
        constant(call, Change::Divide)
    }),
    keras(&["Subtract", "subtract"], |call| constant(call, Change::Subtract)),
    keras(&["TrueDivide", "Divide", "divide", "truediv"], |call| constant(call, Change::Divide)),
    keras(&["Rescaling"], |call| {
        let view = call.view(0)?;
        let [scale, offset] = [call.float("scale", 1.0)?, call.float("offset", 0.0)?];
        let view = filled(call, &view, Change::Multiply, scale)?;
        Ok(vec![Known::View(if offset == 0.0 { view } else { filled(call, &view, Change::Add, offset)? })])
    }),
];

/// What a constant does to each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Add,
    Subtract,
    Multiply,
    Divide,
}

fn constant(call: &mut Call, change: Change) -> Mapped {
    with_constant(call, change)?.ok_or_else(|| Reason::because("it is not with a constant"))
}

/// The result of arithmetic with a constant; `None` if both operands depend on the input.
pub(super) fn with_constant(call: &mut Call, change: Change) -> Result<Option<Vec<Known>>, Reason> {
    let is_turned = matches!(change, Change::Add | Change::Multiply);
    let (view, weight) = match (call.operand(0), call.operand(1)) {
        (Known::View(view), Known::Weight(weight)) => (view.clone(), weight.clone()),
        (Known::Weight(weight), Known::View(view)) if is_turned => (view.clone(), weight.clone()),
        (Known::View(view), Known::Absent) => {
            let number = ["other", "y", "value"].iter().find(|name| call.setting(name).is_some());
            let Some(name) = number else { return Ok(None) };
            let (view, value) = (view.clone(), call.float(name, 0.0)?);
            return Ok(Some(vec![Known::View(filled(call, &view, change, value)?)]));
        }
        _ => return Ok(None),
    };
    if weight.elements() == 1 {
        let value = weight.scalar().ok_or_else(|| Reason::because("its constant cannot be read"))?;
        return Ok(Some(vec![Known::View(filled(call, &view, change, value.into())?)]));
    }
    // Shapes are aligned at their ends.
    let first = view.rank().checked_sub(weight.shape().len());
    let axes = first.map(|first| (first..view.rank()).zip(weight.shape()).filter(|(_, size)| **size > 1));
    let axes: Vec<usize> = axes.into_iter().flatten().map(|(axis, _)| axis).collect();
    let [axis] = axes[..] else { return Err(Reason::because("its constant is not one value for each channel")) };
    let (view, weight) = by_channel(call, view, axis, &weight)?;
    Ok(Some(vec![Known::View(changed(call, &view, change, &weight))]))
}

/// A view whose values have the channels first, and the constants in that order.
fn by_channel(call: &mut Call, view: View, axis: usize, weight: &Weight) -> Result<(View, Weight), Reason> {
    let misfit = || Reason::because("its constant is not one value for each channel");
    let weight = weight.reshaped(&[view.size(axis)]).ok_or_else(misfit)?;
    let is_first = view.order([axis]) == [1] && view.sizes == call.draft.sizes(view.source);
    if is_first && matches!(view.sizes.len(), 1 | 3) {
        return Ok((view, weight));
    }
    if view.rank() == 4 && matches!(axis, 1 | 3) {
        let (source, sizes) = call.image(&view, axis == 3)?;
        return Ok((Call::as_image(source, sizes, axis == 3), weight));
    }
    let is_flat = (0..view.rank()).all(|other| other == axis || view.axes[other] == [0] || view.size(other) == 1);
    if !is_flat {
        return Err(misfit());
    }
    let (source, places) = call.draft.vector(&view, axis)?;
    if places.is_some() {
        return Err(misfit());
    }
    let place = [view.batch().unwrap_or_default(), axis];
    Ok((View::vector(source, weight.elements(), view.rank(), place), weight))
}

/// A number, for every channel.
#[expect(clippy::cast_possible_truncation, reason = "weights of netviz have 32 bits")]
fn filled(call: &mut Call, view: &View, change: Change, value: f64) -> Result<View, Reason> {
    if matches!(change, Change::Add | Change::Subtract) && value == 0.0
        || matches!(change, Change::Multiply | Change::Divide) && value == 1.0
    {
        return Ok(view.clone());
    }
    let channels = *call.draft.sizes(view.source).first().ok_or(Reason::Follows)?;
    Ok(changed(call, view, change, &Weight::filled(&[channels], value as f32)))
}

fn changed(call: &mut Call, view: &View, change: Change, weight: &Weight) -> View {
    let weight = match change {
        Change::Add => ("shift", weight.clone()),
        Change::Subtract => ("shift", weight.map(|value| -value)),
        Change::Multiply => ("scale", weight.clone()),
        Change::Divide => ("scale", weight.map(|value| 1.0 / value)),
    };
    let sizes = call.draft.sizes(view.source).to_vec();
    view.of(call.push(AFFINE, Vec::new(), vec![view.source], vec![weight], vec![sizes]))
}
