//! What an operation of a graph is given besides values: attributes, and sizes of stored tensors.

use netviz_model::ir::{self, Dim};
use netviz_model::schema::ArgValue;

use super::super::{Argument, Net};
use super::parse::{Setting, Wanted};

/// Operands that were attributes in early versions of ONNX.
const OPERANDS: &[(&str, &[&str])] = &[
    ("Clip", &["input", "min", "max"]),
    ("ReduceL2", &["data", "axes"]),
    ("ReduceMean", &["data", "axes"]),
    ("Slice", &["data", "starts", "ends", "axes", "steps"]),
];

/// The value of an attribute, or of the operand in its place.
pub(super) enum Value {
    Absent,
    Numbers(Vec<f64>),
    /// It is computed, or no number.
    Unknown,
}

/// The numbers of an attribute, or of the operand in its place.
pub(super) fn value(net: &Net, node: usize, name: &str) -> Value {
    let kind = net.word(node);
    let operands = OPERANDS.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, names)| names);
    let place = operands.iter().position(|known| *known == name);
    if let Some(&operand) = place.and_then(|place| net.operands(node).get(place))
        && operand != ir::Operand::Absent
    {
        return net.numbers(operand.into()).map_or(Value::Unknown, Value::Numbers);
    }
    net.setting(node, name).map_or(Value::Absent, |value| numbers(&value).map_or(Value::Unknown, Value::Numbers))
}

fn numbers(value: &ArgValue) -> Option<Vec<f64>> {
    match value {
        ArgValue::Bool(is_set) => Some(vec![f64::from(u8::from(*is_set))]),
        ArgValue::Int(number) => Some(vec![*number as f64]),
        ArgValue::Float(number) => Some(vec![*number]),
        ArgValue::Sizes(numbers) => Some(numbers.iter().map(|&number| number as f64).collect()),
        _ => None,
    }
}

/// Whether an attribute is what a pattern wants; `axes` is the number of the last axes that the pattern is about.
pub(super) fn is_as_wanted(net: &Net, node: usize, name: &str, wanted: Wanted, axes: &mut Option<usize>) -> bool {
    let given = match value(net, node, name) {
        Value::Absent => return wanted.is_default,
        Value::Unknown => return false,
        Value::Numbers(given) => given,
    };
    match wanted.value {
        Setting::Number(number) => matches!(given[..], [given] if is_about(given, number)),
        Setting::Last => whole(&given)
            .and_then(|axes| last(net, node, axes))
            .is_some_and(|count| *axes.get_or_insert(count) == count),
        Setting::Swap => whole(&given).is_some_and(|order| is_swap(&order)),
    }
}

/// Numbers as whole ones, if they are such.
#[expect(clippy::cast_possible_truncation, reason = "larger ones stand for the end of a dimension")]
pub(super) fn whole(numbers: &[f64]) -> Option<Vec<i64>> {
    numbers.iter().map(|&number| (number.fract() == 0.0).then_some(number as i64)).collect()
}

/// The number of axes, if they are the last ones of the first operand.
fn last(net: &Net, node: usize, mut axes: Vec<i64>) -> Option<usize> {
    let first = net.operands(node).first().and_then(|operand| operand.value())?;
    let rank = net.ty(first).dims().and_then(|dims| i64::try_from(dims.len()).ok());
    for axis in axes.iter_mut().filter(|axis| **axis >= 0) {
        *axis -= rank?;
    }
    axes.sort_unstable();
    let is_run = axes.iter().rev().zip(1..).all(|(&axis, place)| axis == -place);
    (is_run && !axes.is_empty()).then_some(axes.len())
}

/// Whether an order of dimensions exchanges the second and the third one alone.
fn is_swap(order: &[i64]) -> bool {
    let swapped = [0, 2, 1].into_iter().chain(3..);
    order.len() > 2 && order.iter().copied().zip(swapped).all(|(from, place)| from == place)
}

/// The sizes of a stored or computed tensor that are not 1, each with its place from the end, the last one 1; `None` if
/// they are not known.
pub(super) fn sizes(net: &Net, operand: Argument) -> Option<Vec<(usize, usize)>> {
    let sizes: Vec<usize> = match operand {
        Argument::Value(value) => net.ty(value).dims()?.iter().map(Dim::size).collect::<Option<_>>()?,
        _ => net.shape(operand)?.to_vec(),
    };
    let places = sizes.into_iter().rev().enumerate();
    Some(places.filter(|&(_, size)| size != 1).map(|(place, size)| (place + 1, size)).collect())
}

/// Whether a number is another one but for rounding: exporters write constants with single precision or less.
pub(super) fn is_about(number: f64, other: f64) -> bool {
    (number - other).abs() <= 1e-3 * other.abs().max(1e-3)
}
