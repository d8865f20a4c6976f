//! `local_response_norm`: normalization over neighbouring channels.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{Lrn, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::{Positive, Size};

pub(super) const KIND: Kind = Kind {
    name: "local_response_norm",
    category: Category::Normalization,
    arity: Arity::One,
    doc: "Divides each value by a power of the mean square of the channels around it (Krizhevsky et al. 2012).",
    fields: LocalResponseNorm::FIELDS,
    shorthand: Some("size"),
    example: "local_response_norm: 5",
    example_inputs: &[&[16, 14, 14]],
    takes_integers: false,
    read: read::<LocalResponseNorm>,
};

layer_arguments! {
    /// Local response normalization, with the defaults of PyTorch and ONNX.
    pub struct LocalResponseNorm {
        /// Number of channels that are averaged.
        size: Size,
        /// Factor of the mean square.
        alpha: Positive = Positive(1e-4),
        /// Exponent.
        beta: Positive = Positive(0.75),
        /// Added to the mean square.
        bias: Positive = Positive(1.0),
    }
}

impl Layer for LocalResponseNorm {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        scope.image(inputs[0])?;
        let op = Lrn { size: self.size.get(), alpha: self.alpha.0, beta: self.beta.0, bias: self.bias.0 };
        Ok(vec![scope.push(op, &[inputs[0].into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let lines = vec!["Local Response".into(), "Normalization".into()];
        Glyph::Outline { outline: Outline::Rectangle, lines }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn only_an_image_has_channels() {
        assert_eq!(apply("local_response_norm: 5", &[&[96, 55, 55]]), Ok(("96×55×55".into(), 0)));
        let misfit = Err("needs an image (channels×height×width), but gets 96".into());
        assert_eq!(apply("local_response_norm: 5", &[&[96]]), misfit);
    }
}
