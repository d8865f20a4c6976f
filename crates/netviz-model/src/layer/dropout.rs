//! `dropout`: sets random values to zero during training.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, LayerContext, read};
use crate::ir::{self, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::Fraction;

pub(super) const KIND: Kind = Kind {
    name: "dropout",
    category: Category::Regularization,
    arity: Arity::One,
    doc: "Sets a random fraction of the values to zero during training (Srivastava et al. 2014).",
    fields: Dropout::FIELDS,
    shorthand: Some("rate"),
    example: "dropout: 0.2",
    example_inputs: &[&[512]],
    takes_integers: false,
    read: read::<Dropout>,
};

layer_arguments! {
    /// Dropout.
    pub struct Dropout {
        /// Probability that a value is dropped.
        rate: Fraction,
    }
}

impl Layer for Dropout {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        Ok(vec![scope.push(ir::Dropout { rate: self.rate.0 }, &[inputs[0].into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let lines = vec!["Dropout Layer".into(), format!("Rate: {}", self.rate.0)];
        Glyph::Outline { outline: Outline::Ellipse, lines }
    }

    fn lint(&self, context: &LayerContext) -> Option<Misfit> {
        if self.rate.0 == 0.0 {
            Some(Misfit::new("drops nothing: its rate is 0").hint("remove it, or write a rate such as 0.2"))
        } else if context.is_output {
            Some(Misfit::new("drops values of the network's result").hint("put it before the last layer with weights"))
        } else {
            None
        }
    }
}
