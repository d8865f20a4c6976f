//! `dense`: every output is connected to every input.

use super::config::layer_arguments;
use super::{Activation, Arity, Category, Glyph, Kind, Layer, Misfit, read};
use crate::ir::{Gemm, Initializer, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::Size;

pub(super) const KIND: Kind = Kind {
    name: "dense",
    category: Category::Dense,
    arity: Arity::One,
    doc: "Fully connected layer: `activation(weight · x + bias)`.",
    fields: Dense::FIELDS,
    shorthand: Some("units"),
    example: "dense: {units: 10, activation: softmax}",
    example_inputs: &[&[784]],
    takes_integers: false,
    read: read::<Dense>,
};

layer_arguments! {
    /// A fully connected layer.
    pub struct Dense {
        /// Number of neurons.
        units: Size,
        /// Activation function applied to the output.
        activation: Activation = Activation::Linear,
        /// Whether the layer has a bias.
        use_bias: bool = true,
    }
}

impl Layer for Dense {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let (fan_in, fan_out) = (scope.flat(inputs[0])?, self.units.get());
        let weight = scope.trainable("weight", &[fan_out, fan_in], Initializer::GlorotUniform { fan_in, fan_out });
        let bias = scope.bias(self.use_bias, fan_out);
        let sum = scope.push(Gemm, &[inputs[0].into(), weight, bias])?;
        Ok(vec![self.activation.lower(scope, sum)?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Neurons
    }

    fn activation(&self) -> Activation {
        self.activation
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn weights_and_bias_are_counted() {
        assert_eq!(apply("dense: 512", &[&[784]]), Ok(("512".into(), 401_920)));
        assert_eq!(apply("dense: {units: 512, use_bias: false}", &[&[784]]), Ok(("512".into(), 401_408)));
    }

    #[test]
    fn an_image_is_no_input() {
        assert_eq!(apply("dense: 10", &[&[1, 28, 28]]), Err("needs one dimension, but gets 1×28×28".into()));
    }
}
