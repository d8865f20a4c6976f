//! `split`: cuts its input into parts along one dimension, one output each.

use std::fmt;

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::diagnostics::Problems;
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::limits;
use crate::schema::arguments::{ArgValue, Argument, Arguments, ToValue, read_item};
use crate::schema::values::{Axis, Size};
use crate::yaml::{Node, Value};

pub(super) const KIND: Kind = Kind {
    name: "split",
    category: Category::Shape,
    arity: Arity::One,
    doc: "Splits its input along one dimension, by default the channels. Layers read a part by its number: \
          `from: split_1:0`.",
    fields: Split::FIELDS,
    shorthand: Some("sections"),
    example: "split: 2",
    example_inputs: &[&[16, 14, 14]],
    takes_integers: false,
    read: read::<Split>,
};

layer_arguments! {
    /// Splitting.
    pub struct Split {
        /// Number of equal parts, or the size of each part.
        sections: Sections,
        /// Dimension of the sample to split along; 0 is the channels, -1 the last.
        axis: Axis = Axis::new(0),
    }
}

/// How a dimension is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sections {
    /// Into this many equal parts.
    Equal(usize),
    /// Into parts of these sizes.
    Sizes(Vec<usize>),
}

impl Argument for Sections {
    fn expected() -> String {
        format!("a number of parts from 2 to {0}, or a list of 2 to {0} sizes", limits::OUTPUTS)
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let possible = 2..=limits::OUTPUTS;
        let Value::List(list) = &node.value else {
            let parts = Size::from_node(node, problems)?.get();
            return possible.contains(&parts).then_some(Self::Equal(parts));
        };
        let sizes: Vec<Option<Size>> = list.iter().map(|node| read_item(node, problems)).collect();
        let sizes: Vec<usize> = sizes.into_iter().map(|size| size.map(Size::get)).collect::<Option<_>>()?;
        possible.contains(&sizes.len()).then_some(Self::Sizes(sizes))
    }
}

impl ToValue for Sections {
    fn to_value(&self) -> Option<ArgValue> {
        Some(match self {
            Self::Equal(parts) => ArgValue::int(*parts),
            Self::Sizes(sizes) => ArgValue::List(sizes.iter().map(|&size| ArgValue::int(size)).collect()),
        })
    }
}

/// `2 parts`, or `8 + 24`.
impl fmt::Display for Sections {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Equal(parts) => write!(f, "{parts} parts"),
            Self::Sizes(sizes) => {
                let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
                f.write_str(&sizes.join(" + "))
            }
        }
    }
}

impl Sections {
    /// The sizes of the parts of a dimension; `None` if they do not add up to it.
    fn of(&self, size: usize) -> Option<Vec<usize>> {
        match self {
            Self::Equal(parts) => size.is_multiple_of(*parts).then(|| vec![size / parts; *parts]),
            Self::Sizes(sizes) => {
                let sum = sizes.iter().try_fold(0_usize, |sum, &size| sum.checked_add(size));
                (sum == Some(size)).then(|| sizes.clone())
            }
        }
    }
}

impl Layer for Split {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let sample = scope.sample(inputs[0])?;
        let axis = self.axis.resolve(sample.len()).ok_or_else(|| {
            let (axis, ty) = (self.axis, scope.ty(inputs[0]));
            Misfit::new(format!("splits along dimension {axis}, which its input of {ty} does not have"))
                .hint("0 is the first dimension of a sample, -1 the last")
        })?;
        let sizes = self.sections.of(sample[axis]).filter(|sizes| sizes.iter().all(|&size| size > 0));
        let sizes = sizes.ok_or_else(|| {
            let ty = scope.ty(inputs[0]);
            Misfit::new(format!("cannot split dimension {axis} of {ty} into {}", self.sections))
                .hint("equal parts must divide the size; given sizes must add up to it")
        })?;
        // Operations count the batch too.
        scope.push_all(ir::Split { axis: ir::to_i64(axis + 1), sizes }, &[inputs[0].into()])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Rectangle, lines: vec!["Split".into(), self.sections.to_string()] }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn the_first_output_is_the_first_part() {
        assert_eq!(apply("split: 2", &[&[6, 4, 4]]), Ok(("3×4×4".into(), 0)));
        assert_eq!(apply("split: {sections: [1, 3], axis: -1}", &[&[6, 4, 4]]), Ok(("6×4×1".into(), 0)));
    }

    #[test]
    fn the_parts_are_the_whole() {
        assert_eq!(apply("split: 4", &[&[6, 4, 4]]), Err("cannot split dimension 0 of 6×4×4 into 4 parts".into()));
        let sizes = "split: {sections: [1, 2], axis: 1}";
        assert_eq!(apply(sizes, &[&[6, 4, 4]]), Err("cannot split dimension 1 of 6×4×4 into 1 + 2".into()));
        let axis = "split: {sections: 2, axis: 3}";
        let misfit = "splits along dimension 3, which its input of 6×4×4 does not have";
        assert_eq!(apply(axis, &[&[6, 4, 4]]), Err(misfit.into()));
    }
}
