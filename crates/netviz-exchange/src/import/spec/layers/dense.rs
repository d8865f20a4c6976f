//! `dense`

use netviz_model::schema::ArgValue;

use super::activation::applied;
use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::view::View;
use crate::import::spec::weight::Weight;

pub(super) const ENTRIES: &[Entry] = &[
    onnx(&["Gemm"], |call| {
        if call.float("alpha", 1.0)? != 1.0 || call.float("beta", 1.0)? != 1.0 || call.flag("transA", false) {
            return Err(Reason::because("it scales or transposes"));
        }
        let (weight, bias) = (call.weight(1)?, call.optional(2)?);
        let weight = if call.flag("transB", false) { weight } else { turned(&weight)? };
        dense(call, 0, &weight, bias)
    }),
    onnx(&["MatMul"], |call| {
        let weight = turned(&call.weight(1)?)?;
        dense(call, 0, &weight, None)
    }),
    aten(&["linear"], |call| {
        let (weight, bias) = (call.weight(1)?, call.optional(2)?);
        dense(call, 0, &weight, bias)
    }),
    aten(&["addmm"], |call| {
        if call.float("alpha", 1.0)? != 1.0 || call.float("beta", 1.0)? != 1.0 {
            return Err(Reason::because("it scales"));
        }
        let (bias, weight) = (call.weight(0)?, turned(&call.weight(2)?)?);
        dense(call, 1, &weight, Some(bias))
    }),
    aten(&["mm", "matmul"], |call| {
        let weight = turned(&call.weight(1)?)?;
        dense(call, 0, &weight, None)
    }),
    keras(&["Dense"], |call| of_keras(call, call.flag("use_bias", true), false)),
    keras(&["EinsumDense"], |call| {
        let is_turned = call.text("equation").and_then(matrix);
        let is_turned = is_turned.ok_or_else(|| Reason::because("it is no product with a matrix along the last dimension"))?;
        of_keras(call, call.setting("bias_axes").is_some(), is_turned)
    }),
];

/// A layer of Keras, whose kernel is inputs × units, or units × inputs if it is turned.
fn of_keras(call: &mut Call, has_bias: bool, is_turned: bool) -> Mapped {
    let rest = if has_bias { 3 } else { 2 };
    let adapted = if call.int("lora_rank", 0) > 0 { 2 } else { 0 };
    let kernel = call.adapted(1, rest)?;
    if call.operands.len() > rest + adapted {
        return Err(Reason::because("it has more weights than a dense layer"));
    }
    let weight = if is_turned { kernel } else { turned(&kernel)? };
    let bias = if has_bias { Some(call.weight(2)?) } else { None };
    let known = dense(call, 0, &weight, bias)?;
    match &known[..] {
        [Known::View(view)] => Ok(vec![Known::View(applied(call, view)?)]),
        _ => Ok(known),
    }
}

/// Whether the second operand of an equation such as `ab,cb->ac`, which is a matrix, has the outputs first; `None` if the
/// equation is another one.
fn matrix(equation: &str) -> Option<bool> {
    let (inputs, output) = equation.split_once("->")?;
    let (input, kernel) = inputs.split_once(',')?;
    let ends = |text: &str| match text.trim().replace("...", "…").chars().collect::<Vec<char>>()[..] {
        [first, last] => Some((first, last)),
        _ => None,
    };
    let ((batch, feature), (own, unit)) = (ends(input)?, ends(output)?);
    match ends(kernel)? {
        kernel if batch == own && kernel == (feature, unit) => Some(false),
        kernel if batch == own && kernel == (unit, feature) => Some(true),
        _ => None,
    }
}

fn turned(weight: &Weight) -> Result<Weight, Reason> {
    match weight.shape() {
        [_, _] => Ok(weight.transposed(&[1, 0])),
        _ => Err(Reason::because("its weights are no matrix")),
    }
}

/// The last dimension of an operand, which must be the only one besides the batch, times the weights (units ×
/// inputs).
fn dense(call: &mut Call, operand: usize, weight: &Weight, bias: Option<Weight>) -> Mapped {
    let view = call.view(operand)?;
    let [units, inputs] = *weight.shape() else { return Err(Reason::because("its weights are no matrix")) };
    let axis = view.rank().saturating_sub(1);
    let is_flat = (0..axis).all(|other| view.axes[other] == [0] || view.size(other) == 1);
    if !is_flat || view.size(axis) != inputs || view.batch().is_none() {
        return Err(Reason::because("its input has more than one dimension"));
    }
    let (source, places) = call.draft.vector(&view, axis)?;
    // The inputs in the order of netviz.
    let weight = match places {
        Some(places) => weight.taken(1, places),
        None => weight.clone(),
    };
    let bias = match bias {
        Some(bias) if bias.elements() == 1 && units > 1 => {
            let value = bias.scalar().ok_or_else(|| Reason::because("its bias cannot be read"))?;
            Some(Weight::filled(&[units], value))
        }
        Some(bias) => Some(bias.reshaped(&[units]).ok_or_else(|| Reason::because("its bias is no vector"))?),
        None => None,
    };
    let arguments = vec![("units", ArgValue::int(units)), ("use_bias", ArgValue::Bool(bias.is_some()))];
    let weights = std::iter::once(("weight", weight)).chain(bias.map(|bias| ("bias", bias))).collect();
    let source = call.push("dense", arguments, vec![source], weights, vec![vec![units]]);
    let place = [view.batch().unwrap_or_default(), axis];
    Ok(vec![Known::View(View::vector(source, units, view.rank(), place))])
}
