//! `concat`: joins its inputs along one dimension.

use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, checked, read};
use crate::diagnostics::Problems;
use crate::program::{Op, Scope, ValueId};
use crate::shape::Shape;
use crate::spec::arguments::{ArgValue, Argument, Arguments, ToValue, arguments};
use crate::spec::node::{Node, Value};

pub(super) const KIND: Kind = Kind {
    name: "concat",
    category: Category::Merge,
    arity: Arity::Many,
    doc: "Joins inputs along one dimension, by default the channels.",
    fields: Concat::FIELDS,
    shorthand: Some("axis"),
    example: "concat",
    example_inputs: &[&[16, 14, 14], &[8, 14, 14]],
    read: read::<Concat>,
};

arguments! {
    /// Concatenation.
    pub(super) struct Concat {
        /// Dimension of the sample to join along; 0 is the channels, -1 the last.
        axis: Axis = Axis(0),
    }
}

/// A dimension of a sample; negative numbers count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis(i64);

impl Argument for Axis {
    fn expected() -> String {
        "a whole number".into()
    }

    fn from_node(node: &Node, _: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Int(axis) => Some(Self(axis)),
            _ => None,
        }
    }
}

impl ToValue for Axis {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::Int(self.0))
    }
}

impl Axis {
    fn resolve(self, rank: usize) -> Option<usize> {
        let rank = i64::try_from(rank).ok()?;
        let axis = if self.0 < 0 { self.0.checked_add(rank)? } else { self.0 };
        usize::try_from(axis).ok().filter(|_| axis < rank)
    }
}

impl Layer for Concat {
    fn infer(&self, inputs: &[Shape]) -> Result<Shape, Misfit> {
        let mut dimensions = inputs[0].dimensions().to_vec();
        let axis = self.axis.resolve(dimensions.len()).ok_or_else(|| {
            Misfit::new(format!(
                "joins along dimension {}, which its input of {} does not have",
                self.axis.0, inputs[0]
            ))
            .hint("0 is the first dimension of a sample, -1 the last")
        })?;
        for other in &inputs[1..] {
            let sizes = other.dimensions();
            let differs = |index: usize| index != axis && sizes[index] != dimensions[index];
            if sizes.len() != dimensions.len() || (0..sizes.len()).any(differs) {
                return Err(Misfit::new(format!("cannot join {} and {other} along dimension {axis}", inputs[0]))
                    .hint("the other dimensions must be equal"));
            }
            dimensions[axis] += sizes[axis];
        }
        checked(dimensions)
    }

    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> ValueId {
        let rank = scope.shape(inputs[0]).dimensions().len();
        let axis = self.axis.resolve(rank).expect("infer accepted the inputs");
        scope.push(Op::Concat { axis }, inputs, &[])
    }

    fn glyph(&self, _: &Shape) -> Glyph {
        Glyph::Outline { outline: Outline::Circle, lines: vec!["Concat".into()] }
    }

    fn sign(&self) -> Option<&'static str> {
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
