//! The kinds of values that arguments take.

use std::fmt;

use super::arguments::{Argument, read_item};
use super::node::{Node, Value};
use super::suggest;
use crate::diagnostics::{Diagnostic, Problems, excerpt};

/// The largest size of one dimension: libtorch's kernels index with 32 bits.
const MAX_SIZE: i64 = i32::MAX as i64;

/// A whole number from 1: units, filters, epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(usize);

impl Size {
    /// A size that is known to be at least 1.
    ///
    /// # Panics
    /// Where `value` is 0.
    pub const fn new(value: usize) -> Self {
        assert!(value > 0, "a size is at least 1");
        Self(value)
    }

    /// The number.
    pub const fn get(self) -> usize {
        self.0
    }
}

impl Argument for Size {
    fn expected() -> String {
        "a whole number of at least 1".into()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(value) if (1..=MAX_SIZE).contains(&value) => Some(Self(usize::try_from(value).ok()?)),
            Value::Int(value) if value > MAX_SIZE => too_large(node, MAX_SIZE, problems),
            // Whole numbers past 64 bits reach us as floats.
            Value::Float(value) if value >= 2_f64.powi(63) => too_large(node, MAX_SIZE, problems),
            _ => None,
        }
    }
}

fn too_large<T>(node: &Node, largest: i64, problems: &mut Problems) -> Option<T> {
    problems.error(node.span, format!("{} is larger than the largest value here, {largest}", node.describe()));
    None
}

/// A whole number from 0, such as a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u64);

impl Argument for Count {
    fn expected() -> String {
        "a whole number of at least 0".into()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(value) => u64::try_from(value).ok().map(Self),
            Value::Float(value) if value >= 2_f64.powi(63) => too_large(node, i64::MAX, problems),
            _ => None,
        }
    }
}

impl Argument for bool {
    fn expected() -> String {
        "`true` or `false`".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// A finite number.
fn number(node: &Node) -> Option<f64> {
    match node.value {
        #[expect(clippy::cast_precision_loss, reason = "hyperparameters are small")]
        Value::Int(value) => Some(value as f64),
        Value::Float(value) if value.is_finite() => Some(value),
        _ => None,
    }
}

/// A number above 0, such as a learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Positive(pub f64);

impl Argument for Positive {
    fn expected() -> String {
        "a number above 0".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        number(node).filter(|&value| value > 0.0).map(Self)
    }
}

/// A number from 0, such as a weight decay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NonNegative(pub f64);

impl Argument for NonNegative {
    fn expected() -> String {
        "a number of at least 0".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        number(node).filter(|&value| value >= 0.0).map(Self)
    }
}

/// A number from 0 up to, not including, 1: a rate or a share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fraction(pub f64);

impl Argument for Fraction {
    fn expected() -> String {
        "a number of at least 0 and below 1".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        number(node).filter(|value| (0.0..1.0).contains(value)).map(Self)
    }
}

/// A size in both directions, height first: `3` or `[3, 5]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(pub [usize; 2]);

impl Argument for Pair {
    fn expected() -> String {
        "a whole number of at least 1, or two as [height, width]".into()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else {
            return Size::from_node(node, problems).map(|size| Self([size.get(); 2]));
        };
        let [height, width] = list.as_slice() else { return None };
        let (height, width) = (read_item::<Size>(height, problems), read_item::<Size>(width, problems));
        Some(Self([height?.get(), width?.get()]))
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}×{}", self.0[0], self.0[1])
    }
}

/// An argument whose absence means something of its own, such as "as large as the window".
impl<T: Argument> Argument for Option<T> {
    fn expected() -> String {
        T::expected()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        T::from_node(node, problems).map(Some)
    }
}

/// A list of values.
impl<T: Argument> Argument for Vec<T> {
    fn expected() -> String {
        format!("a list, each {}", T::expected())
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else { return None };
        let read: Vec<Option<T>> = list.iter().map(|node| read_item(node, problems)).collect();
        read.into_iter().collect()
    }
}

/// A text; a number or boolean was probably meant as one, which the hint tells how to write.
pub(crate) fn text<'a>(node: &'a Node, what: &str, problems: &mut Problems) -> Option<&'a str> {
    match &node.value {
        Value::Text(text) => return Some(text),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            let found = node.describe();
            let message = format!("expected {what}, found {found}");
            let hint = format!("if it is meant as text, put it in quotes: \"{}\"", found.trim_matches('`'));
            problems.push(Diagnostic::error(message).at(node.span).hint(hint));
        }
        _ => problems.error(node.span, format!("expected {what}, found {}", node.describe())),
    }
    None
}

/// A value chosen by name from a table.
pub(crate) fn by_name<T: Copy>(
    node: &Node,
    what: &str,
    table: &[(&'static str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let Value::Text(name) = &node.value else { return None };
    let found = table.iter().find(|(candidate, _)| candidate == name).map(|&(_, value)| value);
    if found.is_none() {
        let hint = suggest::hint(name, table.iter().map(|&(name, _)| name));
        problems.push(Diagnostic::error(format!("unknown {what} `{}`", excerpt(name))).at(node.span).hint(hint));
    }
    found
}

/// The names of a table as "`a`, `b` or `c`".
pub(crate) fn names<T>(table: &[(&'static str, T)]) -> String {
    let names: Vec<String> = table.iter().map(|(name, _)| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
