//! The kinds of values that arguments take.

use std::fmt;

use super::arguments::{ArgValue, Argument, ToValue, read_item, unquoted};
use super::suggest;
use super::vocabulary::{Meaning, Vocabulary};
use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::yaml::{Node, Value};

/// The largest size of one dimension: libtorch's kernels index with 32 bits.
const MAX_SIZE: i64 = i32::MAX as i64;

/// A whole number from 1: units, filters, epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(usize);

impl Size {
    /// A size that is known to be at least 1.
    ///
    /// # Panics
    /// If `value` is 0.
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

    fn hint(node: &Node) -> Option<String> {
        largest(node, MAX_SIZE)
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(value) if (1..=MAX_SIZE).contains(&value) => usize::try_from(value).ok().map(Self),
            _ => None,
        }
    }
}

/// The hint for a whole number that may be too large.
fn largest(node: &Node, largest: i64) -> Option<String> {
    let exceeds = match node.value {
        Value::Int(value) => value > largest,
        // The parser returns whole numbers that exceed 64 bits as floats.
        Value::Float(value) => value >= 2_f64.powi(63),
        _ => return unquoted(node),
    };
    exceeds.then(|| format!("the largest value here is {largest}"))
}

/// A whole number from 0, such as a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u64);

impl Argument for Count {
    fn expected() -> String {
        "a whole number of at least 0".into()
    }

    fn hint(node: &Node) -> Option<String> {
        largest(node, i64::MAX)
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(value) => u64::try_from(value).ok().map(Self),
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

/// A number above 0, such as a learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Positive(pub(crate) f64);

impl Positive {
    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Argument for Positive {
    fn expected() -> String {
        "a number above 0".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        node.number().filter(|&value| value > 0.0).map(Self)
    }
}

/// A number from 0, such as a weight decay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NonNegative(pub(crate) f64);

impl NonNegative {
    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Argument for NonNegative {
    fn expected() -> String {
        "a number of at least 0".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        node.number().filter(|&value| value >= 0.0).map(Self)
    }
}

/// A number from 0 up to, not including, 1: a rate or a fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fraction(pub(crate) f64);

impl Fraction {
    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Argument for Fraction {
    fn expected() -> String {
        "a number of at least 0 and below 1".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        node.number().filter(|value| (0.0..1.0).contains(value)).map(Self)
    }
}

/// A size in both directions, height first: `3` or `[3, 5]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(pub(crate) [usize; 2]);

impl Pair {
    /// The sizes, height first.
    pub const fn get(self) -> [usize; 2] {
        self.0
    }
}

impl Argument for Pair {
    fn expected() -> String {
        "a whole number of at least 1, or two as [height, width]".into()
    }

    fn hint(node: &Node) -> Option<String> {
        Size::hint(node)
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

/// A dimension of a sample; negative numbers count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis(i64);

impl Axis {
    /// A dimension.
    pub const fn new(axis: i64) -> Self {
        Self(axis)
    }

    /// The index of the dimension among this many; `None` if there is no such dimension.
    pub fn resolve(self, rank: usize) -> Option<usize> {
        let rank = i64::try_from(rank).ok()?;
        let axis = if self.0 < 0 { self.0.checked_add(rank)? } else { self.0 };
        usize::try_from(axis).ok().filter(|_| axis < rank)
    }
}

impl Argument for Axis {
    fn expected() -> String {
        "a whole number".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(axis) => Some(Self(axis)),
            _ => None,
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An argument whose absence has a meaning of its own, such as "as large as the window".
impl<T: Argument> Argument for Option<T> {
    fn expected() -> String {
        T::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        T::hint(node)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        T::from_node(node, problems).map(Some)
    }
}

/// Implements [`ToValue`] for types that always have a value.
macro_rules! to_value {
    ($($type:ty: $value:expr),* $(,)?) => { $(
        impl ToValue for $type {
            fn to_value(&self) -> Option<ArgValue> {
                let value: fn(&Self) -> ArgValue = $value;
                Some(value(self))
            }
        }
    )* };
}

to_value! {
    bool: |value| ArgValue::Bool(*value),
    Size: |value| ArgValue::int(value.0),
    Count: |value| ArgValue::int(value.0),
    Positive: |value| ArgValue::Float(value.0),
    NonNegative: |value| ArgValue::Float(value.0),
    Fraction: |value| ArgValue::Float(value.0),
    Pair: |value| ArgValue::sizes(value.0),
    Axis: |value| ArgValue::Int(value.0),
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Option<ArgValue> {
        self.as_ref().and_then(ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::List(self.iter().filter_map(ToValue::to_value).collect()))
    }
}

/// A list of values.
impl<T: Argument> Argument for Vec<T> {
    fn expected() -> String {
        format!("a list, each {}", T::expected())
    }

    fn hint(node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(format!("write it as a list: `[{}]`", excerpt(text))),
            _ => None,
        }
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else { return None };
        let read: Vec<Option<T>> = list.iter().map(|node| read_item(node, problems)).collect();
        read.into_iter().collect()
    }
}

/// A text.
pub(crate) struct Text(pub(crate) String);

impl Argument for Text {
    fn expected() -> String {
        "a text".into()
    }

    fn hint(node: &Node) -> Option<String> {
        let is_word = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_));
        is_word.then(|| format!("put it in quotes: \"{}\"", node.describe().trim_matches('`')))
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(Self(text.clone())),
            _ => None,
        }
    }
}

/// Reads a value chosen by name from a table. A synonym from another tool is reported, and read as the name it means.
pub(crate) fn by_name<T: Copy>(
    node: &Node,
    what: &str,
    table: &[(&'static str, T)],
    words: &Vocabulary,
    problems: &mut Problems,
) -> Option<T> {
    let Value::Text(name) = &node.value else { return None };
    let value = |name: &str| table.iter().find(|(candidate, _)| *candidate == name).map(|&(_, value)| value);
    value(name).or_else(|| {
        let (meant, hint) = meant(name, &table.iter().map(|&(name, _)| name).collect::<Vec<_>>(), words);
        problems.push(Diagnostic::error(format!("unknown {what} `{}`", excerpt(name))).at(node.span).hint(hint));
        meant.and_then(value)
    })
}

/// The known name that an unknown one surely means, if any, and the hint for it.
pub(crate) fn meant<'a>(name: &str, known: &[&'a str], words: &Vocabulary) -> (Option<&'a str>, String) {
    match words.find(name, known) {
        Some(Meaning::Word(word)) => (Some(word), format!("netviz calls it `{word}`")),
        Some(Meaning::Advice(advice)) => (None, advice.to_owned()),
        None => (None, suggest::hint(name, known.iter().copied())),
    }
}

/// The name of a value in a table.
pub(crate) fn name_in<T: PartialEq>(value: &T, table: &[(&'static str, T)]) -> Option<ArgValue> {
    table.iter().find(|(_, candidate)| candidate == value).map(|&(name, _)| ArgValue::name(name))
}

/// The names of a table as "`a`, `b` or `c`".
pub(crate) fn names<T>(table: &[(&'static str, T)]) -> String {
    let names: Vec<String> = table.iter().map(|(name, _)| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
