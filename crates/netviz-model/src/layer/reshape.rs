//! `reshape`: the same values in other dimensions.

use std::fmt;

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::diagnostics::Problems;
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::limits;
use crate::schema::arguments::{ArgValue, Argument, Arguments, ToValue, read_item};
use crate::schema::values::Size;
use crate::yaml::{Node, Value};

pub(super) const KIND: Kind = Kind {
    name: "reshape",
    category: Category::Shape,
    arity: Arity::One,
    doc: "Changes the shape and keeps the order of the values.",
    fields: Reshape::FIELDS,
    shorthand: Some("shape"),
    example: "reshape: [1, 28, 28]",
    example_inputs: &[&[784]],
    takes_integers: false,
    read: read::<Reshape>,
};

layer_arguments! {
    /// Reshaping.
    pub struct Reshape {
        /// New shape; one size may be -1, which is then inferred.
        shape: Target,
    }
}

/// Sizes of a new shape; `None` is inferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Vec<Option<usize>>);

impl Argument for Target {
    fn expected() -> String {
        format!("a list of 1 to {} sizes, one of which may be -1", limits::RANK)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else { return None };
        let sizes: Vec<Option<Option<usize>>> = list
            .iter()
            .map(|node| match node.value {
                Value::Int(-1) => Some(None),
                _ => read_item::<Size>(node, problems).map(|size| Some(size.get())),
            })
            .collect();
        let sizes: Vec<Option<usize>> = sizes.into_iter().collect::<Option<_>>()?;
        if sizes.iter().filter(|size| size.is_none()).count() > 1 {
            problems.error(node.span, "only one size may be -1");
            return None;
        }
        (1..=limits::RANK).contains(&sizes.len()).then_some(Self(sizes))
    }
}

impl Reshape {
    /// The sizes of the output for those of the input.
    fn resolve(&self, input: &[usize]) -> Result<Vec<usize>, Misfit> {
        let elements: usize = input.iter().product();
        let known = self.shape.0.iter().flatten().try_fold(1_usize, |product, &size| product.checked_mul(size));
        let inferred = self.shape.0.contains(&None);
        let fits = known.filter(|&known| if inferred { elements.is_multiple_of(known) } else { elements == known });
        match fits {
            Some(known) => Ok(self.shape.0.iter().map(|size| size.unwrap_or(elements / known)).collect()),
            None => Err(Misfit::new(format!("cannot lay out {elements} values as {}", self.shape))
                .hint("the sizes must multiply to the number of values; one of them may be -1")),
        }
    }
}

/// `3×?` if a size is inferred.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let sizes: Vec<String> = self.0.iter().map(|size| size.map_or("?".into(), |size| size.to_string())).collect();
        f.write_str(&sizes.join("×"))
    }
}

impl ToValue for Target {
    fn to_value(&self) -> Option<ArgValue> {
        let size = |size: &Option<usize>| size.map_or(-1, ir::to_i64);
        Some(ArgValue::Sizes(self.0.iter().map(size).collect()))
    }
}

impl Layer for Reshape {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let sizes = self.resolve(&scope.sample(inputs[0])?)?;
        // The batch is copied.
        let shape = [0].into_iter().chain(sizes.into_iter().map(ir::to_i64));
        Ok(vec![scope.push(ir::Reshape { shape: shape.collect() }, &[inputs[0].into()])?])
    }

    fn glyph(&self, output: &TensorType) -> Glyph {
        let lines = vec!["Reshape".into(), output.to_string()];
        Glyph::Outline { outline: Outline::Rectangle, lines }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn one_size_may_be_worked_out() {
        assert_eq!(apply("reshape: [1, 28, 28]", &[&[784]]), Ok(("1×28×28".into(), 0)));
        assert_eq!(apply("reshape: [-1, 14, 14]", &[&[784]]), Ok(("4×14×14".into(), 0)));
        assert_eq!(apply("reshape: [-1]", &[&[4, 7, 28]]), Ok(("784".into(), 0)));
        assert_eq!(apply("reshape: [784, -1]", &[&[784]]), Ok(("784×1".into(), 0)));
    }

    #[test]
    fn the_values_stay_as_many() {
        assert_eq!(apply("reshape: [2, 28, 28]", &[&[784]]), Err("cannot lay out 784 values as 2×28×28".into()));
        assert_eq!(apply("reshape: [3, -1]", &[&[784]]), Err("cannot lay out 784 values as 3×?".into()));
        let huge = "reshape: [2147483647, 2147483647, 2147483647, -1]";
        assert!(apply(huge, &[&[784]]).is_err());
    }
}
