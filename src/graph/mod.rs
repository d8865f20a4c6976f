//! The network as a petgraph graph of layers: names resolved, no cycles, shapes inferred.

mod build;
mod difference;
mod doubts;
mod input;
mod order;
mod training;

pub use difference::{Difference, differences, values};

use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::ir::{Cost, ParameterCount, Program, ValueId};
use crate::layer::{Kind, Layer};
use crate::shape::Shape;
use crate::spec::Train;

/// A checked network. Later stages may rely on its validity.
#[derive(Debug)]
pub struct Graph {
    network: DiGraph<Node, Port>,
    /// Topological order; ties in the order of the file.
    order: Vec<NodeIndex>,
    input: NodeIndex,
    output: NodeIndex,
    program: Program,
    train: Option<Train>,
}

/// The input or a layer.
#[derive(Debug)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// The input, or a layer and its kind.
    pub content: Content,
    /// Shape of its output for one sample.
    pub shape: Shape,
    /// Parameter counts.
    pub parameters: ParameterCount,
    /// Floating-point operations for one sample, as counted by [`Op::flops`](crate::ir::Op::flops).
    pub flops: usize,
    /// Its outputs in the [program](Graph::program).
    outputs: Vec<ValueId>,
}

impl Node {
    fn new(name: &str, content: Content, shape: Shape, outputs: Vec<ValueId>, cost: Cost) -> Self {
        Self { name: name.to_owned(), content, shape, parameters: cost.parameters, flops: cost.flops, outputs }
    }

    /// Its outputs in the [program](Graph::program), of which there is at least one.
    pub fn outputs(&self) -> &[ValueId] {
        &self.outputs
    }
}

/// The input, or a layer and its kind.
#[derive(Debug)]
pub enum Content {
    /// The input of the network.
    Input,
    /// A layer.
    Layer {
        /// Its kind.
        kind: &'static Kind,
        /// The layer itself.
        layer: Arc<dyn Layer>,
    },
}

/// Index of the layer input that an edge leads to, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port(pub usize);

impl Graph {
    /// Name of the network.
    pub fn name(&self) -> &str {
        &self.program.name
    }

    /// The operations of all nodes.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The training settings, if the file has any.
    pub fn train(&self) -> Option<&Train> {
        self.train.as_ref()
    }

    /// All nodes in topological order.
    pub fn order(&self) -> impl ExactSizeIterator<Item = NodeIndex> + '_ {
        self.order.iter().copied()
    }

    /// A node.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.network[index]
    }

    /// The inputs of a node, in order.
    pub fn inputs(&self, index: NodeIndex) -> Vec<NodeIndex> {
        let edges = self.network.edges_directed(index, Direction::Incoming);
        let mut inputs: Vec<(Port, NodeIndex)> = edges.map(|edge| (*edge.weight(), edge.source())).collect();
        inputs.sort_unstable();
        inputs.into_iter().map(|(_, source)| source).collect()
    }

    /// The input of the network.
    pub fn input(&self) -> NodeIndex {
        self.input
    }

    /// The output of the network: the last layer.
    pub fn output(&self) -> NodeIndex {
        self.output
    }

    /// The petgraph graph, for algorithms of your own.
    pub fn as_petgraph(&self) -> &DiGraph<Node, Port> {
        &self.network
    }

    /// Floating-point operations of the whole network for one sample.
    pub fn flops(&self) -> usize {
        self.order.iter().fold(0, |sum, &index| sum.saturating_add(self.network[index].flops))
    }

    /// Parameter counts of the whole network.
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
