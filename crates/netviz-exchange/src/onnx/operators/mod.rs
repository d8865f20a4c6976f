//! The operators of ONNX and its usual extensions: category, types of outputs, multiply-adds, and the roles of weights.
//!
//! A family is one file with a table; an operator is one entry in it. Meanings are those of [ONNX's documentation] in all
//! of its versions. What no table has is shown with its attributes, and of unknown type.
//!
//! [ONNX's documentation]: https://onnx.ai/onnx/operators/

#![expect(clippy::unnecessary_wraps, reason = "the entries of a table have one signature")]

mod activation;
mod attention;
mod call;
mod common;
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

pub(super) use call::{Call, Given, Int, Known, MOST, Types, Value};

use std::collections::HashMap;
use std::sync::LazyLock;

use netviz_model::category::Category;
use netviz_model::ir::{Role, TensorType};

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
    pub(super) value: Option<fn(&Call) -> Option<Known>>,
    /// The roles of operands that are stored tensors, from the first one on. Those of the rest are told by their types.
    pub(super) roles: &'static [Role],
    /// Attributes with these values say nothing: text forms of defaults.
    pub(super) defaults: &'static [(&'static str, &'static str)],
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
            roles: &[],
            defaults: &[],
        }
    }

    /// The same without a category.
    const fn plain(name: &'static str, infer: fn(&Call) -> Types) -> Self {
        Self { category: None, ..Self::new(name, Category::Shape, infer) }
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

    const fn roles(self, roles: &'static [Role]) -> Self {
        Self { roles, ..self }
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
    use super::*;

    #[test]
    fn no_operator_is_in_two_families() {
        assert_eq!(TABLE.len(), FAMILIES.iter().map(|(_, family)| family.len()).sum::<usize>());
    }

    #[test]
    fn nothing_panics_without_operands_and_attributes() {
        let types = [None];
        for operator in TABLE.values() {
            for types in [&types[..0], &types] {
                let call = Call::of(types);
                let outputs = (operator.infer)(&call).unwrap_or_default();
                let _ = (operator.macs)(&call, &outputs);
                let _ = operator.value.map(|value| value(&call));
            }
        }
    }
}
