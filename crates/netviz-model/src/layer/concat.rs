//! `concat`: joins its inputs along one dimension.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Operand, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::Axis;

pub(super) const KIND: Kind = Kind {
    name: "concat",
    category: Category::Merge,
    arity: Arity::Many,
    doc: "Joins inputs along one dimension, by default the channels.",
    fields: Concat::FIELDS,
    shorthand: Some("axis"),
    example: "concat",
    example_inputs: &[&[16, 14, 14], &[8, 14, 14]],
    takes_integers: false,
    read: read::<Concat>,
};

layer_arguments! {
    /// Concatenation.
    pub struct Concat {
        /// Dimension of the sample to join along; 0 is the channels, -1 the last.
        axis: Axis = Axis::new(0),
    }
}

impl Layer for Concat {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let first = scope.sample(inputs[0])?;
        let axis = self.axis.resolve(first.len()).ok_or_else(|| {
            let (axis, ty) = (self.axis, scope.ty(inputs[0]));
            Misfit::new(format!("joins along dimension {axis}, which its input of {ty} does not have"))
                .hint("0 is the first dimension of a sample, -1 the last")
        })?;
        for &other in &inputs[1..] {
            let sizes = scope.sample(other)?;
            let differs = |index: usize| index != axis && sizes[index] != first[index];
            if sizes.len() != first.len() || (0..sizes.len()).any(differs) {
                let types = [inputs[0], other].map(|input| scope.ty(input).to_string());
                return Err(Misfit::new(format!("cannot join {} along dimension {axis}", types.join(" and ")))
                    .hint("the other dimensions must be equal"));
            }
        }
        // Operations count the batch too.
        let axis = ir::to_i64(axis + 1);
        let operands: Vec<Operand> = inputs.iter().copied().map(Operand::Value).collect();
        Ok(vec![scope.push(ir::Concat { axis }, &operands)?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Circle, lines: vec!["Concat".into()] }
    }

    fn symbol(&self) -> Option<&'static str> {
        Some("||")
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn sizes_add_up_along_the_axis() {
        assert_eq!(apply("concat", &[&[3, 4, 4], &[5, 4, 4], &[1, 4, 4]]), Ok(("9×4×4".into(), 0)));
        assert_eq!(apply("concat: -1", &[&[3, 4, 4], &[3, 4, 6]]), Ok(("3×4×10".into(), 0)));
        assert_eq!(apply("concat: {axis: -3}", &[&[3, 4, 4], &[3, 4, 4]]), Ok(("6×4×4".into(), 0)));
    }

    #[test]
    fn the_other_sizes_and_the_rank_must_be_equal() {
        let misfit = Err("cannot join 3×4×4 and 3×4×5 along dimension 0".into());
        assert_eq!(apply("concat", &[&[3, 4, 4], &[3, 4, 5]]), misfit);
        assert_eq!(apply("concat", &[&[3], &[3, 1]]), Err("cannot join 3 and 3×1 along dimension 0".into()));
        for axis in ["3", "-4", "9223372036854775807", "-9223372036854775808"] {
            let misfit = format!("joins along dimension {axis}, which its input of 3×4×4 does not have");
            assert_eq!(apply(&format!("concat: {axis}"), &[&[3, 4, 4], &[3, 4, 4]]), Err(misfit));
        }
    }
}
