//! `batch_norm`: normalizes each channel to mean 0 and variance 1 over the batch.

use super::config::layer_arguments;
use super::{Activation, Arity, Category, Glyph, Kind, Layer, Misfit, Outline, LayerContext, read};
use crate::ir::{BatchNormalization, Initializer, Role, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::{Fraction, Positive};

pub(super) const KIND: Kind = Kind {
    name: "batch_norm",
    category: Category::Normalization,
    arity: Arity::One,
    doc: "Normalizes each channel over the batch (Ioffe and Szegedy 2015).",
    fields: BatchNorm::FIELDS,
    shorthand: None,
    example: "batch_norm",
    example_inputs: &[&[16, 14, 14]],
    takes_integers: false,
    read: read::<BatchNorm>,
};

layer_arguments! {
    /// Batch normalization, with the defaults of Keras.
    pub struct BatchNorm {
        /// Momentum of the running statistics: the weight of their previous value.
        momentum: Fraction = Fraction(0.99),
        /// Added to the variance for numerical stability.
        epsilon: Positive = Positive(1e-3),
    }
}

impl Layer for BatchNorm {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let channels = match scope.sample(inputs[0])?[..] {
            [channels] | [channels, _, _] => [channels],
            _ => {
                let message = format!("needs one dimension or an image, but gets {}", scope.ty(inputs[0]));
                return Err(Misfit::new(message).hint("put `- reshape: [channels, height, width]` before it"));
            }
        };
        let operands = [
            inputs[0].into(),
            scope.trainable("weight", &channels, Initializer::Ones),
            scope.trainable("bias", &channels, Initializer::Zeros),
            scope.parameter("running_mean", &channels, Initializer::Zeros, Role::Statistic),
            scope.parameter("running_var", &channels, Initializer::Ones, Role::Statistic),
            scope.parameter("num_batches_tracked", &[], Initializer::Zeros, Role::Counter),
        ];
        let op = BatchNormalization { epsilon: self.epsilon.0, momentum: self.momentum.0 };
        Ok(vec![scope.push(op, &operands)?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Rectangle, lines: vec!["Batch".into(), "Normalization".into()] }
    }

    fn lint(&self, context: &LayerContext) -> Option<Misfit> {
        let (name, _) = context.activated.filter(|(_, before)| *before == Activation::Softmax)?;
        let message = format!("normalizes the probabilities of `{name}`, which then do not add up to 1");
        Some(Misfit::new(message).hint("put it before the softmax"))
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn a_channel_has_four_parameters() {
        assert_eq!(apply("batch_norm", &[&[64, 7, 7]]), Ok(("64×7×7".into(), 256)));
        assert_eq!(apply("batch_norm", &[&[10]]), Ok(("10".into(), 40)));
    }

    #[test]
    fn two_dimensions_have_no_channels() {
        let misfit = Err("needs one dimension or an image, but gets 4×4".into());
        assert_eq!(apply("batch_norm", &[&[4, 4]]), misfit);
    }
}
