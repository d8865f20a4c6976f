//! Warnings about layers that are valid but almost certainly mistakes.

use crate::category::Values;
use crate::diagnostics::{Diagnostic, Problems};
use crate::graph::{Content, Graph};
use crate::ir::TensorType;
use crate::layer::{Activation, LayerContext, Misfit};
use crate::spec::LayerSpec;

/// Warns about every layer that is probably a mistake at its position.
pub(super) fn report(graph: &Graph, layers: &[LayerSpec], problems: &mut Problems) {
    // For each node, the layer that applied the last activation function to its values.
    let mut activated: Vec<Option<(&str, Activation)>> = vec![None; graph.order().len()];
    for index in graph.order() {
        let node = graph.node(index);
        let (Content::Layer { kind, layer }, Some(spec)) =
            (&node.content, node.layer_number().map(|number| &layers[number]))
        else {
            continue;
        };
        let sources = graph.sources(index);
        let before = match sources[..] {
            [source] => activated[source.node.index()],
            _ => None,
        };
        let changes_no_values = kind.category.values() == Values::Passed;
        activated[index.index()] = match layer.activation() {
            Activation::Linear => before.filter(|_| changes_no_values),
            activation => Some((node.name.as_str(), activation)),
        };
        let Some(&input) = sources.first() else { continue };
        let is_output = index == graph.output();
        let context = LayerContext { input: graph.ty(input), activated: before, is_output };
        let certain = || certain_softmax(layer.activation(), graph.output_type(index));
        if let Some(Misfit { message, hint }) = layer.lint(&context).or_else(certain) {
            let warning = Diagnostic::warning(format!("`{}` {message}", node.name)).at(spec.span);
            problems.push(Diagnostic { hint, ..warning });
        }
    }
}

/// A softmax over a single value, whose result is always 1.
fn certain_softmax(activation: Activation, output: &TensorType) -> Option<Misfit> {
    let is_single = output.sample().is_some_and(|sizes| sizes.first() == Some(&1));
    (activation == Activation::Softmax && is_single).then(|| {
        Misfit::new("gives 1 for every sample: its softmax is over a single value")
            .hint("write `sigmoid`, or give it one value for each class")
    })
}
