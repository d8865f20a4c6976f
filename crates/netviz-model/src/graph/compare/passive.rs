//! What is left out of networks that are written in different ways.
//!
//! Exporters move values around as their operators need it: a head of attention is a reshape, a transpose and a choice
//! of a part in the one file and an argument in the other. Such nodes are looked through. What they do to a network
//! still shows in the sizes and the weights of the layers behind them.

use petgraph::graph::NodeIndex;

use super::form::{is_adaptive, is_input, sizes};
use super::vocabulary;
use crate::category::Category;
use crate::graph::Graph;
use crate::schema::ArgValue;

/// So many nodes that read a value are looked at, so that time is proportional to the size of the network.
const MOST_READERS: usize = 256;

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
        "mul" | "div" | "where" => graph.node(index).parameters.total() <= 1 && serves_attention(graph, index),
        _ => content.category() == Some(Category::Regularization) || vocabulary::is_passive(&kind),
    }
}

/// Whether other nodes read it that could have been computed beforehand, as it reads nothing of the inputs.
pub(super) fn is_constant(graph: &Graph, index: NodeIndex) -> bool {
    !is_input(graph, index) && graph.as_petgraph().neighbors(index).next().is_some()
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

/// Whether only attentions read it, so that it is their scale or makes their mask.
fn serves_attention(graph: &Graph, index: NodeIndex) -> bool {
    let mut waiting = vec![index];
    let mut found = 0;
    while let Some(node) = waiting.pop() {
        for reader in graph.as_petgraph().neighbors(node) {
            found += 1;
            match &*vocabulary::kind(graph.node(reader).content.kind()) {
                _ if found > MOST_READERS => return false,
                "attention" => {}
                kind if vocabulary::is_passive(kind) => waiting.push(reader),
                _ => return false,
            }
        }
    }
    found > 0
}

/// The node that alone reads the values of another one, if they do not leave the network.
pub(super) fn only_reader(graph: &Graph, index: NodeIndex) -> Option<NodeIndex> {
    let mut readers = graph.as_petgraph().neighbors(index);
    let first = readers.next()?;
    let leaves = graph.outputs().iter().any(|output| output.node == index);
    (!leaves && readers.all(|reader| reader == first)).then_some(first)
}
