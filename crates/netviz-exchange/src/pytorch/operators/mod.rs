//! The operators of `PyTorch` and its usual extensions: category, multiply-adds, and what is worth showing.
//!
//! A family is one file with a table; an operator is one entry in it, for all of its overloads and for its form that works
//! in place. Types need no inference: the file states those of all values. What no table has is shown with its arguments.

mod call;

pub(super) use call::{Call, Sizes, Value};

use std::collections::HashMap;
use std::sync::LazyLock;

use netviz_model::category::Category;

/// What netviz knows about an operator.
pub(super) struct Operator {
    pub(super) name: &'static str,
    /// The category; `None` for operators that have none.
    pub(super) category: Option<Category>,
    /// Multiply-adds for one sample; `None` if a size is not known.
    pub(super) macs: fn(&Call) -> Option<usize>,
    /// Floating-point operations for each value of the output, besides multiply-adds.
    pub(super) flops: usize,
    /// Tensors of which only the type matters.
    pub(super) templates: &'static [&'static str],
    /// Arguments that are not shown.
    pub(super) hidden: &'static [&'static str],
    /// Arguments with these values say nothing: text forms of defaults.
    pub(super) defaults: &'static [(&'static str, &'static str)],
    /// A setting that the sizes of a tensor show: its name, and its value.
    pub(super) derived: Option<Derived>,
    /// Whether two runs may give different values.
    pub(super) is_random: bool,
}

impl Operator {
    /// An operator without multiply-adds.
    const fn new(name: &'static str, category: Category) -> Self {
        Self {
            name,
            category: Some(category),
            macs: |_| Some(0),
            flops: 0,
            templates: &[],
            hidden: &[],
            defaults: &[],
            derived: None,
            is_random: false,
        }
    }

    /// The same without a category.
    const fn plain(name: &'static str) -> Self {
        Self { category: None, ..Self::new(name, Category::Shape) }
    }

    const fn macs(self, macs: fn(&Call) -> Option<usize>) -> Self {
        Self { macs, ..self }
    }

    const fn flops(self, flops: usize) -> Self {
        Self { flops, ..self }
    }

    const fn templates(self, templates: &'static [&'static str]) -> Self {
        Self { templates, ..self }
    }

    const fn hidden(self, hidden: &'static [&'static str]) -> Self {
        Self { hidden, ..self }
    }

    const fn defaults(self, defaults: &'static [(&'static str, &'static str)]) -> Self {
        Self { defaults, ..self }
    }

    const fn derived(self, name: &'static str, value: fn(&Call) -> Option<Vec<usize>>) -> Self {
        Self { derived: Some((name, value)), ..self }
    }

    const fn random(self) -> Self {
        Self { is_random: true, ..self }
    }
}

/// The name of a setting, and what gives its value.
type Derived = (&'static str, fn(&Call) -> Option<Vec<usize>>);

/// Declares the families: files, and the namespaces of their operators.
macro_rules! families {
    ($($namespace:literal: $($family:ident),+;)+) => {
        $($(mod $family;)+)+

        /// Every family, with the namespace of its operators.
        const FAMILIES: &[(&str, &[Operator])] = &[$($(($namespace, $family::OPERATORS)),+),+];
    };
}

families! {
    "aten": activation, attention, convolution, creation, elementwise, image, indexing, linear, normalization, pooling,
        recurrent, reduction, shape;
    "quantized_decomposed": quantized;
    "torchvision": torchvision;
}

static TABLE: LazyLock<HashMap<(&str, &str), &Operator>> = LazyLock::new(|| {
    let entries = |&(namespace, operators): &(&'static str, &'static [Operator])| {
        operators.iter().map(move |operator| ((namespace, operator.name), operator))
    };
    FAMILIES.iter().flat_map(entries).collect()
});

/// An operator by its namespace, such as `aten`, and its name without overload.
pub(super) fn find(namespace: &str, name: &str) -> Option<&'static Operator> {
    TABLE.get(&(namespace, name)).copied()
}

/// Namespace and name of a target: `torch.ops.aten.add_.Tensor` is `add` of `aten`. Python's own functions, which compute
/// with sizes, are in none.
pub(super) fn split(target: &str) -> (&str, String) {
    let Some(path) = target.strip_prefix("torch.ops.") else {
        let name = target.rsplit('.').next().unwrap_or(target).trim_start_matches('_');
        return ("", format!("sym_{}", name.strip_prefix("sym_").unwrap_or(name)));
    };
    let (namespace, path) = path.split_once('.').unwrap_or(("", path));
    let name = path.split('.').next().unwrap_or(path);
    let in_place = name.strip_suffix('_').filter(|name| !name.ends_with('_') && !name.is_empty());
    (namespace, in_place.unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn targets_are_split() {
        for (target, expected) in [
            ("torch.ops.aten.conv2d.default", ("aten", "conv2d")),
            ("torch.ops.aten.add_.Tensor", ("aten", "add")),
            ("torch.ops.aten.__and__.Tensor", ("aten", "__and__")),
            ("torch.ops.higher_order.cond", ("higher_order", "cond")),
            ("torch.ops.aten.sym_size.int", ("aten", "sym_size")),
            ("_operator.mul", ("", "sym_mul")),
            ("torch.sym_max", ("", "sym_max")),
            ("torch._sym_sqrt", ("", "sym_sqrt")),
        ] {
            let (namespace, name) = split(target);
            assert_eq!((namespace, name.as_str()), expected, "{target}");
        }
    }

    #[test]
    fn every_core_operator_is_known() {
        let unknown: Vec<&str> =
            include_str!("core.txt").split_whitespace().filter(|name| find("aten", name).is_none()).collect();
        assert_eq!(unknown, [""; 0]);
    }

    #[test]
    fn no_operator_is_declared_twice() {
        let mut seen = HashSet::new();
        for (namespace, operators) in FAMILIES {
            for operator in *operators {
                assert!(seen.insert((namespace, operator.name)), "{}", operator.name);
            }
        }
    }
}
