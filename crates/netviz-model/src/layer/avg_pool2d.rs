//! `avg_pool2d`: the mean of each window.

use std::sync::Arc;

use super::pool::Pool2d;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit};
use crate::ir::{AveragePool, Scope, TensorType, ValueId};
use crate::schema::arguments::{Arguments, Setting, Settings};

pub(super) const KIND: Kind = Kind {
    name: "avg_pool2d",
    category: Category::Pooling,
    arity: Arity::One,
    doc: "Average pooling: the mean of each window; padding is not counted.",
    fields: Pool2d::FIELDS,
    shorthand: Some("pool"),
    example: "avg_pool2d: 2",
    example_inputs: &[&[6, 28, 28]],
    takes_integers: false,
    read: |reader| Some(Arc::new(AvgPool2d(Pool2d::read(reader)?))),
};

/// Average pooling.
#[derive(Debug, Clone)]
pub(super) struct AvgPool2d(Pool2d);

impl Settings for AvgPool2d {
    fn settings(&self) -> Vec<Setting> {
        self.0.settings()
    }
}

impl Layer for AvgPool2d {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let window = self.0.window(scope, inputs[0])?;
        Ok(vec![scope.push(AveragePool(window), &[inputs[0].into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        self.0.glyph("Average Pooling")
    }
}
