//! `conv2d`: a learned filter slides over an image.

use super::config::layer_arguments;
use super::window::{Padding, place};
use super::{Activation, Arity, Category, Glyph, Kind, Layer, Misfit, read};
use crate::ir::{Conv, Initializer, Scope, TensorType, ValueId};
use crate::schema::arguments::Arguments;
use crate::schema::values::{Pair, Size};

pub(super) const KIND: Kind = Kind {
    name: "conv2d",
    category: Category::Convolution,
    arity: Arity::One,
    doc: "Two-dimensional convolution of an image.",
    fields: Conv2d::FIELDS,
    shorthand: None,
    example: "conv2d: {filters: 8, kernel: 3, padding: same, activation: relu}",
    example_inputs: &[&[1, 28, 28]],
    takes_integers: false,
    read: read::<Conv2d>,
};

layer_arguments! {
    /// A two-dimensional convolution.
    pub struct Conv2d {
        /// Number of filters, which is the number of output channels.
        filters: Size,
        /// Height and width of a filter.
        kernel: Pair,
        /// Stride of the filter.
        strides: Pair = Pair([1, 1]),
        /// Padding around the image.
        padding: Padding = Padding::Valid,
        /// Dilation: spacing between the points of a filter.
        dilation: Pair = Pair([1, 1]),
        /// Number of groups that the channels are split into.
        groups: Size = Size::new(1),
        /// Activation function applied to the output.
        activation: Activation = Activation::Linear,
        /// Whether the layer has a bias.
        use_bias: bool = true,
    }
}

impl Layer for Conv2d {
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit> {
        let [channels, height, width] = scope.image(inputs[0])?;
        let (filters, groups) = (self.filters.get(), self.groups.get());
        if channels % groups != 0 || filters % groups != 0 {
            return Err(Misfit::new(format!(
                "cannot split {channels} channels and {filters} filters into {groups} groups"
            ))
            .hint("`groups` must divide both"));
        }
        let window = place(self.kernel.0, self.strides.0, self.dilation.0, self.padding, [height, width])?;
        let ([height, width], channels) = (self.kernel.0, channels / groups);
        let area = height.saturating_mul(width);
        let glorot =
            Initializer::GlorotUniform { fan_in: channels.saturating_mul(area), fan_out: filters.saturating_mul(area) };
        let weight = scope.trainable("weight", &[filters, channels, height, width], glorot);
        let bias = scope.bias(self.use_bias, filters);
        let sum = scope.push(Conv { window, groups }, &[inputs[0].into(), weight, bias])?;
        Ok(vec![self.activation.lower(scope, sum)?])
    }

    fn glyph(&self, _: &TensorType) -> Glyph {
        let lines = vec![
            "Convolutional Layer".into(),
            format!("Kernel Size: {}x{}", self.kernel.0[0], self.kernel.0[1]),
            format!("Filters: {}", self.filters.get()),
        ];
        Glyph::FeatureMaps { lines, maps: self.filters.get() }
    }

    fn activation(&self) -> Activation {
        self.activation
    }
}

#[cfg(test)]
mod tests {
    use crate::layer::tests::apply;

    /// The examples of Keras' `Conv2D`, channels first.
    #[test]
    fn padding_and_dilation_are_those_of_keras() {
        let shape = |arguments: &str| {
            let text = format!("conv2d: {{filters: 2, kernel: 3{arguments}}}");
            apply(&text, &[&[3, 28, 28]]).map(|(shape, _)| shape)
        };
        assert_eq!(shape(""), Ok("2×26×26".into()));
        assert_eq!(shape(", dilation: 2"), Ok("2×24×24".into()));
        assert_eq!(shape(", padding: same"), Ok("2×28×28".into()));
        assert_eq!(shape(", padding: same, strides: 2"), Ok("2×14×14".into()));
        assert_eq!(shape(", padding: same, strides: 3"), Ok("2×10×10".into()));
        assert_eq!(shape(", padding: valid, strides: [2, 1]"), Ok("2×13×26".into()));
        assert_eq!(shape(", padding: [0, 2]"), Ok("2×26×30".into()));
        assert_eq!(shape(", padding: [[1, 0], [1, 2]]"), Ok("2×27×29".into()));
    }

    /// The first layers of AlexNet, of ResNet, and of the example in PyTorch's `Conv2d`.
    #[test]
    fn known_networks_have_their_shapes_and_parameters() {
        let alexnet = "conv2d: {filters: 64, kernel: 11, strides: 4, padding: 2}";
        assert_eq!(apply(alexnet, &[&[3, 224, 224]]), Ok(("64×55×55".into(), 23_296)));
        let resnet = "conv2d: {filters: 64, kernel: 7, strides: 2, padding: 3, use_bias: false}";
        assert_eq!(apply(resnet, &[&[3, 224, 224]]), Ok(("64×112×112".into(), 9_408)));
        let pytorch = "conv2d: {filters: 33, kernel: 3, strides: 2}";
        assert_eq!(apply(pytorch, &[&[16, 50, 100]]), Ok(("33×24×49".into(), 4_785)));
    }

    #[test]
    fn groups_divide_the_weights() {
        let depthwise = "conv2d: {filters: 32, kernel: 3, groups: 32}";
        assert_eq!(apply(depthwise, &[&[32, 8, 8]]), Ok(("32×6×6".into(), 32 * 9 + 32)));
        let misfit = Err("cannot split 32 channels and 30 filters into 4 groups".into());
        assert_eq!(apply("conv2d: {filters: 30, kernel: 3, groups: 4}", &[&[32, 8, 8]]), misfit);
    }

    #[test]
    fn a_window_may_be_as_large_as_the_image_and_no_larger() {
        assert_eq!(apply("conv2d: {filters: 1, kernel: 5}", &[&[1, 5, 5]]), Ok(("1×1×1".into(), 26)));
        let misfit = Err("has a window of 5×7, which is larger than its input of 5×6".into());
        assert_eq!(apply("conv2d: {filters: 1, kernel: [3, 4], dilation: 2}", &[&[1, 5, 6]]), misfit);
    }
}
