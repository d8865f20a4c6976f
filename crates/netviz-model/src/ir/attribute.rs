//! Attributes of operations, as formats write them.

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// A whole number.
    Int(i64),
    /// A number; single precision where ONNX stores it.
    Float(f64),
    /// A text.
    Text(String),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Numbers.
    Floats(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
}

/// An operation as ONNX writes it: attributes, and the values of operands that are constants there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnnxForm {
    /// Attributes by name, in the order of ONNX's documentation. Omitted ones have ONNX's default.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Settings that ONNX takes as trailing operands, by the names of these operands.
    pub constants: Vec<(&'static str, ConstantValue)>,
}

/// The value of a constant operand.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstantValue {
    /// A single number, in 32 bits.
    Float(f64),
    /// A list of 64-bit integers.
    Ints(Vec<i64>),
}

impl OnnxForm {
    /// Attributes alone.
    pub fn attributes(attributes: impl IntoIterator<Item = (&'static str, Attribute)>) -> Self {
        Self { attributes: attributes.into_iter().collect(), constants: Vec::new() }
    }

    /// A constant operand alone.
    pub fn constant(name: &'static str, value: ConstantValue) -> Self {
        Self { attributes: Vec::new(), constants: vec![(name, value)] }
    }

    /// A whole number; `default` if it is omitted, `None` if it has another type.
    pub fn int(&self, name: &str, default: i64) -> Option<i64> {
        match self.get(name) {
            None => Some(default),
            Some(Attribute::Int(value)) => Some(*value),
            Some(_) => None,
        }
    }

    /// A number; `default` if it is omitted, `None` if it has another type.
    pub fn float(&self, name: &str, default: f64) -> Option<f64> {
        match self.get(name) {
            None => Some(default),
            Some(Attribute::Float(value)) => Some(*value),
            Some(_) => None,
        }
    }

    /// Whole numbers; `None` if they are omitted or have another type.
    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.get(name) {
            Some(Attribute::Ints(values)) => Some(values),
            _ => None,
        }
    }

    /// A text; `None` if it is omitted or has another type.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Attribute::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value of a constant operand.
    pub fn operand(&self, name: &str) -> Option<&ConstantValue> {
        self.constants.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// A size as ONNX stores it; sizes above `i64::MAX` do not occur in a checked network.
pub(super) fn int(size: usize) -> Attribute {
    Attribute::Int(to_i64(size))
}

/// Sizes as ONNX stores them.
pub(super) fn ints(sizes: impl IntoIterator<Item = usize>) -> Attribute {
    Attribute::Ints(sizes.into_iter().map(to_i64).collect())
}

/// A size as a number that may also be -1; see [`int`].
pub(crate) fn to_i64(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Sizes from numbers of a file; `None` if one is negative.
pub(super) fn sizes(values: &[i64]) -> Option<Vec<usize>> {
    values.iter().map(|&value| usize::try_from(value).ok()).collect()
}
