//! The network in one sentence, for readers who cannot see the picture.

use petgraph::graph::NodeIndex;

use crate::properties::fused_activation;
use netviz_model::graph::Graph;
use netviz_model::layer::Activation;
use netviz_model::text::thousands;

/// `mnist: input 784, dense_1 (dense) 512 relu, dense_2 (dense) 10 softmax; 407,050 parameters`
pub(crate) fn network(graph: &Graph) -> String {
    let parts: Vec<String> = graph.order().map(|index| layer(graph, index)).collect();
    format!("{}: {}; {} parameters", graph.name(), parts.join(", "), thousands(graph.parameters().total()))
}

fn layer(graph: &Graph, index: NodeIndex) -> String {
    let node = graph.node(index);
    let Some(category) = node.content.category() else { return format!("{} {}", node.name, graph.output_type(index)) };
    let activation = match fused_activation(category, node.content.activation()) {
        Activation::Linear => String::new(),
        activation => format!(" {}", activation.name()),
    };
    let shapes: Vec<String> = graph.types(index).map(ToString::to_string).collect();
    format!("{} ({}) {}{activation}", node.name, node.content.kind(), shapes.join(", "))
}
