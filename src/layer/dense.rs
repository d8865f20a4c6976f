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
    doc: "Fully connected: `activation(weight · x + bias)`.",
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
        /// Function applied to the result.
        activation: Activation = Activation::Linear,
        /// Whether a bias is learned.
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
