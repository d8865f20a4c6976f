//! `max_pool2d`: the largest value of each window.

use std::sync::Arc;

use super::pool::Pool2d;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit};
use crate::program::{Op, Scope, ValueId};
use crate::shape::Shape;
use crate::spec::arguments::Arguments;

pub(super) const KIND: Kind = Kind {
    name: "max_pool2d",
    category: Category::Pooling,
    arity: Arity::One,
    doc: "Largest value of each window.",
    fields: Pool2d::FIELDS,
    shorthand: Some("pool"),
    example: "max_pool2d: 2",
    example_inputs: &[&[6, 28, 28]],
    read: |reader| Some(Arc::new(MaxPool2d(Pool2d::read(reader)?))),
};

/// Max pooling.
#[derive(Debug, Clone)]
pub(super) struct MaxPool2d(Pool2d);

impl Layer for MaxPool2d {
    fn infer(&self, inputs: &[Shape]) -> Result<Shape, Misfit> {
        self.0.infer(inputs)
    }

    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> ValueId {
        let (window, _) = self.0.window(scope.image(inputs[0])).expect("infer accepted the input");
        scope.push(Op::MaxPool(window), inputs, &[])
    }

    fn glyph(&self, _: &Shape) -> Glyph {
        self.0.glyph("Max Pooling")
    }
}
