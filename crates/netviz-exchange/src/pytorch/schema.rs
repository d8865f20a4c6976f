//! What is read of the JSON of an exported program, as `torch/_export/serde/schema.py` of PyTorch defines it.
//!
//! Texts without escapes are slices of the file. What this version of netviz does not know, it skips.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// A text of the file.
pub(super) type Text<'a> = Cow<'a, str>;

/// Declares a union: an object with one key, which says what its value is.
macro_rules! union {
    ($(#[$meta:meta])* $name:ident { $($key:literal => $variant:ident($type:ty),)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub(super) enum $name<'a> {
            $($variant($type),)+
            /// Anything else, such as what newer versions of PyTorch write.
            Other(PhantomData<&'a ()>),
        }

        impl<'de: 'a, 'a> Deserialize<'de> for $name<'a> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Union<'a>(PhantomData<&'a ()>);

                impl<'de: 'a, 'a> Visitor<'de> for Union<'a> {
                    type Value = $name<'a>;

                    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                        f.write_str("an object that says what it holds")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let key = map.next_key::<Borrowed>()?.ok_or_else(|| A::Error::custom("an empty object"))?;
                        let value = match key.0.as_ref() {
                            $($key => $name::$variant(map.next_value()?),)+
                            _ => {
                                map.next_value::<IgnoredAny>()?;
                                $name::Other(PhantomData)
                            }
                        };
                        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                        Ok(value)
                    }
                }

                deserializer.deserialize_map(Union(PhantomData))
            }
        }
    };
}

/// A text that is a slice of the file if it has no escapes, also as a key.
#[derive(Debug, serde::Deserialize)]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Debug, serde::Deserialize)]
pub(super) struct ExportedProgram<'a> {
    #[serde(borrow)]
    pub(super) graph_module: GraphModule<'a>,
    #[serde(default)]
    pub(super) opset_version: BTreeMap<String, i64>,
    #[serde(default)]
    pub(super) schema_version: Version,
    /// Since 2.5.
    #[serde(borrow, default)]
    pub(super) torch_version: Option<Text<'a>>,
}

#[derive(Debug, Default)]
pub(super) struct Version {
    pub(super) major: i64,
    pub(super) minor: i64,
}

/// A number in early versions, and both parts since.
impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Form {
            Parts { major: i64, minor: i64 },
            Number(i64),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Parts { major, minor } => Self { major, minor },
            Form::Number(major) => Self { major, minor: 0 },
        })
    }
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct GraphModule<'a> {
    #[serde(borrow)]
    pub(super) graph: Graph<'a>,
    #[serde(borrow)]
    pub(super) signature: Signature<'a>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Graph<'a> {
    #[serde(borrow)]
    pub(super) inputs: Vec<Argument<'a>>,
    #[serde(borrow)]
    pub(super) outputs: Vec<Argument<'a>>,
    #[serde(borrow)]
    pub(super) nodes: Vec<Node<'a>>,
    #[serde(borrow)]
    pub(super) tensor_values: HashMap<Text<'a>, TensorMeta<'a>>,
    #[serde(borrow, default)]
    pub(super) sym_int_values: HashMap<Text<'a>, Size<'a>>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Node<'a> {
    #[serde(borrow)]
    pub(super) target: Text<'a>,
    #[serde(borrow)]
    pub(super) inputs: Vec<NamedArgument<'a>>,
    #[serde(borrow)]
    pub(super) outputs: Vec<Argument<'a>>,
    #[serde(borrow, default)]
    pub(super) metadata: Metadata<'a>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
pub(super) struct Metadata<'a> {
    #[serde(borrow, default)]
    pub(super) nn_module_stack: Option<Text<'a>>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct NamedArgument<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) arg: Argument<'a>,
}

union! {
    /// What an operation is given or gives.
    Argument {
        "as_none" => None(IgnoredAny),
        "as_tensor" => Tensor(Named<'a>),
        "as_tensors" => Tensors(Vec<Named<'a>>),
        "as_optional_tensor" => OptionalTensor(Box<Argument<'a>>),
        "as_optional_tensors" => OptionalTensors(Vec<Argument<'a>>),
        "as_nested_tensors" => NestedTensors(Vec<Vec<Named<'a>>>),
        "as_int" => Int(i64),
        "as_ints" => Ints(Vec<i64>),
        "as_float" => Float(Number),
        "as_floats" => Floats(Vec<Number>),
        "as_string" => String(Text<'a>),
        "as_strings" => Strings(Vec<Text<'a>>),
        "as_bool" => Bool(bool),
        "as_bools" => Bools(Vec<bool>),
        "as_sym_int" => SymInt(Symbolic<'a>),
        "as_sym_ints" => SymInts(Vec<Symbolic<'a>>),
        "as_sym_bool" => SymBool(Symbolic<'a>),
        "as_sym_float" => SymFloat(Symbolic<'a>),
        "as_scalar_type" => ScalarType(i64),
        "as_graph" => Graph(Box<GraphArgument<'a>>),
        "as_operator" => Operator(Text<'a>),
    }
}

union! {
    /// A number of a shape computation: the value of another node, or a constant.
    Symbolic {
        "as_name" => Name(Text<'a>),
        "as_int" => Int(i64),
        "as_float" => Float(Number),
        "as_bool" => Bool(bool),
    }
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct GraphArgument<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) graph: Graph<'a>,
}

/// A floating-point number. Infinity and NaN are texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) f64);

/// The same text with `Infinity` and `NaN`, which early versions write as Python does and JSON does not know, as strings.
pub(super) fn quoted(json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len());
    let mut rest = json;
    let (mut in_string, mut is_escaped) = (false, false);
    while let Some((&byte, after)) = rest.split_first() {
        let word = WORDS.iter().find(|word| !in_string && rest.starts_with(word));
        if let Some((word, after)) = word.and_then(|word| rest.split_at_checked(word.len())) {
            text.extend([b"\"", word, b"\""].concat());
            rest = after;
            continue;
        }
        in_string ^= byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        text.push(byte);
        rest = after;
    }
    text
}

/// Numbers that are words in Python.
const WORDS: &[&[u8]] = &[b"-Infinity", b"Infinity", b"NaN"];

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(f64),
            Text(String),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Number(value) => value,
            Form::Text(text) => text.parse().map_err(|_| D::Error::custom("not a number"))?,
        }))
    }
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct TensorMeta<'a> {
    pub(super) dtype: i64,
    #[serde(borrow)]
    pub(super) sizes: Vec<Size<'a>>,
    #[serde(default)]
    pub(super) requires_grad: bool,
    #[serde(borrow, default)]
    pub(super) strides: Vec<Size<'a>>,
    #[serde(borrow, default)]
    pub(super) storage_offset: Option<Size<'a>>,
}

union! {
    /// A size of a tensor.
    Size {
        "as_int" => Int(i64),
        "as_expr" => Expression(Expression<'a>),
    }
}

impl Size<'_> {
    /// The number, if it is one.
    pub(super) fn known(&self) -> Option<usize> {
        match self {
            Self::Int(size) => usize::try_from(*size).ok(),
            Self::Expression(_) | Self::Other(_) => None,
        }
    }
}

/// An expression of `SymPy` over symbols of sizes.
#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct Expression<'a> {
    #[serde(borrow)]
    pub(super) expr_str: Text<'a>,
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct Signature<'a> {
    #[serde(borrow)]
    pub(super) input_specs: Vec<InputSpec<'a>>,
    #[serde(borrow)]
    pub(super) output_specs: Vec<OutputSpec<'a>>,
}

union! {
    /// What an input of the graph is.
    InputSpec {
        "user_input" => User(UserSpec<'a>),
        "parameter" => Parameter(ParameterSpec<'a>),
        "buffer" => Buffer(BufferSpec<'a>),
        "tensor_constant" => Constant(ConstantSpec<'a>),
    }
}

union! {
    /// What an output of the graph is.
    OutputSpec {
        "user_output" => User(UserSpec<'a>),
        "loss_output" => Loss(LossSpec<'a>),
    }
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct UserSpec<'a> {
    #[serde(borrow)]
    pub(super) arg: Argument<'a>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct LossSpec<'a> {
    #[serde(borrow)]
    pub(super) arg: Named<'a>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct ParameterSpec<'a> {
    #[serde(borrow)]
    pub(super) arg: Named<'a>,
    #[serde(borrow)]
    pub(super) parameter_name: Text<'a>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct BufferSpec<'a> {
    #[serde(borrow)]
    pub(super) arg: Named<'a>,
    #[serde(borrow)]
    pub(super) buffer_name: Text<'a>,
    /// Whether it belongs to the `state_dict`; always in early versions.
    #[serde(default)]
    pub(super) persistent: Option<bool>,
}

#[derive(Debug, Clone, serde::Deserialize)]
pub(super) struct ConstantSpec<'a> {
    #[serde(borrow)]
    pub(super) arg: Named<'a>,
    #[serde(borrow)]
    pub(super) tensor_constant_name: Text<'a>,
}

/// Where the values of tensors are: `model_weights_config.json`.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct PayloadConfig<'a> {
    #[serde(borrow)]
    pub(super) config: HashMap<Text<'a>, Payload<'a>>,
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    pub(super) path_name: Text<'a>,
    #[serde(default)]
    pub(super) use_pickle: bool,
    #[serde(borrow, default)]
    pub(super) tensor_meta: Option<TensorMeta<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_numbers_are_quoted_outside_of_strings() {
        let text = br#"{"NaN": [NaN, -Infinity, "\\\" Infinity"], "a": Infinity}"#;
        let expected = br#"{"NaN": ["NaN", "-Infinity", "\\\" Infinity"], "a": "Infinity"}"#;
        assert_eq!(quoted(text), expected);
        let number = |text: &str| serde_json::from_str::<Number>(text).map(|number| number.0);
        assert_eq!(number("\"-Infinity\"").ok(), Some(f64::NEG_INFINITY));
        assert!(number("\"one\"").is_err());
    }

    #[test]
    fn unions_hold_what_is_known() {
        let read = |text: &'static str| serde_json::from_str::<Argument>(text);
        assert!(matches!(read(r#"{"as_int": 3}"#), Ok(Argument::Int(3))));
        assert!(matches!(read(r#"{"as_none": []}"#), Ok(Argument::None(_))));
        assert!(matches!(read(r#"{"as_hologram": {"a": [1]}}"#), Ok(Argument::Other(_))));
        assert!(read("{}").is_err() && read("3").is_err() && read(r#"{"as_int": "x"}"#).is_err());
    }
}
