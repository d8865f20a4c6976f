//! Attributes and constants in ONNX's form.

use crate::onnx::proto::{AttributeProto, AttributeType, FLOAT, INT64, TensorProto};
use netviz_model::ir::{Attribute, ConstantValue};

/// A named attribute.
pub(super) fn attribute(name: &str, value: &Attribute) -> AttributeProto {
    let named =
        |r#type: AttributeType| AttributeProto { name: name.into(), r#type: r#type.into(), ..Default::default() };
    match value {
        Attribute::Int(value) => AttributeProto { i: Some(*value), ..named(AttributeType::Int) },
        Attribute::Float(value) => AttributeProto { f: Some(single(*value)), ..named(AttributeType::Float) },
        Attribute::Text(text) => AttributeProto { s: Some(text.clone().into_bytes()), ..named(AttributeType::String) },
        Attribute::Ints(values) => AttributeProto { ints: values.clone(), ..named(AttributeType::Ints) },
        Attribute::Floats(values) => {
            AttributeProto { floats: values.iter().copied().map(single).collect(), ..named(AttributeType::Floats) }
        }
        Attribute::Texts(texts) => {
            let strings = texts.iter().map(|text| text.clone().into_bytes()).collect();
            AttributeProto { strings, ..named(AttributeType::Strings) }
        }
    }
}

/// A constant as an initializer.
pub(super) fn constant(name: String, value: &ConstantValue) -> TensorProto {
    match value {
        ConstantValue::Float(value) => {
            let raw_data = single(*value).to_le_bytes().to_vec().into();
            TensorProto { data_type: FLOAT, name, raw_data, ..Default::default() }
        }
        ConstantValue::Ints(values) => {
            let dims = vec![i64::try_from(values.len()).unwrap_or(i64::MAX)];
            let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            TensorProto { dims, data_type: INT64, name, raw_data, ..Default::default() }
        }
    }
}

/// ONNX's attributes and weights are single precision.
#[expect(clippy::cast_possible_truncation, reason = "as the format has it")]
fn single(value: f64) -> f32 {
    value as f32
}
