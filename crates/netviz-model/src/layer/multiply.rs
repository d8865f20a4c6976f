//! `multiply`: product of inputs.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;

pub(super) const KIND: Kind = Kind {
    name: "multiply",
    category: Category::Merge,
    arity: Arity::Many,
    doc: "Product of inputs of the same shape. An input of one value per channel multiplies all values of the channel.",
    fields: Multiply::FIELDS,
    shorthand: None,
    example: "multiply",
    example_inputs: &[&[16, 14, 14], &[16]],
    takes_integers: false,
    read: read::<Multiply>,
};

layer_arguments! {
    /// Multiplication.
    pub struct Multiply {}
}

impl Layer for Multiply {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let samples = inputs.iter().map(|&input| scope.sample(input)).collect::<Result<Vec<_>, _>>()?;
        // The first one of most dimensions, which the others are fitted to.
        let largest = (0..samples.len()).rev().max_by_key(|&index| samples[index].len()).unwrap_or(0);
        let shape = &samples[largest];
        let mut product = inputs[largest];
        for (index, (&input, sample)) in inputs.iter().zip(&samples).enumerate().filter(|(index, _)| *index != largest)
        {
            let factor = if sample == shape {
                input
            } else if sample[..] == shape[..1] {
                let ones = shape.iter().skip(1).map(|_| 1);
                let sizes = [0, ir::to_i64(sample[0])].into_iter().chain(ones);
                scope.push(ir::Reshape { shape: sizes.collect() }, &[input.into()])?
            } else {
                let types = [largest, index].map(|index| scope.ty(inputs[index]).to_string());
                return Err(Misfit::new(format!("cannot multiply {}", types.join(" and ")))
                    .hint("its inputs must have one shape, or one value per channel of the others"));
            };
            product = scope.push(ir::Mul, &[product.into(), factor.into()])?;
        }
        Ok(vec![product])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Circle, lines: vec!["Multiply".into()] }
    }

    fn symbol(&self) -> Option<&'static str> {
        Some("×")
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn a_vector_weighs_channels() {
        assert_eq!(apply("multiply", &[&[3, 4, 4], &[3, 4, 4]]), Ok(("3×4×4".into(), 0)));
        assert_eq!(apply("multiply", &[&[3], &[3, 4, 4]]), Ok(("3×4×4".into(), 0)));
        assert_eq!(apply("multiply", &[&[3, 4, 4], &[4]]), Err("cannot multiply 3×4×4 and 4".into()));
    }
}
