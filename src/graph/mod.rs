//! The network as a petgraph graph of layers: names resolved, no cycles, shapes inferred.

mod build;
mod difference;
mod doubts;
mod input;
pub(crate) mod lower;
mod order;
mod training;

pub use difference::{Difference, differences, values};

use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::layer::{Kind, Layer};
use crate::program::ParameterCount;
use crate::shape::Shape;
use crate::spec::Train;

/// A checked network. Every stage behind it may rely on its being valid.
#[derive(Debug)]
pub struct Graph {
    name: String,
    network: DiGraph<Node, Port>,
    /// Topological, ties in the order of the file.
    order: Vec<NodeIndex>,
    input: NodeIndex,
    output: NodeIndex,
    train: Option<Train>,
}

/// The input or a layer.
#[derive(Debug)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// What it is.
    pub content: Content,
    /// Shape of its result for one sample.
    pub shape: Shape,
    /// How many parameters it holds.
    pub parameters: ParameterCount,
    /// Floating-point operations for one sample, as [`Op::flops`](crate::program::Op::flops) counts them.
    pub flops: usize,
}

/// What a node is.
#[derive(Debug)]
pub enum Content {
    /// Where the sample enters.
    Input,
    /// A layer.
    Layer {
        /// Its kind.
        kind: &'static Kind,
        /// The layer itself.
        layer: Arc<dyn Layer>,
    },
}

/// Which of a layer's inputs an edge feeds, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port(pub usize);

impl Graph {
    /// Name of the network.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is trained, where its file says so.
    pub fn train(&self) -> Option<&Train> {
        self.train.as_ref()
    }

    /// All nodes, each after those that feed it.
    pub fn order(&self) -> impl ExactSizeIterator<Item = NodeIndex> + '_ {
        self.order.iter().copied()
    }

    /// A node.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.network[index]
    }

    /// The nodes that feed a node, in the order of its inputs.
    pub fn inputs(&self, index: NodeIndex) -> Vec<NodeIndex> {
        let edges = self.network.edges_directed(index, Direction::Incoming);
        let mut inputs: Vec<(Port, NodeIndex)> = edges.map(|edge| (*edge.weight(), edge.source())).collect();
        inputs.sort_unstable();
        inputs.into_iter().map(|(_, source)| source).collect()
    }

    /// Where the sample enters.
    pub fn input(&self) -> NodeIndex {
        self.input
    }

    /// The last layer.
    pub fn output(&self) -> NodeIndex {
        self.output
    }

    /// The petgraph graph itself, for algorithms of one's own.
    pub fn as_petgraph(&self) -> &DiGraph<Node, Port> {
        &self.network
    }

    /// Floating-point operations of the whole network for one sample.
    pub fn flops(&self) -> usize {
        self.order.iter().fold(0, |sum, &index| sum.saturating_add(self.network[index].flops))
    }

    /// Parameters of the whole network.
    pub fn parameters(&self) -> ParameterCount {
        self.order.iter().fold(ParameterCount::default(), |sum, &index| {
            let count = self.network[index].parameters;
            ParameterCount {
                trainable: sum.trainable.saturating_add(count.trainable),
                fixed: sum.fixed.saturating_add(count.fixed),
            }
        })
    }
}
