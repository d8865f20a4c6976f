//! `add`: the sum of its inputs, as in a residual connection.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;

pub(super) const KIND: Kind = Kind {
    name: "add",
    category: Category::Merge,
    arity: Arity::Many,
    doc: "Sum of inputs of the same shape.",
    fields: Add::FIELDS,
    shorthand: None,
    example: "add",
    example_inputs: &[&[16, 14, 14], &[16, 14, 14], &[16, 14, 14]],
    takes_integers: false,
    read: read::<Add>,
};

layer_arguments! {
    /// Addition.
    pub struct Add {}
}

impl Layer for Add {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        if let Some(&other) = inputs.iter().find(|&&other| scope.ty(other) != scope.ty(inputs[0])) {
            return Err(Misfit::new(format!("cannot add {} and {}", scope.ty(inputs[0]), scope.ty(other)))
                .hint("its inputs must have one shape; a `conv2d` with `kernel: 1` can change the channels"));
        }
        let mut others = inputs[1..].iter();
        let sum = others.try_fold(inputs[0], |sum, &input| scope.push(ir::Add, &[sum.into(), input.into()]))?;
        Ok(vec![sum])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Circle, lines: vec!["Add".into()] }
    }

    fn symbol(&self) -> Option<&'static str> {
        Some("+")
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn inputs_of_one_shape_keep_it() {
        assert_eq!(apply("add", &[&[3, 4, 4], &[3, 4, 4], &[3, 4, 4]]), Ok(("3×4×4".into(), 0)));
        assert_eq!(apply("add", &[&[3], &[3], &[4]]), Err("cannot add 3 and 4".into()));
    }
}
