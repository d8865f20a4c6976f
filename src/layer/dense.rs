//! `dense`: every output is connected to every input.

use super::{Activation, Arity, Category, Glyph, Kind, Layer, Misfit, checked, flat, read};
use crate::program::{Initializer, Op, Scope, ValueId};
use crate::shape::Shape;
use crate::spec::arguments::{Arguments, arguments};
use crate::spec::values::Size;

pub(super) const KIND: Kind = Kind {
    name: "dense",
    category: Category::Dense,
    arity: Arity::One,
    doc: "Fully connected layer: `activation(weight · x + bias)`.",
    fields: Dense::FIELDS,
    shorthand: Some("units"),
    example: "dense: {units: 10, activation: softmax}",
    example_inputs: &[&[784]],
    read: read::<Dense>,
};

arguments! {
    /// A fully connected layer.
    pub(super) struct Dense {
        /// Number of neurons.
        units: Size,
        /// Activation function applied to the output.
        activation: Activation = Activation::Linear,
        /// Whether the layer has a bias.
        use_bias: bool = true,
    }
}

impl Layer for Dense {
    fn infer(&self, inputs: &[Shape]) -> Result<Shape, Misfit> {
        flat(inputs)?;
        checked([self.units.get()])
    }

    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> ValueId {
        let (fan_in, fan_out) = (scope.shape(inputs[0]).elements(), self.units.get());
        let glorot = Initializer::GlorotUniform { fan_in, fan_out };
        let mut parameters = vec![scope.trainable("weight", &[fan_out, fan_in], glorot)];
        if self.use_bias {
            parameters.push(scope.trainable("bias", &[fan_out], Initializer::Zeros));
        }
        let sum = scope.push(Op::Gemm, inputs, &parameters);
        self.activation.lower(scope, sum)
    }

    fn glyph(&self, _: &Shape) -> Glyph {
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
