//! What an operator is applied to, as far as it is known without running the network.

use std::borrow::Cow;

use netviz_model::ir::{Attribute, DType, Dim, Misfit, TensorType};

/// The largest number of elements of a tensor whose values are followed.
pub(crate) const MOST: usize = 4096;

/// A whole number that may be the size of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Int {
    /// A number.
    Known(i64),
    /// The size that a symbol stands for.
    Symbol(Cow<'static, str>),
    /// A number about which nothing is known.
    Unknown,
}

impl Int {
    /// The number, if it is known.
    pub(crate) fn known(&self) -> Option<i64> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Symbol(_) | Self::Unknown => None,
        }
    }

    /// As a dimension; unknown if it is negative.
    pub(crate) fn dim(&self) -> Dim {
        match self {
            Self::Known(value) => usize::try_from(*value).map_or(Dim::Unknown, Dim::Size),
            Self::Symbol(name) => Dim::Symbol(name.clone()),
            Self::Unknown => Dim::Unknown,
        }
    }
}

impl From<&Dim> for Int {
    fn from(dim: &Dim) -> Self {
        match dim {
            Dim::Size(size) => i64::try_from(*size).map_or(Self::Unknown, Self::Known),
            Dim::Symbol(name) => Self::Symbol(name.clone()),
            Dim::Unknown => Self::Unknown,
        }
    }
}

/// Elements of a small tensor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Elements {
    /// Whole numbers and booleans.
    Ints(Vec<Int>),
    /// Floating-point numbers.
    Floats(Vec<f64>),
}

/// A small tensor whose values are known in part, such as a shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    /// Sizes.
    pub(crate) shape: Vec<usize>,
    /// The last dimension fastest; as many as the shape says.
    pub(crate) elements: Elements,
}

impl Known {
    /// A list of whole numbers.
    pub(crate) fn list(ints: Vec<Int>) -> Self {
        Self { shape: vec![ints.len()], elements: Elements::Ints(ints) }
    }

    /// Whole numbers of a shape; `None` if there are not as many.
    pub(crate) fn ints(shape: Vec<usize>, ints: Vec<Int>) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        (count == ints.len()).then_some(Self { shape, elements: Elements::Ints(ints) })
    }

    /// Numbers of a shape; `None` if there are not as many.
    pub(crate) fn floats(shape: Vec<usize>, floats: Vec<f64>) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        (count == floats.len()).then_some(Self { shape, elements: Elements::Floats(floats) })
    }

    /// Elements of this value in another shape, each from the place that `from` gives for its own; `None` if that is outside.
    pub(crate) fn gathered(&self, shape: Vec<usize>, from: impl Fn(&[usize]) -> Vec<usize>) -> Option<Self> {
        let count = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        let place = |mut number: usize| {
            let mut place = vec![0; shape.len()];
            for (at, &size) in place.iter_mut().zip(&shape).rev() {
                *at = number % size;
                number /= size;
            }
            place
        };
        let source = |number: usize| {
            let place = from(&place(number));
            let is_inside = place.iter().zip(&self.shape).all(|(at, size)| at < size);
            is_inside.then(|| place.iter().zip(&self.shape).fold(0, |number, (at, size)| number * size + at))
        };
        let sources: Vec<usize> = (0..count).map(source).collect::<Option<_>>()?;
        match &self.elements {
            Elements::Ints(ints) => {
                Self::ints(shape, sources.into_iter().map(|at| ints.get(at).cloned()).collect::<Option<_>>()?)
            }
            Elements::Floats(floats) => {
                Self::floats(shape, sources.into_iter().map(|at| floats.get(at).copied()).collect::<Option<_>>()?)
            }
        }
    }

    /// The whole numbers, if it holds such.
    pub(crate) fn as_ints(&self) -> Option<&[Int]> {
        match &self.elements {
            Elements::Ints(ints) => Some(ints),
            Elements::Floats(_) => None,
        }
    }

    /// All numbers, if they are known.
    pub(crate) fn as_floats(&self) -> Option<Vec<f64>> {
        match &self.elements {
            Elements::Ints(ints) => ints.iter().map(|int| int.known().map(|value| value as f64)).collect(),
            Elements::Floats(floats) => Some(floats.clone()),
        }
    }
}

/// An operator with its attributes and operands.
pub(crate) struct Call<'a> {
    /// The version of the operator's set.
    pub(crate) opset: i64,
    /// Its attributes by name, in the order of the file.
    pub(crate) attributes: &'a [(String, Value)],
    /// The types of the operands; `None` for absent ones. An operand of which nothing is known has an unranked type.
    pub(crate) types: &'a [Option<TensorType>],
    /// The values of small operands, where they are known.
    pub(crate) values: &'a [Option<Known>],
    /// The number of outputs that the file names.
    pub(crate) outputs: usize,
    /// The outputs of its bodies, by the name of the attribute.
    pub(crate) bodies: &'a [(String, Vec<Given>)],
}

/// What is known about an output of a body.
pub(crate) struct Given {
    pub(crate) ty: TensorType,
    pub(crate) known: Option<Known>,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Numbers and texts.
    Plain(Attribute),
    /// A tensor: its type, and its values if it is small.
    Tensor(TensorType, Option<Known>),
    /// A type.
    Type(TensorType),
}

/// The types of the outputs, or why the operands do not fit.
pub(crate) type Types = Result<Vec<TensorType>, Misfit>;

impl<'a> Call<'a> {
    /// An operator of the newest version without attributes.
    #[cfg(test)]
    pub(super) fn of(types: &'a [Option<TensorType>]) -> Self {
        Self { opset: i64::MAX, attributes: &[], types, values: &[], outputs: 1, bodies: &[] }
    }

    fn attribute(&self, name: &str) -> Option<&'a Value> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A whole number; `default` if there is no such attribute.
    pub(crate) fn int(&self, name: &str, default: i64) -> i64 {
        self.maybe_int(name).unwrap_or(default)
    }

    /// A whole number, if there is such an attribute.
    pub(crate) fn maybe_int(&self, name: &str) -> Option<i64> {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Int(value))) => Some(*value),
            _ => None,
        }
    }

    /// A number; `default` if there is no such attribute.
    pub(crate) fn float(&self, name: &str, default: f64) -> f64 {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Float(value))) => *value,
            _ => default,
        }
    }

    /// Whole numbers.
    pub(crate) fn ints(&self, name: &str) -> Option<&'a [i64]> {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Ints(values))) => Some(values),
            _ => None,
        }
    }

    /// Numbers.
    pub(crate) fn floats(&self, name: &str) -> Option<&'a [f64]> {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Floats(values))) => Some(values),
            _ => None,
        }
    }

    /// Texts.
    pub(crate) fn texts(&self, name: &str) -> Option<&'a [String]> {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Texts(texts))) => Some(texts),
            _ => None,
        }
    }

    /// A text; `default` if there is no such attribute.
    pub(crate) fn text(&self, name: &str, default: &'a str) -> &'a str {
        match self.attribute(name) {
            Some(Value::Plain(Attribute::Text(text))) => text,
            _ => default,
        }
    }

    /// A tensor.
    pub(crate) fn tensor(&self, name: &str) -> Option<(&'a TensorType, Option<&'a Known>)> {
        match self.attribute(name) {
            Some(Value::Tensor(ty, values)) => Some((ty, values.as_ref())),
            _ => None,
        }
    }

    /// A type.
    pub(crate) fn ty(&self, name: &str) -> Option<&'a TensorType> {
        match self.attribute(name) {
            Some(Value::Type(ty)) => Some(ty),
            _ => None,
        }
    }

    /// The element type that an attribute names by its number.
    pub(crate) fn dtype(&self, name: &str) -> Option<DType> {
        crate::onnx::types::dtype(self.maybe_int(name)?)
    }

    /// The number of operands, absent ones at the end left out.
    pub(crate) fn count(&self) -> usize {
        self.types.iter().rposition(Option::is_some).map_or(0, |last| last + 1)
    }

    /// The type of an operand, if it is there.
    pub(crate) fn get(&self, index: usize) -> Option<&'a TensorType> {
        self.types.get(index)?.as_ref()
    }

    /// The type of an operand that must be there.
    pub(crate) fn at(&self, index: usize) -> Result<&'a TensorType, Misfit> {
        self.get(index).ok_or_else(|| Misfit::new(format!("lacks operand {}", index + 1)))
    }

    /// The dimensions of an operand that must be there, if their number is known.
    pub(crate) fn dims(&self, index: usize) -> Result<Option<&'a [Dim]>, Misfit> {
        Ok(self.at(index)?.dims())
    }

    /// The values of an operand, as far as they are known.
    pub(crate) fn value(&self, index: usize) -> Option<&'a Known> {
        self.values.get(index)?.as_ref()
    }

    /// Whole numbers that are an operand, if all of them are known.
    pub(crate) fn known_ints(&self, index: usize) -> Option<Vec<i64>> {
        self.value(index)?.as_ints()?.iter().map(Int::known).collect()
    }

    /// Whole numbers that were an attribute in early versions and are an operand since: the attribute if there is one.
    pub(crate) fn ints_or(&self, name: &str, index: usize) -> Option<Vec<i64>> {
        self.ints(name).map(<[i64]>::to_vec).or_else(|| self.known_ints(index))
    }

    /// Bodies that must be there.
    pub(crate) fn needs(&self, names: &[&str]) -> Result<(), Misfit> {
        match names.iter().find(|name| !self.bodies.iter().any(|(known, _)| known == *name)) {
            Some(name) => Err(Misfit::new(format!("lacks the body `{name}`"))),
            None => Ok(()),
        }
    }

    /// The outputs of a body; none if there is no such body.
    pub(crate) fn body(&self, name: &str) -> &'a [Given] {
        self.bodies.iter().find(|(known, _)| known == name).map_or(&[], |(_, outputs)| outputs)
    }
}
