//! Whether the data, the network and the loss of a `train` section go together.

use super::{Content, Graph};
use crate::diagnostics::{Diagnostic, Problems};
use crate::layer::Activation;
use crate::shape::Shape;
use crate::spec::Loss;

pub(super) fn check(graph: &Graph, problems: &mut Problems) {
    let Some(train) = graph.train() else { return };
    let dataset = train.data.value;
    let input = &graph.node(graph.input()).shape;
    let output = graph.node(graph.output());
    if dataset.adapt(input).is_none() {
        let [channels, height, width] = dataset.sample;
        let message =
            format!("`{}` has samples of {channels}×{height}×{width}, but the input is {input}", dataset.name);
        let hint = format!(
            "use `input: [{}]`, or `[{channels}, H, W]` with H and W from {height} and {width} on, padded with zeros",
            channels * height * width
        );
        problems.push(Diagnostic::error(message).at(train.data.span).hint(hint));
    }
    let classes = dataset.classes.len();
    if Shape::new([classes]).as_ref() != Some(&output.shape) {
        let message = format!("`{}` has {classes} classes, but the last layer gives {}", dataset.name, output.shape);
        let hint = format!("end in `- dense: {{units: {classes}, activation: softmax}}`");
        problems.push(Diagnostic::error(message).at(train.data.span).hint(hint));
    } else if train.loss.value == Loss::CategoricalCrossentropy
        && !matches!(&output.content, Content::Layer { layer, .. } if layer.activation() == Activation::Softmax)
    {
        let message = "`categorical_crossentropy` needs probabilities, but the last layer does not end in softmax";
        let hint = format!("give `{}` `activation: softmax`, or use `loss: mse`", output.name);
        problems.push(Diagnostic::error(message).at(train.loss.span).hint(hint));
    }
}
