//! Attributes of nodes.

use std::collections::HashMap;

use netviz_model::diagnostics::Diagnostic;
use netviz_model::ir::{Attribute, TensorType};
use netviz_model::schema::{ArgValue, Setting};

use super::tensor::{self, Absent};
use crate::import::Nothing;
use crate::onnx::operators::{Operator, Value};
use crate::onnx::proto::{AttributeProto, AttributeType};
use crate::onnx::types;

/// The longest list that is shown.
const LONGEST: usize = 16;

/// The value of an attribute; `None` for graphs, and for what has no value.
pub(super) fn value(proto: &AttributeProto) -> Option<Value> {
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    Some(Value::Plain(match kind(proto) {
        AttributeType::Int => Attribute::Int(proto.i?),
        AttributeType::Float => Attribute::Float(shortest(proto.f?)),
        AttributeType::String => Attribute::Text(text(proto.s.as_ref()?)),
        AttributeType::Ints => Attribute::Ints(proto.ints.clone()),
        AttributeType::Floats => Attribute::Floats(proto.floats.iter().copied().map(shortest).collect()),
        AttributeType::Strings => Attribute::Texts(proto.strings.iter().map(text).collect()),
        AttributeType::Tensor => {
            let tensor = tensor::read(proto.t.as_deref()?, &Nothing, &mut Absent::default()).ok()?;
            return Some(Value::Tensor(tensor::ty(&tensor), tensor::known(&tensor)));
        }
        AttributeType::TypeProto => return Some(Value::Type(types::read(proto.tp.as_deref()?)?)),
        _ => return None,
    }))
}

/// What an attribute holds. Files before IR version 3 do not say.
fn kind(proto: &AttributeProto) -> AttributeType {
    match AttributeType::try_from(proto.r#type) {
        Ok(AttributeType::Undefined) | Err(_) => {}
        Ok(kind) => return kind,
    }
    let guesses = [
        (proto.t.is_some(), AttributeType::Tensor),
        (proto.g.is_some(), AttributeType::Graph),
        (!proto.ints.is_empty(), AttributeType::Ints),
        (!proto.floats.is_empty(), AttributeType::Floats),
        (!proto.strings.is_empty(), AttributeType::Strings),
        (!proto.graphs.is_empty(), AttributeType::Graphs),
        (proto.s.is_some(), AttributeType::String),
        (proto.f.is_some(), AttributeType::Float),
        (proto.i.is_some(), AttributeType::Int),
    ];
    guesses.into_iter().find(|(holds, _)| *holds).map_or(AttributeType::Undefined, |(_, kind)| kind)
}

/// The number with the fewest digits that is this one in single precision.
fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(value.into())
}

/// Attributes as settings; those of which the operator says that they mean nothing are defaults.
pub(super) fn settings(attributes: &[(String, Value)], operator: Option<&Operator>) -> Vec<Setting> {
    let setting = |(name, value): &(String, Value)| {
        let value = match value {
            Value::Plain(value) => shown(value),
            Value::Tensor(ty, Some(known)) if known.shape.iter().product::<usize>() == 1 => {
                let number = known.as_floats().and_then(|floats| floats.first().copied());
                number.map_or_else(|| ArgValue::name(ty.signature()), whole)
            }
            Value::Tensor(ty, _) | Value::Type(ty) => ArgValue::name(ty.signature()),
        };
        let text = value.to_string();
        let is_default = operator.is_some_and(|it| it.defaults.contains(&(name.as_str(), text.as_str())));
        Setting { name: name.clone().into(), value, is_default }
    };
    attributes.iter().map(setting).collect()
}

/// A number, as a whole one if it is one.
#[expect(clippy::cast_possible_truncation, reason = "compared afterwards")]
fn whole(value: f64) -> ArgValue {
    if value.fract() == 0.0 && value.abs() < 1e15 { ArgValue::Int(value as i64) } else { ArgValue::Float(value) }
}

fn shown(value: &Attribute) -> ArgValue {
    let more = |length: usize| (length > LONGEST).then(|| ArgValue::name(format!("{length} values")));
    match value {
        Attribute::Int(value) => ArgValue::Int(*value),
        Attribute::Float(value) => whole(*value),
        Attribute::Text(text) => ArgValue::name(text.clone()),
        Attribute::Ints(values) => more(values.len()).unwrap_or_else(|| ArgValue::Sizes(values.clone())),
        Attribute::Floats(values) => {
            more(values.len()).unwrap_or_else(|| ArgValue::List(values.iter().copied().map(whole).collect()))
        }
        Attribute::Texts(texts) => {
            more(texts.len()).unwrap_or_else(|| ArgValue::List(texts.iter().cloned().map(ArgValue::name).collect()))
        }
    }
}

/// The attributes of a node, those that refer to the attributes of the surrounding function resolved.
pub(super) fn resolved<'a>(
    own: &'a [AttributeProto],
    given: &HashMap<&'a str, &'a AttributeProto>,
) -> Vec<(&'a str, &'a AttributeProto)> {
    let resolve = |proto: &'a AttributeProto| {
        if proto.ref_attr_name.is_empty() {
            return Some((proto.name.as_str(), proto));
        }
        let found = given.get(proto.ref_attr_name.as_str())?;
        Some((proto.name.as_str(), *found))
    };
    own.iter().filter_map(resolve).collect()
}

/// The error for an operation whose operands do not fit, as a warning.
pub(super) fn doubt(name: &str, misfit: netviz_model::ir::Misfit) -> Diagnostic {
    let diagnostic = misfit.diagnostic(name);
    Diagnostic { severity: netviz_model::diagnostics::Severity::Warning, ..diagnostic }
}

/// A type of which nothing is known.
pub(super) fn unknown() -> TensorType {
    TensorType::unranked(netviz_model::ir::DType::Undefined)
}
