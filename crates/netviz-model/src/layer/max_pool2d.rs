//! `max_pool2d`: the largest value of each window.

use std::sync::Arc;

use super::pool::Pool2d;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit};
use crate::ir::{MaxPool, Scope, TensorType, ValueId};
use crate::schema::arguments::{Arguments, Setting, Settings};

pub(super) const KIND: Kind = Kind {
    name: "max_pool2d",
    category: Category::Pooling,
    arity: Arity::One,
    doc: "Max pooling: the largest value of each window.",
    fields: Pool2d::FIELDS,
    shorthand: Some("pool"),
    example: "max_pool2d: 2",
    example_inputs: &[&[6, 28, 28]],
    takes_integers: false,
    read: |reader| Some(Arc::new(MaxPool2d(Pool2d::read(reader)?))),
};

/// Max pooling.
#[derive(Debug, Clone)]
pub(super) struct MaxPool2d(Pool2d);

impl Settings for MaxPool2d {
    fn settings(&self) -> Vec<Setting> {
        self.0.settings()
    }
}

impl Layer for MaxPool2d {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let window = self.0.window(scope, inputs[0])?;
        Ok(vec![scope.push(MaxPool(window), &[inputs[0].into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        self.0.glyph("Max Pooling")
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn the_step_is_the_window_where_it_is_not_given() {
        assert_eq!(apply("max_pool2d: 2", &[&[6, 28, 28]]), Ok(("6×14×14".into(), 0)));
        assert_eq!(apply("max_pool2d: [2, 3]", &[&[6, 29, 29]]), Ok(("6×14×9".into(), 0)));
        assert_eq!(apply("max_pool2d: {pool: 3, strides: 2}", &[&[96, 55, 55]]), Ok(("96×27×27".into(), 0)));
        assert_eq!(apply("max_pool2d: {pool: 2, strides: 1, padding: same}", &[&[1, 3, 3]]), Ok(("1×3×3".into(), 0)));
        assert_eq!(
            apply("max_pool2d: {pool: 3, strides: 2, padding: 1}", &[&[64, 112, 112]]),
            Ok(("64×56×56".into(), 0))
        );
    }

    #[test]
    fn a_window_must_see_some_of_the_image() {
        let misfit = Err("has windows that see padding only".into());
        assert_eq!(apply("max_pool2d: {pool: 2, padding: 2}", &[&[1, 8, 8]]), misfit);
        let misfit = Err("has a window of 9×9, which is larger than its input of 8×8".into());
        assert_eq!(apply("max_pool2d: 9", &[&[1, 8, 8]]), misfit);
    }
}
