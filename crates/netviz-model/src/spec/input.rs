//! `input`: the shape of one sample, and the type of its values.

use crate::diagnostics::{Diagnostic, Problems};
use crate::ir::DType;
use crate::limits;
use crate::schema::arguments::{ArgValue, Argument, Arguments, Reader, ToValue, arguments, unquoted};
use crate::schema::values::{Size, by_name, name_in, names};
use crate::schema::vocabulary;
use crate::shape::Shape;
use crate::yaml::{Node, Value};

/// The input of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Shape of one sample.
    pub shape: Shape,
    /// Element type: 32-bit floating point, or 64-bit integers.
    pub dtype: DType,
}

arguments! {
    /// The input as a mapping.
    struct Declared {
        /// Sizes of one sample.
        shape: InputShape,
        /// Type of the values: `float32`, or `int64` for whole numbers, such as those that `embedding` looks up.
        dtype: InputType = InputType(DType::Float32),
    }
}

impl Argument for Input {
    fn expected() -> String {
        InputShape::expected()
    }

    fn hint(node: &Node) -> Option<String> {
        InputShape::hint(node)
    }

    /// The sizes alone, or a mapping.
    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return InputShape::from_node(node, problems)
                .map(|InputShape(shape)| Self { shape, dtype: DType::Float32 });
        };
        let known: Vec<&str> = Declared::FIELDS.iter().map(|field| field.name).collect();
        let Declared { shape, dtype } =
            Declared::read(&mut Reader::new("`input`", node.span, entries, &known, problems))?;
        Some(Self { shape: shape.0, dtype: dtype.0 })
    }
}

/// The element type of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InputType(DType);

/// The element types by name.
const DTYPES: [(&str, DType); 2] = [("float32", DType::Float32), ("int64", DType::Int64)];

impl Argument for InputType {
    fn expected() -> String {
        names(&DTYPES)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        by_name(node, "type", &DTYPES, &vocabulary::DTYPES, problems).map(Self)
    }
}

impl ToValue for InputType {
    fn to_value(&self) -> Option<ArgValue> {
        name_in(&self.0, &DTYPES)
    }
}

/// The sizes of one sample.
#[derive(Debug, Clone)]
struct InputShape(Shape);

impl ToValue for InputShape {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::sizes(self.0.dimensions().iter().copied()))
    }
}

impl Argument for InputShape {
    fn expected() -> String {
        "a list of sizes, such as [784] or [1, 28, 28]".into()
    }

    fn hint(node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) => unquoted(node).or_else(|| {
                Some(match sizes_in(text)[..] {
                    [height, width] => suggested(&[1, height, width]) + " for a grey image",
                    ref sizes => suggested(sizes),
                })
            }),
            _ => None,
        }
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let batch = match &node.value {
            Value::Text(text) if text.split(SEPARATORS).any(is_batch_word) => Some((node.span, sizes_in(text))),
            Value::List(list) if list.first().is_some_and(is_batch) => {
                let rest: Option<Vec<usize>> = list[1..].iter().map(size).collect();
                Some((list[0].span, rest.unwrap_or_default()))
            }
            _ => None,
        };
        if let Some((span, rest)) = batch {
            let message = "`input` is the shape of one sample, without the batch";
            problems.push(Diagnostic::error(message).at(span).hint(suggested(&rest)));
            return None;
        }
        let sizes: Vec<Size> = match node.value {
            Value::Int(_) => vec![Size::from_node(node, problems)?],
            _ => Vec::from_node(node, problems)?,
        };
        if sizes.is_empty() {
            return None;
        }
        if sizes.len() > limits::RANK {
            problems.error(node.span, format!("a sample has at most {} dimensions", limits::RANK));
            return None;
        }
        let shape = Shape::new(sizes.into_iter().map(Size::get).collect::<Vec<_>>());
        if shape.is_none() {
            problems.error(node.span, format!("a sample has at most {} values", limits::ELEMENTS));
        }
        shape.map(Self)
    }
}

/// Separators of the sizes of a shape in other notations: `(28, 28)`, `28x28`.
const SEPARATORS: [char; 9] = ['(', ')', '[', ']', ',', ' ', 'x', '×', '*'];

/// Whether an item is a placeholder for the batch size, as in Keras and ONNX.
fn is_batch(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Int(-1) => true,
        Value::Text(text) => is_batch_word(text.trim()),
        _ => false,
    }
}

fn is_batch_word(word: &str) -> bool {
    ["none", "null", "batch", "batch_size", "n", "?", "-1"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn size(node: &Node) -> Option<usize> {
    match node.value {
        Value::Int(value) => usize::try_from(value).ok().filter(|&size| size > 0),
        _ => None,
    }
}

/// The numbers in a text.
fn sizes_in(text: &str) -> Vec<usize> {
    text.split(SEPARATORS).filter_map(|word| word.parse().ok()).filter(|&size| size > 0).collect()
}

/// The hint with the line to write: these sizes, channels first.
fn suggested(sizes: &[usize]) -> String {
    match Shape::new(sizes).filter(|_| sizes.len() <= limits::RANK) {
        None => "write it as `input: [784]`, or as `input: [1, 28, 28]` for images: channels, height, width".into(),
        Some(shape) => match shape.channels_first() {
            Some(image) => format!("write `{}`: channels, height, width", image.line()),
            None => format!("write `{}`", shape.line()),
        },
    }
}
