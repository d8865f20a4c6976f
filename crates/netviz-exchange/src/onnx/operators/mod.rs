//! The operators of ONNX and its usual extensions: category, types of outputs, multiply-adds, and the roles of weights.
//!
//! A family is one file with a table; an operator is one entry in it. Meanings are those of [ONNX's documentation] in all
//! of its versions. What no table has is shown with its attributes, and of unknown type.
//!
//! [ONNX's documentation]: https://onnx.ai/onnx/operators/

mod call;
pub(crate) mod common;
mod window;

pub(super) use call::{Call, Int, Known, MOST, Types, Value};

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

/// Declares the families: files, and the domains of their operators.
macro_rules! families {
    ($($domain:literal: $($family:ident),+;)+) => {
        $($(mod $family;)+)+

        static TABLE: LazyLock<HashMap<(&'static str, &'static str), &'static Operator>> = LazyLock::new(|| {
            let mut table = HashMap::new();
            $($(table.extend($family::OPERATORS.iter().map(|operator| (($domain, operator.name), operator)));)+)+
            table
        });
    };
}

families! {
    "": activation, convolution, elementwise, gather, linear, normalization, pooling, shape;
}

/// An operator by its domain, empty for ONNX's own, and its name.
pub(super) fn find(domain: &str, name: &str) -> Option<&'static Operator> {
    // Names of both domains are the same set.
    let domain = if domain == "ai.onnx" { "" } else { domain };
    TABLE.get(&(domain, name)).copied()
}
