//! `flatten`: all values in one dimension.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;

pub(super) const KIND: Kind = Kind {
    name: "flatten",
    category: Category::Shape,
    arity: Arity::One,
    doc: "Flattens the input into one dimension.",
    fields: Flatten::FIELDS,
    shorthand: None,
    example: "flatten",
    example_inputs: &[&[16, 5, 5]],
    takes_integers: false,
    read: read::<Flatten>,
};

layer_arguments! {
    /// Flattening.
    pub struct Flatten {}
}

impl Layer for Flatten {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        Ok(vec![scope.push(ir::Flatten { axis: 1 }, &[inputs[0].into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Triangle, lines: vec!["Flattening".into()] }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn all_values_are_kept() {
        assert_eq!(apply("flatten", &[&[16, 5, 5]]), Ok(("400".into(), 0)));
        assert_eq!(apply("flatten", &[&[7]]), Ok(("7".into(), 0)));
    }
}
