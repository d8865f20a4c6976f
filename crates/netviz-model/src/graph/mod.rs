//! The network as a petgraph graph of layers: names resolved, no cycles, shapes inferred.

mod build;
mod builder;
mod compare;
mod content;
mod contract;
mod difference;
mod foreign;
mod groups;
mod owners;

pub use builder::{GraphBuilder, Output};
pub use compare::{Change, Comparison, Folded, Language, Mark, Pair};
pub use content::Content;
pub use contract::{Composite, Contraction};
pub use difference::{Difference, differences, values};
pub use foreign::Argument;
pub use groups::Group;

use std::collections::HashMap;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::diagnostics::Diagnostic;
use crate::ir::{DType, Dim, Op, ParameterCount, Program, TensorType, Value, ValueId};
use crate::schema::{ArgValue, Setting};
use crate::spec::Train;

/// A checked network. Later stages may rely on its validity.
#[derive(Debug)]
pub struct Graph {
    /// In topological order; ties in the order of the file.
    network: DiGraph<Node, Connection>,
    inputs: Vec<NodeIndex>,
    outputs: Vec<Source>,
    program: Arc<Program>,
    train: Option<Train>,
    /// What the leading [`Dim::BATCH`] stands for; `N` in model files.
    batch: Dim,
    /// The classes of groups, by their paths.
    classes: HashMap<String, String>,
    /// The same network with all of its operations, if some of them are one node here or are folded.
    detailed: Option<Box<Graph>>,
    /// The number of operations of the detailed graph that are not shown here.
    folded: usize,
}

/// An input, a layer or an operation.
#[derive(Debug)]
pub struct Node {
    /// Unique name.
    pub name: String,
    /// What it is.
    pub content: Content,
    /// Parameter counts.
    pub parameters: ParameterCount,
    /// Floating-point operations for one sample, as counted by [`Op::flops`](crate::ir::Op::flops); `None` if they cannot
    /// be counted.
    pub flops: Option<usize>,
    /// Multiply-adds for one sample, as counted by [`Op::macs`](crate::ir::Op::macs); `None` if they cannot be counted.
    pub macs: Option<usize>,
    /// What is new about it, in the [union](Comparison::union) of two networks.
    pub mark: Option<Mark>,
    /// In what it differs there.
    pub changes: Vec<Change>,
    /// Its outputs in the [program](Graph::program).
    outputs: Vec<ValueId>,
    /// Its place in the model file: 0 for the input, then the layers.
    position: usize,
}

impl Node {
    /// A node without parameters and computation.
    fn new(name: &str, content: Content, outputs: Vec<ValueId>, position: usize) -> Self {
        let parameters = ParameterCount::default();
        let (flops, macs) = (Some(0), Some(0));
        Self {
            name: name.to_owned(),
            content,
            parameters,
            flops,
            macs,
            mark: None,
            changes: Vec::new(),
            outputs,
            position,
        }
    }

    /// Which layer of the model file it is; `None` for the input.
    fn layer_number(&self) -> Option<usize> {
        self.position.checked_sub(1)
    }

    /// Its outputs in the [program](Graph::program), of which there is at least one.
    pub fn outputs(&self) -> &[ValueId] {
        &self.outputs
    }
}

/// Index of an input or output of a node, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(pub usize);

/// An output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The node.
    pub node: NodeIndex,
    /// Which of its outputs.
    pub port: Port,
}

/// What an edge connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Connection {
    /// The input of the node that it leads to.
    pub target: Port,
    /// The output of the node that it comes from.
    pub source: Port,
}

impl Graph {
    /// Name of the network.
    pub fn name(&self) -> &str {
        self.program.name()
    }

    /// The operations of all nodes.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The same network with every operation as a node: this one, unless it was made from a file in which several
    /// operations are one layer.
    pub fn detailed(&self) -> &Self {
        self.detailed.as_deref().unwrap_or(self)
    }

    /// The number of operations of the [detailed](Self::detailed) graph that are not shown here, such as computations of
    /// shapes.
    pub fn folded(&self) -> usize {
        self.folded
    }

    /// The name or size of the batch in the file; `N` in model files.
    pub fn batch(&self) -> &Dim {
        &self.batch
    }

    /// The class of a group by its path, such as `Bottleneck`, if the file says so.
    pub fn class(&self, group: &str) -> Option<&str> {
        self.classes.get(group).map(String::as_str)
    }

    /// The training settings, if the file has any.
    pub fn train(&self) -> Option<&Train> {
        self.train.as_ref()
    }

    /// All nodes in topological order, which is that of their indices.
    pub fn order(&self) -> impl ExactSizeIterator<Item = NodeIndex> + '_ {
        self.network.node_indices()
    }

    /// A node.
    ///
    /// # Panics
    /// If it is of another graph.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.network[index]
    }

    /// The arguments of a layer, the attributes of an operation, or the element type of an input of other than 32-bit
    /// floating-point numbers.
    pub fn settings(&self, index: NodeIndex) -> Vec<Setting> {
        let node = &self.network[index];
        let dtype = self.program.value(node.outputs[0]).ty.dtype();
        match node.content {
            Content::Input if dtype != DType::Float32 => {
                vec![Setting { name: "dtype".into(), value: ArgValue::name(dtype.name()), is_default: false }]
            }
            _ => node.content.settings(),
        }
    }

    /// The inputs of a node, in order.
    pub fn predecessors(&self, index: NodeIndex) -> Vec<NodeIndex> {
        self.sources(index).into_iter().map(|source| source.node).collect()
    }

    /// The outputs that the inputs of a node are connected to, in order.
    pub fn sources(&self, index: NodeIndex) -> Vec<Source> {
        let edges = self.network.edges_directed(index, Direction::Incoming);
        let mut inputs: Vec<(Connection, NodeIndex)> = edges.map(|edge| (*edge.weight(), edge.source())).collect();
        inputs.sort_unstable();
        inputs.into_iter().map(|(connection, node)| Source { node, port: connection.source }).collect()
    }

    /// The type of an output of a node.
    ///
    /// # Panics
    /// If it is of another graph.
    pub fn ty(&self, Source { node, port }: Source) -> &TensorType {
        &self.program.value(self.network[node].outputs[port.0]).ty
    }

    /// The types of all outputs of a node, of which there is at least one.
    pub fn types(&self, index: NodeIndex) -> impl ExactSizeIterator<Item = &TensorType> {
        self.network[index].outputs.iter().map(|&output| &self.program.value(output).ty)
    }

    /// The name of an output as in a model file: `dense_1`, or `split_1:0` if the node has several.
    ///
    /// # Panics
    /// If it is of another graph.
    pub fn source_name(&self, Source { node, port }: Source) -> String {
        let node = &self.network[node];
        if node.outputs.len() == 1 { node.name.clone() } else { format!("{}:{}", node.name, port.0) }
    }

    /// The type of the first output of a node.
    ///
    /// # Panics
    /// If it is of another graph.
    pub fn output_type(&self, node: NodeIndex) -> &TensorType {
        self.ty(Source { node, port: Port(0) })
    }

    /// The first input of the network.
    ///
    /// # Panics
    /// If the network is that of a file without inputs.
    pub fn input(&self) -> NodeIndex {
        self.inputs[0]
    }

    /// The inputs of the network; at least one, except in files of other programs.
    pub fn inputs(&self) -> &[NodeIndex] {
        &self.inputs
    }

    /// The node that gives the first output of the network.
    pub fn output(&self) -> NodeIndex {
        self.outputs[0].node
    }

    /// The outputs of the network, of which there is at least one.
    pub fn outputs(&self) -> &[Source] {
        &self.outputs
    }

    /// Checks that an engine can run the network.
    ///
    /// # Errors
    /// Everything that stands in the way: several inputs or outputs, operations without an implementation, and values
    /// whose size depends on more than the number of samples.
    pub fn runnable(&self) -> Result<(), Vec<Diagnostic>> {
        let unknown = self.program.instructions().iter().filter_map(|instruction| match &instruction.op {
            Op::Opaque(op) => {
                let message =
                    format!("`{}` uses the operation `{}`, which netviz cannot run", instruction.name, op.name);
                Some(Diagnostic::error(message).hint("it can be drawn, and checked as far as its types are known"))
            }
            _ => None,
        });
        let ends = self.program.inputs().iter().chain(self.program.outputs()).map(|&id| self.program.value(id));
        let no_batch =
            ends.filter(|Value { ty, .. }| ty.elements().is_some() && ty.sample().is_none_or(|s| s.is_empty()));
        let no_batch = no_batch.map(|value| {
            let message = format!("`{}` is {}, not a batch of samples", value.name, value.ty.signature());
            Diagnostic::error(message).hint("its first dimension must be the batch, `N`, and others follow")
        });
        let unsized_values = self.program.values().iter().filter(|value| value.ty.elements().is_none()).map(|value| {
            Diagnostic::error(format!("`{}` is {}, of which not every size is known", value.name, value.ty.signature()))
                .hint("give the input its sizes")
        });
        let inputs: Vec<String> = self.inputs.iter().map(|&input| self.network[input].name.clone()).collect();
        let outputs: Vec<String> = self.outputs.iter().map(|&output| self.source_name(output)).collect();
        let several = [("inputs", inputs), ("outputs", outputs)].into_iter().filter(|(_, names)| names.len() > 1);
        let several = several.map(|(what, names)| {
            let message = format!("the network has {} {what}: `{}`", names.len(), names.join("`, `"));
            Diagnostic::error(message).hint("a network that is trained has one input and one output")
        });
        let obstacles: Vec<Diagnostic> = several.chain(unknown).chain(no_batch).chain(unsized_values).collect();
        if obstacles.is_empty() { Ok(()) } else { Err(obstacles) }
    }

    /// The petgraph graph, for algorithms of your own.
    pub fn as_petgraph(&self) -> &DiGraph<Node, Connection> {
        &self.network
    }

    /// Multiply-adds of the whole network for one sample, without those that could not be counted.
    pub fn macs(&self) -> usize {
        self.network.node_weights().filter_map(|node| node.macs).fold(0, usize::saturating_add)
    }

    /// Floating-point operations of the whole network for one sample; `None` if those of a node cannot be counted.
    pub fn flops(&self) -> Option<usize> {
        self.network.node_weights().try_fold(0_usize, |sum, node| Some(sum.saturating_add(node.flops?)))
    }

    /// Parameter counts of the whole network.
    pub fn parameters(&self) -> ParameterCount {
        self.order().fold(ParameterCount::default(), |sum, index| {
            let count = self.network[index].parameters;
            ParameterCount {
                trainable: sum.trainable.saturating_add(count.trainable),
                fixed: sum.fixed.saturating_add(count.fixed),
            }
        })
    }
}
