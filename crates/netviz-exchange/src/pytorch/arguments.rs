//! Arguments of operations: what they refer to, and what is shown of them.

use netviz_model::schema::{ArgValue, Setting};

use super::dtype;
use super::operators::{Call, Operator};
use super::schema::{Argument, Named, Symbolic};

/// The longest list that is shown.
const LONGEST: usize = 16;

/// Arguments of many operators that say nothing about the network.
const HIDDEN: &[&str] = &["device", "layout", "memory_format", "pin_memory", "non_blocking", "generator"];

/// The values that an argument refers to, by their names.
pub(super) fn names<'a>(argument: &'a Argument<'a>) -> Vec<&'a str> {
    let several = |tensors: &'a [Named<'a>]| tensors.iter().map(|tensor| tensor.name.as_ref()).collect::<Vec<_>>();
    match argument {
        Argument::Tensor(tensor) => vec![tensor.name.as_ref()],
        Argument::Tensors(tensors) => several(tensors),
        Argument::OptionalTensor(tensor) => names(tensor),
        Argument::OptionalTensors(tensors) => tensors.iter().flat_map(names).collect(),
        Argument::NestedTensors(lists) => lists.iter().flat_map(|list| several(list)).collect(),
        Argument::SymInt(value) | Argument::SymBool(value) | Argument::SymFloat(value) => {
            name(value).into_iter().collect()
        }
        Argument::SymInts(values) => values.iter().filter_map(name).collect(),
        _ => Vec::new(),
    }
}

/// Whether an argument is omitted.
pub(super) fn is_none(argument: &Argument) -> bool {
    match argument {
        Argument::None(_) => true,
        Argument::OptionalTensor(tensor) => is_none(tensor),
        _ => false,
    }
}

fn name<'a>(value: &'a Symbolic<'a>) -> Option<&'a str> {
    match value {
        Symbolic::Name(name) => Some(name),
        _ => None,
    }
}

/// An argument as it is shown; `None` for tensors, and for what says nothing. `size` is the text of a computed size.
pub(super) fn shown(argument: &Argument, size: &dyn Fn(&str) -> String) -> Option<ArgValue> {
    let list = |values: Vec<ArgValue>| match values.len() {
        ..=LONGEST => ArgValue::List(values),
        length => ArgValue::name(format!("{length} values")),
    };
    Some(match argument {
        Argument::Int(value) => ArgValue::Int(*value),
        Argument::Ints(values) if values.is_empty() => return None,
        Argument::Ints(values) if values.len() <= LONGEST => ArgValue::Sizes(values.clone()),
        Argument::Ints(values) => ArgValue::name(format!("{} values", values.len())),
        Argument::Float(value) => number(value.0),
        Argument::Floats(values) => list(values.iter().map(|value| number(value.0)).collect()),
        Argument::String(text) => ArgValue::name(text.to_string()),
        Argument::Strings(texts) => list(texts.iter().map(|text| ArgValue::name(text.to_string())).collect()),
        Argument::Bool(value) => ArgValue::Bool(*value),
        Argument::Bools(values) => list(values.iter().copied().map(ArgValue::Bool).collect()),
        Argument::ScalarType(number) => ArgValue::name(dtype(*number)?.name()),
        Argument::SymInt(value) | Argument::SymFloat(value) | Argument::SymBool(value) => symbolic(value, size)?,
        Argument::SymInts(values) => {
            let values: Vec<ArgValue> = values.iter().filter_map(|value| symbolic(value, size)).collect();
            if values.len() > LONGEST {
                return Some(list(values));
            }
            let sizes: Vec<String> = values
                .iter()
                .map(|value| if *value == ArgValue::Int(-1) { "?".into() } else { value.to_string() })
                .collect();
            ArgValue::name(sizes.join("×"))
        }
        Argument::Operator(name) => ArgValue::name(name.to_string()),
        _ => return None,
    })
}

fn symbolic(value: &Symbolic, size: &dyn Fn(&str) -> String) -> Option<ArgValue> {
    Some(match value {
        Symbolic::Name(name) => ArgValue::name(size(name)),
        Symbolic::Int(value) => ArgValue::Int(*value),
        Symbolic::Float(value) => number(value.0),
        Symbolic::Bool(value) => ArgValue::Bool(*value),
        Symbolic::Other(_) => return None,
    })
}

/// A number, as a whole one if it is one; infinity and NaN are words.
#[expect(clippy::cast_possible_truncation, reason = "compared before")]
fn number(value: f64) -> ArgValue {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        ArgValue::Int(value as i64)
    } else if value.is_finite() {
        ArgValue::Float(value)
    } else {
        ArgValue::name(value.to_string())
    }
}

/// What is shown of the arguments of an operation, by their names.
pub(super) fn settings(values: Vec<(&str, ArgValue)>, call: &Call, operator: Option<&Operator>) -> Vec<Setting> {
    let is_shown = |name: &str| !HIDDEN.contains(&name) && !operator.is_some_and(|it| it.hidden.contains(&name));
    let derived =
        operator.and_then(|it| it.derived).and_then(|(name, value)| Some((name, ArgValue::sizes(value(call)?))));
    let setting = |(name, value): (&str, ArgValue)| {
        let text = value.to_string();
        let is_default = operator.is_some_and(|it| it.defaults.contains(&(name, text.as_str())));
        Setting { name: name.to_owned().into(), value, is_default }
    };
    derived.into_iter().chain(values.into_iter().filter(|(name, _)| is_shown(name))).map(setting).collect()
}
