//! Arguments with their effective values, as pictures, tables, JSON and comparisons show them.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value as Json;

/// The value of an argument.
///
/// [`Display`](fmt::Display) is its only text form: `512`, `relu`, `3×3`, `rmsprop: {learning_rate: 0.001}`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ArgValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Float(f64),
    /// A word, such as `relu` or `same`.
    Name(Cow<'static, str>),
    /// Sizes of several dimensions, height before width; -1 is inferred. Shown as `3×3`.
    Sizes(Vec<i64>),
    /// Values of the same kind. Shown as `1, 2`.
    List(Vec<ArgValue>),
    /// A choice with arguments, such as an optimizer, or arguments alone.
    Record {
        /// What is chosen, such as `rmsprop`; `None` for arguments alone.
        kind: Option<&'static str>,
        /// Its arguments.
        arguments: Vec<Setting>,
    },
}

/// An argument and its effective value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key.
    pub name: Cow<'static, str>,
    /// Its value.
    pub value: ArgValue,
    /// Whether the value is the default.
    pub is_default: bool,
}

/// What has arguments: a layer, an optimizer, the `train` section.
pub trait Settings {
    /// The arguments that have a value, in the order of declaration.
    fn settings(&self) -> Vec<Setting>;
}

impl ArgValue {
    /// A whole number.
    ///
    /// Numbers above `i64::MAX`, which no argument accepts, become `i64::MAX`.
    pub fn int(value: impl TryInto<i64>) -> Self {
        Self::Int(value.try_into().unwrap_or(i64::MAX))
    }

    /// Sizes; see [`Self::int`].
    pub fn sizes(sizes: impl IntoIterator<Item = usize>) -> Self {
        Self::Sizes(sizes.into_iter().map(|size| i64::try_from(size).unwrap_or(i64::MAX)).collect())
    }

    /// A choice with its arguments, such as an optimizer.
    pub fn choice(kind: &'static str, arguments: Vec<Setting>) -> Self {
        Self::Record { kind: Some(kind), arguments }
    }

    /// Arguments alone.
    pub fn arguments(arguments: Vec<Setting>) -> Self {
        Self::Record { kind: None, arguments }
    }

    /// A word.
    pub fn name(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Name(name.into())
    }

    /// The value as JSON: numbers and booleans as such, sizes and lists as arrays, words as strings, arguments as
    /// objects. A choice with arguments is an object with one key, as in a model file.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Name(name) => name.as_ref().into(),
            Self::Sizes(sizes) => sizes.clone().into(),
            Self::List(values) => values.iter().map(Self::to_json).collect(),
            Self::Record { kind: None, arguments } => to_json(arguments),
            Self::Record { kind: Some(kind), arguments } => {
                Json::Object([((*kind).to_owned(), to_json(arguments))].into_iter().collect())
            }
        }
    }
}

/// Arguments as a JSON object.
fn to_json(settings: &[Setting]) -> Json {
    Json::Object(settings.iter().map(|setting| (setting.name.clone().into_owned(), setting.value.to_json())).collect())
}

/// Converts from Rust types with one expression.
macro_rules! from {
    ($($type:ty: |$value:ident| $made:expr;)+) => {
        $(
            impl From<$type> for ArgValue {
                fn from($value: $type) -> Self {
                    $made
                }
            }
        )+
    };
}

from! {
    bool: |value| Self::Bool(value);
    i32: |value| Self::Int(value.into());
    i64: |value| Self::Int(value);
    u32: |value| Self::Int(value.into());
    usize: |value| Self::int(value);
    f32: |value| Self::Float(value.into());
    f64: |value| Self::Float(value);
    &'static str: |name| Self::name(name);
    String: |name| Self::name(name);
    Vec<usize>: |sizes| Self::sizes(sizes);
    Vec<i64>: |sizes| Self::Sizes(sizes);
}

impl<const N: usize> From<[usize; N]> for ArgValue {
    fn from(sizes: [usize; N]) -> Self {
        Self::sizes(sizes)
    }
}

impl<const N: usize> From<[i32; N]> for ArgValue {
    fn from(sizes: [i32; N]) -> Self {
        Self::Sizes(sizes.map(i64::from).into())
    }
}

impl fmt::Display for ArgValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Name(name) => f.write_str(name),
            Self::Sizes(sizes) => separated(f, sizes, "×", |f, &size| match size {
                -1 => f.write_str("?"),
                size => write!(f, "{size}"),
            }),
            Self::List(values) => separated(f, values, ", ", |f, value| write!(f, "{value}")),
            Self::Record { kind, arguments } => {
                if let Some(kind) = kind {
                    write!(f, "{kind}: ")?;
                }
                f.write_str("{")?;
                separated(f, arguments, ", ", |f, setting| write!(f, "{}: {}", setting.name, setting.value))?;
                f.write_str("}")
            }
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter,
    items: &[T],
    separator: &str,
    write: impl Fn(&mut fmt::Formatter, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_text_and_one_json() {
        let setting = |name: &'static str, value| Setting { name: name.into(), value, is_default: false };
        let arguments = vec![
            setting("learning_rate", ArgValue::Float(1e-7)),
            setting("kernel", ArgValue::Sizes(vec![3, -1])),
            setting("nesterov", ArgValue::Bool(true)),
            setting("weights", ArgValue::List(vec![ArgValue::Int(1), ArgValue::Float(2.5)])),
            setting("activation", ArgValue::name("relu")),
        ];
        let record = ArgValue::Record { kind: Some("sgd"), arguments };
        assert_eq!(
            record.to_string(),
            "sgd: {learning_rate: 0.0000001, kernel: 3×?, nesterov: true, weights: 1, 2.5, activation: relu}"
        );
        assert_eq!(
            record.to_json().to_string(),
            r#"{"sgd":{"learning_rate":1e-7,"kernel":[3,-1],"nesterov":true,"weights":[1,2.5],"activation":"relu"}}"#
        );
    }
}
