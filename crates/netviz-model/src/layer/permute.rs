//! `permute`: the dimensions in another order.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::diagnostics::Problems;
use crate::ir::{Scope, TensorType, Transpose, ValueId};
use crate::limits;
use crate::schema::arguments::{ArgValue, Argument, Arguments, ToValue};
use crate::yaml::{Node, Value};

pub(super) const KIND: Kind = Kind {
    name: "permute",
    category: Category::Shape,
    arity: Arity::One,
    doc: "Puts the dimensions of a sample in another order; 0 is the first one.",
    fields: Permute::FIELDS,
    shorthand: Some("order"),
    example: "permute: [1, 0]",
    example_inputs: &[&[28, 64]],
    takes_integers: false,
    read: read::<Permute>,
};

layer_arguments! {
    /// A permutation of dimensions.
    pub struct Permute {
        /// For each dimension of the output, which one of the input it is.
        order: Order,
    }
}

/// Each dimension once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<usize>);

impl Argument for Order {
    fn expected() -> String {
        format!("a list of the dimensions from 0 on, such as [1, 2, 0], at most {}", limits::RANK)
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        let Value::List(list) = &node.value else { return None };
        let index = |node: &Node| match node.value {
            Value::Int(index) => usize::try_from(index).ok(),
            _ => None,
        };
        let order: Vec<usize> = list.iter().map(index).collect::<Option<_>>()?;
        let is_order = (0..order.len()).all(|index| order.contains(&index));
        (is_order && (1..=limits::RANK).contains(&order.len())).then_some(Self(order))
    }
}

impl ToValue for Order {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::List(self.0.iter().map(|&index| ArgValue::int(index)).collect()))
    }
}

impl Layer for Permute {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let Order(order) = &self.order;
        let sample = scope.sample(inputs[0])?;
        if sample.len() != order.len() {
            let message = format!("orders {} dimensions, but gets {}", order.len(), scope.ty(inputs[0]));
            return Err(Misfit::new(message).hint("name each dimension of a sample once, without the batch"));
        }
        // Operations count the batch too.
        let perm = [0].into_iter().chain(order.iter().map(|index| index + 1)).collect();
        Ok(vec![scope.push(Transpose { perm }, &[inputs[0].into()])?])
    }

    fn glyph(&self, output: &TensorType) -> Glyph {
        let lines = vec!["Permute".into(), output.to_string()];
        Glyph::Outline { outline: Outline::Rectangle, lines }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn every_dimension_is_named_once() {
        assert_eq!(apply("permute: [1, 2, 0]", &[&[3, 4, 5]]), Ok(("4×5×3".into(), 0)));
        let misfit = Err("orders 2 dimensions, but gets 3×4×5".into());
        assert_eq!(apply("permute: [1, 0]", &[&[3, 4, 5]]), misfit);
    }
}
