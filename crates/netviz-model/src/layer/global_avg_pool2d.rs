//! `global_avg_pool2d`: the mean of each channel.

use super::config::layer_arguments;
use super::{Arity, Category, Glyph, Kind, Layer, Misfit, Outline, read};
use crate::ir::{Flatten, GlobalAveragePool, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;

pub(super) const KIND: Kind = Kind {
    name: "global_avg_pool2d",
    category: Category::Pooling,
    arity: Arity::One,
    doc: "Global average pooling: the mean of each channel, as one dimension.",
    fields: GlobalAvgPool2d::FIELDS,
    shorthand: None,
    example: "global_avg_pool2d",
    example_inputs: &[&[32, 7, 7]],
    takes_integers: false,
    read: read::<GlobalAvgPool2d>,
};

layer_arguments! {
    /// Global average pooling (Lin et al. 2013).
    pub struct GlobalAvgPool2d {}
}

impl Layer for GlobalAvgPool2d {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        scope.image(inputs[0])?;
        let mean = scope.push(GlobalAveragePool, &[inputs[0].into()])?;
        Ok(vec![scope.push(Flatten { axis: 1 }, &[mean.into()])?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        Glyph::Outline { outline: Outline::Ellipse, lines: vec!["Global Average".into(), "Pooling".into()] }
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    #[test]
    fn a_channel_becomes_a_value() {
        assert_eq!(apply("global_avg_pool2d", &[&[512, 7, 7]]), Ok(("512".into(), 0)));
        let misfit = Err("needs an image (channels×height×width), but gets 512".into());
        assert_eq!(apply("global_avg_pool2d", &[&[512]]), misfit);
    }
}
