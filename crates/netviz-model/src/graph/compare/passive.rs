//! What is left out of networks that are written in different ways.
//!
//! Exporters move values around as their operators need it: a head of attention is a reshape, a transpose and a choice
//! of a part in the one file and an argument in the other. Such nodes are looked through. What they do to a network
//! still shows in the sizes and the weights of the layers behind them.

use petgraph::graph::NodeIndex;

use super::form::{is_adaptive, sizes};
use super::vocabulary;
use crate::category::Category;
use crate::graph::{Content, Graph};
use crate::schema::ArgValue;

/// Whether it passes on values as they are in inference, but for their order and form.
pub(super) fn is_passive(graph: &Graph, index: NodeIndex) -> bool {
    let content = &graph.node(index).content;
    let sources = graph.sources(index).len();
    let kind = vocabulary::kind(content.kind());
    match &*kind {
        "concat" => sources == 1 || is_nested(graph, index),
        _ if sources != 1 => false,
        "avgpool" | "adaptiveavgpool" => is_same(graph, index),
        // An index that is stored chooses a part.
        "embedding" => content.category() != Some(Category::Embedding) && graph.node(index).parameters.total() == 0,
        "mul" | "div" => is_scale(graph, index),
        _ => content.category() == Some(Category::Regularization) || vocabulary::is_passive(&kind),
    }
}

/// Whether a concatenation is only part of another one along the same axis.
fn is_nested(graph: &Graph, index: NodeIndex) -> bool {
    let axis = |index: NodeIndex| -> Vec<ArgValue> {
        graph.settings(index).into_iter().filter(|setting| !setting.is_default).map(|setting| setting.value).collect()
    };
    only_reader(graph, index).is_some_and(|reader| {
        graph.node(reader).content.kind() == graph.node(index).content.kind() && axis(reader) == axis(index)
    })
}

/// Whether a pooling averages single values.
fn is_same(graph: &Graph, index: NodeIndex) -> bool {
    let is_one = |value: &ArgValue| match value {
        ArgValue::Int(size) => *size == 1,
        ArgValue::Sizes(sizes) => sizes.iter().all(|size| *size == 1),
        _ => false,
    };
    let settings = graph.settings(index);
    let mut kernels = settings.iter().filter(|setting| vocabulary::setting(&setting.name) == Some("kernel"));
    let source = graph.sources(index).first().and_then(|source| sizes(graph.ty(*source)));
    let keeps = source.is_some() && source == sizes(graph.output_type(index));
    keeps && (is_adaptive(graph, index) || kernels.next().is_some_and(|setting| is_one(&setting.value)))
}

/// Whether a product with a number is only the scale of an attention.
fn is_scale(graph: &Graph, index: NodeIndex) -> bool {
    let mut node = index;
    while let Some(reader) = only_reader(graph, node) {
        match &*vocabulary::kind(graph.node(reader).content.kind()) {
            "attention" => return graph.node(index).parameters.total() <= 1,
            kind if vocabulary::is_passive(kind) => node = reader,
            _ => return false,
        }
    }
    false
}

/// The node that alone reads the values of another one, if they do not leave the network.
pub(super) fn only_reader(graph: &Graph, index: NodeIndex) -> Option<NodeIndex> {
    let mut readers = graph.as_petgraph().neighbors(index);
    let first = readers.next()?;
    let leaves = graph.outputs().iter().any(|output| output.node == index);
    (!leaves && readers.all(|reader| reader == first)).then_some(first)
}

/// Whether it is an input of the network.
pub(super) fn is_input(graph: &Graph, index: NodeIndex) -> bool {
    matches!(graph.node(index).content, Content::Input)
}
