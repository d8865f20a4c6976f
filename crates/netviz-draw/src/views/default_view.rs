//! The default view of a network.

use petgraph::Direction::Outgoing;

use super::{blocks, neurons, volumes};
use crate::picture::View;
use netviz_model::graph::Graph;
use netviz_model::layer::Category;

/// Maximum number of dense layers in a chain, and of solids.
const MOST_NEURONS: usize = 8;
const MOST_SOLIDS: usize = 24;

/// Neurons for a chain of a few dense layers, volumes for a plain convolutional network, and blocks for all others: those
/// that are deep or branched, of sequences, or without any layer that has neurons.
pub fn default_view(graph: &Graph) -> &'static View {
    let is_branched = graph.order().any(|index| {
        graph.predecessors(index).len() > 1 || graph.as_petgraph().neighbors_directed(index, Outgoing).count() > 1
    });
    let count = |categories: &[Category]| {
        let kinds = graph.order().filter_map(|index| graph.node(index).content.category());
        kinds.filter(|category| categories.contains(category)).count()
    };
    let sequences = count(&[Category::Embedding, Category::Recurrent, Category::Attention]);
    let images = count(&[Category::Convolution, Category::Pooling]);
    let dense = count(&[Category::Dense]);
    if is_branched || sequences > 0 {
        &blocks::VIEW
    } else if images > 0 {
        if images + dense <= MOST_SOLIDS { &volumes::VIEW } else { &blocks::VIEW }
    } else if (1..=MOST_NEURONS).contains(&dense) {
        &neurons::VIEW
    } else {
        &blocks::VIEW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> &'static str {
        default_view(&Graph::from_text(text).expect("a valid model")).name
    }

    #[test]
    fn the_view_follows_from_the_network() {
        let dense = |count: usize| "input: [4]\nlayers:\n".to_owned() + &"- dense: 4\n- dropout: 0.1\n".repeat(count);
        assert_eq!(of(&dense(2)), "neurons");
        assert_eq!(of(&dense(20)), "blocks");
        assert_eq!(of("input: [4]\nlayers: [activation: relu, dropout: 0.1]"), "blocks");
        assert_eq!(of("input: [4]\nlayers: [dense: 4, add: {from: [input, dense_1]}]"), "blocks");
        let images = |count: usize| {
            let layer = "- conv2d: {filters: 2, kernel: 3, padding: same}\n- batch_norm\n";
            "input: [1, 8, 8]\nlayers:\n".to_owned() + &layer.repeat(count) + "- flatten\n- dense: 10\n"
        };
        assert_eq!(of(&images(1)), "volumes");
        assert_eq!(of(&images(40)), "blocks");
    }
}
