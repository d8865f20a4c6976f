//! The operators of ONNX and its usual extensions: category, types of outputs, multiply-adds, and the roles of weights.
//!
//! A family is one file with a table; an operator is one entry in it. Meanings are those of [ONNX's documentation] in all
//! of its versions. What no table has is shown with its attributes, and of unknown type.
//!
//! [ONNX's documentation]: https://onnx.ai/onnx/operators/

#![expect(clippy::unnecessary_wraps, reason = "the entries of a table have one signature")]

mod activation;
mod arity;
mod attention;
mod call;
pub(crate) mod common;
mod control;
mod convolution;
mod elementwise;
mod gather;
mod image;
mod legacy;
mod linear;
mod loss;
mod microsoft;
mod ml;
mod normalization;
mod pooling;
mod quantization;
mod random;
mod recurrent;
mod reduction;
mod sequence;
mod shape;
mod signal;
mod slice;
mod text;
mod training;
mod window;

pub(super) use arity::least;
pub(super) use call::{Call, Given, Int, Known, MOST, Types, Value};
pub(super) use control::is_dead;

use std::collections::HashMap;
use std::sync::LazyLock;

use netviz_model::category::Category;
use netviz_model::ir::{Attribute, Role, TensorType};

use crate::import::Tensor;

/// The values of small outputs, in order; `None` for those that are not known.
type ValuesOf = fn(&Call) -> Vec<Option<Known>>;

/// What netviz knows about an operator.
pub(super) struct Operator {
    pub(super) name: &'static str,
    /// The category; `None` for operators that have none.
    pub(super) category: Option<Category>,
    /// The types of the outputs. It never panics, whatever the operands are.
    pub(super) infer: fn(&Call) -> Types,
    /// Multiply-adds for one sample; `None` if a size is not known.
    pub(super) macs: fn(&Call, &[TensorType]) -> Option<usize>,
    /// Floating-point operations for each value of the output, besides multiply-adds.
    pub(super) flops: usize,
    /// How often its bodies run; `None` if that is not known.
    pub(super) repeats: fn(&Call) -> Option<usize>,
    /// The values of a small first output, as far as they are known.
    value: Option<fn(&Call) -> Option<Known>>,
    /// Those of several outputs.
    values: Option<ValuesOf>,
    /// The roles of operands that are stored tensors, from the first one on. Those of the rest are told by their types.
    roles: &'static [Role],
    /// Operands from this one on that are stored tensors are settings and no weights, unless they have a role.
    settings: usize,
    /// How many weights an operand stands for that is a stored tensor; `None` if that is the number of its values.
    pub(super) weights: fn(&Call, usize, &Tensor) -> Option<usize>,
    /// Attributes with these values say nothing: text forms of defaults.
    pub(super) defaults: &'static [(&'static str, &'static str)],
    /// What an attribute is that is left out, in versions of the set before this one, if that is another value than since.
    early: Option<(i64, (&'static str, i64))>,
}

impl Operator {
    /// An operator without multiply-adds, whose values are not followed.
    const fn new(name: &'static str, category: Category, infer: fn(&Call) -> Types) -> Self {
        Self {
            name,
            category: Some(category),
            infer,
            macs: |_, _| Some(0),
            flops: 0,
            repeats: |_| Some(1),
            value: None,
            values: None,
            roles: &[],
            settings: usize::MAX,
            weights: |_, _, _| None,
            defaults: &[],
            early: None,
        }
    }

    /// The same without a category.
    const fn plain(name: &'static str, infer: fn(&Call) -> Types) -> Self {
        Self { category: None, ..Self::new(name, Category::Shape, infer) }
    }

    const fn before(self, version: i64, attribute: (&'static str, i64)) -> Self {
        Self { early: Some((version, attribute)), ..self }
    }

    /// An attribute that is left out in a version of the set where it has another default than today.
    pub(super) fn implied(&self, opset: i64, attributes: &[(String, Value)]) -> Option<(String, Value)> {
        let (_, (name, value)) = self.early.filter(|(version, _)| opset < *version)?;
        let is_given = attributes.iter().any(|(known, _)| known == name);
        (!is_given).then(|| (name.to_owned(), Value::Plain(Attribute::Int(value))))
    }

    const fn macs(self, macs: fn(&Call, &[TensorType]) -> Option<usize>) -> Self {
        Self { macs, ..self }
    }

    const fn flops(self, flops: usize) -> Self {
        Self { flops, ..self }
    }

    const fn repeats(self, repeats: fn(&Call) -> Option<usize>) -> Self {
        Self { repeats, ..self }
    }

    const fn value(self, value: fn(&Call) -> Option<Known>) -> Self {
        Self { value: Some(value), ..self }
    }

    const fn values(self, values: ValuesOf) -> Self {
        Self { values: Some(values), ..self }
    }

    /// The values of small outputs, as far as they are known.
    pub(super) fn known(&self, call: &Call) -> Vec<Option<Known>> {
        match (self.values, self.value) {
            (Some(values), _) => values(call),
            (None, Some(value)) => vec![value(call)],
            (None, None) => Vec::new(),
        }
    }

    const fn roles(self, roles: &'static [Role]) -> Self {
        Self { roles, ..self }
    }

    const fn settings(self, settings: usize) -> Self {
        Self { settings, ..self }
    }

    const fn weights(self, weights: fn(&Call, usize, &Tensor) -> Option<usize>) -> Self {
        Self { weights, ..self }
    }

    /// The role of an operand that is a stored tensor; `None` if its type tells.
    pub(super) fn role(&self, index: usize) -> Option<Role> {
        self.roles.get(index).copied().or((index >= self.settings).then_some(Role::Constant))
    }

    const fn defaults(self, defaults: &'static [(&'static str, &'static str)]) -> Self {
        Self { defaults, ..self }
    }
}

/// The families, by the domains of their operators.
const FAMILIES: &[(&str, &[Operator])] = &[
    ("", activation::OPERATORS),
    ("", attention::OPERATORS),
    ("", control::OPERATORS),
    ("", convolution::OPERATORS),
    ("", elementwise::OPERATORS),
    ("", gather::OPERATORS),
    ("", image::OPERATORS),
    ("", legacy::OPERATORS),
    ("", linear::OPERATORS),
    ("", loss::OPERATORS),
    ("", microsoft::fused::CONTRIBUTED),
    ("", normalization::OPERATORS),
    ("", pooling::OPERATORS),
    ("", quantization::OPERATORS),
    ("", random::OPERATORS),
    ("", recurrent::OPERATORS),
    ("", reduction::OPERATORS),
    ("", sequence::OPERATORS),
    ("", shape::OPERATORS),
    ("", signal::OPERATORS),
    ("", slice::OPERATORS),
    ("", text::OPERATORS),
    ("ai.onnx.ml", ml::OPERATORS),
    ("ai.onnx.preview", attention::PREVIEW),
    ("ai.onnx.preview.training", training::OPERATORS),
    ("com.microsoft", microsoft::attention::OPERATORS),
    ("com.microsoft", microsoft::fused::OPERATORS),
    ("com.microsoft", microsoft::generation::OPERATORS),
    ("com.microsoft", microsoft::quantized::OPERATORS),
    ("com.microsoft", microsoft::shape::OPERATORS),
    ("com.microsoft", quantization::MICROSOFT),
    ("com.microsoft.nchwc", microsoft::nchwc::OPERATORS),
];

static TABLE: LazyLock<HashMap<(&'static str, &'static str), &'static Operator>> = LazyLock::new(|| {
    let entries = FAMILIES.iter().flat_map(|(domain, family)| family.iter().map(|it| ((*domain, it.name), it)));
    entries.collect()
});

/// An operator by its domain, empty for ONNX's own, and its name.
pub(super) fn find(domain: &str, name: &str) -> Option<&'static Operator> {
    // Names of both domains are the same set.
    let domain = if domain == "ai.onnx" { "" } else { domain };
    TABLE.get(&(domain, name)).copied()
}

#[cfg(test)]
mod tests {
    use netviz_model::ir::{Container, DType, Dim};

    use super::*;

    #[test]
    fn no_operator_is_in_two_families() {
        assert_eq!(TABLE.len(), FAMILIES.iter().map(|(_, family)| family.len()).sum::<usize>());
    }

    /// Numbers that follow from each other, so that a failure can be repeated.
    struct Random(u64);

    impl Random {
        fn below(&mut self, count: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).expect("31 bits") % count
        }

        fn pick<T: Clone>(&mut self, list: &[T]) -> T {
            list[self.below(list.len())].clone()
        }

        fn int(&mut self) -> i64 {
            self.pick(&[0, 1, 2, 3, 4, 7, -1, -2, 64, 4096, i64::from(i32::MAX), i64::MAX, i64::MIN, i64::MIN + 1])
        }

        fn ints(&mut self) -> Vec<i64> {
            (0..self.below(6)).map(|_| self.int()).collect()
        }

        fn dim(&mut self) -> Dim {
            let sizes = [0, 1, 2, 3, 8, 64, 1 << 40, usize::MAX].map(Dim::Size);
            match self.below(4) {
                0 => self.pick(&[Dim::BATCH, Dim::Unknown, Dim::Symbol("length".into())]),
                _ => self.pick(&sizes),
            }
        }

        fn ty(&mut self) -> TensorType {
            let dtype = self.pick(&DType::ALL);
            let ty = match self.below(8) {
                0 => TensorType::unranked(dtype),
                _ => TensorType::new(dtype, (0..self.below(6)).map(|_| self.dim()).collect::<Vec<_>>()),
            };
            match self.below(12) {
                0 => ty.within(Container::Sequence),
                1 => ty.within(Container::Optional),
                2 => ty.within(Container::Map(DType::Int64)),
                _ => ty,
            }
        }

        fn known(&mut self) -> Option<Known> {
            match self.below(4) {
                0 => None,
                1 => {
                    let numbers = [0.0, 0.5, 2.0, -1.0, 1e300, f64::NAN, f64::INFINITY];
                    let floats: Vec<f64> = (0..self.below(6)).map(|_| self.pick(&numbers)).collect();
                    Known::floats(vec![floats.len()], floats)
                }
                2 => Known::ints(Vec::new(), vec![Int::Known(self.int())]),
                _ => {
                    let mut int = || match self.below(8) {
                        0 => Int::Unknown,
                        1 => Int::Symbol("length".into()),
                        _ => Int::Known(self.int()),
                    };
                    let ints = [int(), int(), int(), int(), int()];
                    Some(Known::list(ints[..self.below(6)].to_vec()))
                }
            }
        }

        fn attribute(&mut self) -> Value {
            Value::Plain(match self.below(6) {
                0 => Attribute::Float(self.pick(&[0.0, 0.5, -1.0, 1e300, f64::NAN])),
                1 => Attribute::Floats(vec![0.5; self.below(6)]),
                2 => Attribute::Text(self.pick(&["SAME_UPPER", "ij,jk->ik", "...i->", "->", "bidirectional"]).into()),
                3 => Attribute::Int(self.int()),
                _ => Attribute::Ints(self.ints()),
            })
        }
    }

    /// Names of attributes that inference reads.
    const NAMES: [&str; 34] = [
        "allowzero",
        "auto_pad",
        "axes",
        "axis",
        "batch_dims",
        "blocksize",
        "ceil_mode",
        "dilations",
        "direction",
        "dtype",
        "equation",
        "group",
        "hidden_size",
        "k",
        "keepdims",
        "kernel_shape",
        "kv_num_heads",
        "layout",
        "new_axis",
        "ngram_indexes",
        "num_heads",
        "num_scan_inputs",
        "onesided",
        "output_padding",
        "output_shape",
        "pads",
        "perm",
        "q_num_heads",
        "qkv_hidden_sizes",
        "scales",
        "scan_output_axes",
        "size",
        "split",
        "strides",
    ];

    #[test]
    fn nothing_panics_whatever_the_operands_are() {
        let mut random = Random(14);
        let operators: Vec<&Operator> = FAMILIES.iter().flat_map(|(_, family)| family.iter()).collect();
        for operator in operators {
            for round in 0..400 {
                let count = if round == 0 { 0 } else { random.below(9) };
                let types: Vec<_> = (0..count).map(|_| (random.below(8) > 0).then(|| random.ty())).collect();
                let values: Vec<_> = types.iter().map(|ty| ty.as_ref().and_then(|_| random.known())).collect();
                let attributes: Vec<_> =
                    (0..random.below(12)).map(|_| (random.pick(&NAMES).to_owned(), random.attribute())).collect();
                let given = |random: &mut Random| Given { ty: random.ty(), known: random.known() };
                let body: Vec<Given> = (0..random.below(4)).map(|_| given(&mut random)).collect();
                let call = Call {
                    opset: random.pick(&[1, 7, 10, 12, 18, 28]),
                    attributes: &attributes,
                    types: &types,
                    values: &values,
                    outputs: random.below(4),
                    bodies: &[("body".into(), body)],
                };
                let outputs = (operator.infer)(&call).unwrap_or_default();
                let _ = ((operator.macs)(&call, &outputs), (operator.repeats)(&call));
                for known in operator.known(&call).iter().flatten() {
                    assert!(known.shape.iter().product::<usize>() <= MOST, "{}", operator.name);
                }
            }
        }
    }
}
