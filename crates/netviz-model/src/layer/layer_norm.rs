//! `layer_norm`: normalizes each sample to mean 0 and variance 1.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{self, Initializer, LayerNormalization, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::{Axis, Positive};

pub(super) const KIND: Kind = Kind {
    name: "layer_norm",
    category: Category::Normalization,
    arity: Arity::One,
    doc: "Normalizes each sample over its last dimensions (Ba, Kiros and Hinton 2016).",
    fields: LayerNorm::FIELDS,
    shorthand: None,
    example: "layer_norm",
    example_inputs: &[&[16, 32]],
    takes_integers: false,
    read: read::<LayerNorm>,
};

layer_arguments! {
    /// Layer normalization, with the defaults of Keras.
    pub struct LayerNorm {
        /// First dimension of the sample that is normalized; 0 is the first, -1 the last. Those after it are too.
        axis: Axis = Axis::new(-1),
        /// Added to the variance for numerical stability.
        epsilon: Positive = Positive(1e-3),
    }
}

impl Layer for LayerNorm {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let sample = scope.sample(inputs[0])?;
        let first = self.axis.resolve(sample.len()).ok_or_else(|| {
            let (axis, ty) = (self.axis, scope.ty(inputs[0]));
            Misfit::new(format!("normalizes from dimension {axis}, which its input of {ty} does not have"))
                .hint("0 is the first dimension of a sample, -1 the last")
        })?;
        let normalized = &sample[first..];
        let operands = [
            inputs[0].into(),
            scope.trainable("weight", normalized, Initializer::Ones),
            scope.trainable("bias", normalized, Initializer::Zeros),
        ];
        let op = LayerNormalization { axis: -ir::to_i64(normalized.len()), epsilon: self.epsilon.0 };
        Ok(vec![scope.push(op, &operands)?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Rectangle, lines: vec!["Layer".into(), "Normalization".into()] }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn every_normalized_value_has_a_scale_and_a_shift() {
        assert_eq!(apply("layer_norm", &[&[16, 32]]), Ok(("16×32".into(), 64)));
        assert_eq!(apply("layer_norm: {axis: 0}", &[&[3, 4, 5]]), Ok(("3×4×5".into(), 120)));
    }

    #[test]
    fn the_axis_must_exist() {
        let misfit = Err("normalizes from dimension 1, which its input of 10 does not have".into());
        assert_eq!(apply("layer_norm: {axis: 1}", &[&[10]]), misfit);
    }
}
