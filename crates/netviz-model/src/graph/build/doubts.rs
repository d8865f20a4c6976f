//! Warnings about layers that are valid but almost certainly mistakes.

use petgraph::Direction::Outgoing;
use petgraph::graph::NodeIndex;

use super::{Links, layer_of, sources};
use crate::category::Values;
use crate::diagnostics::{Diagnostic, Problems};
use crate::graph::{Content, Node};
use crate::layer::{Activation, Misfit, Surroundings};
use crate::spec::LayerSpec;

/// Warns about every layer that reports a doubt about its position.
pub(super) fn report(
    layers: &[LayerSpec],
    links: &Links,
    order: &[NodeIndex],
    nodes: &[Option<Node>],
    problems: &mut Problems,
) {
    // For each node, the layer that applied the last activation function to its values.
    let mut activated: Vec<Option<(&str, Activation)>> = vec![None; nodes.len()];
    for &index in order {
        let (Some(spec), Some(node)) = (layer_of(layers, index), &nodes[index.index()]) else { continue };
        let Content::Layer { kind, layer } = &node.content else { continue };
        let sources = sources(index, links);
        let before = match sources[..] {
            [source] => activated[source.index()],
            _ => None,
        };
        let changes_no_values = kind.category.values() == Values::Passed;
        activated[index.index()] = match layer.activation() {
            Activation::Linear => before.filter(|_| changes_no_values),
            activation => Some((node.name.as_str(), activation)),
        };
        let Some(input) = sources.first().and_then(|source| nodes[source.index()].as_ref()) else { continue };
        let is_output = links.neighbors_directed(index, Outgoing).next().is_none();
        let surroundings = Surroundings { input: &input.shape, activated: before, is_output };
        let doubt = layer.doubt(&surroundings).or_else(|| certain_softmax(layer.activation(), node));
        if let Some(Misfit { message, hint }) = doubt {
            let warning = Diagnostic::warning(format!("`{}` {message}", node.name)).at(spec.span);
            problems.push(Diagnostic { hint, ..warning });
        }
    }
}

/// A softmax over a single value, whose result is always 1.
fn certain_softmax(activation: Activation, node: &Node) -> Option<Misfit> {
    (activation == Activation::Softmax && node.shape.dimensions()[0] == 1).then(|| {
        Misfit::new("gives 1 for every sample: its softmax is over a single value")
            .hint("write `sigmoid`, or give it one value for each class")
    })
}
