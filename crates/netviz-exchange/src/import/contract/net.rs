//! A graph whose every node is one operation, with what each reads and who reads it.

use std::collections::{HashMap, HashSet};

use netviz_model::category::Category;
use netviz_model::graph::{Content, Graph};
use netviz_model::ir::{Instruction, Operand, TensorType, ValueId};
use netviz_model::schema::Setting;
use petgraph::graph::NodeIndex;

use crate::import::Tensor;

/// A detailed graph.
pub(super) struct Net<'g> {
    graph: &'g Graph,
    tensors: &'g [Tensor],
    /// The operation of each node; `None` for inputs.
    instructions: Vec<Option<&'g Instruction>>,
    givers: HashMap<ValueId, usize>,
    readers: HashMap<ValueId, Vec<usize>>,
    leaving: HashSet<ValueId>,
}

impl<'g> Net<'g> {
    pub(super) fn new(graph: &'g Graph, tensors: &'g [Tensor]) -> Self {
        let program = graph.program();
        let mut givers = HashMap::new();
        for index in graph.order() {
            givers.extend(graph.node(index).outputs().iter().map(|&value| (value, index.index())));
        }
        let mut instructions = vec![None; graph.order().len()];
        let mut readers: HashMap<ValueId, Vec<usize>> = HashMap::new();
        for instruction in program.instructions() {
            let Some(&node) = givers.get(&instruction.output()) else { continue };
            instructions[node] = Some(instruction);
            for value in instruction.values() {
                readers.entry(value).or_default().push(node);
            }
        }
        let leaving = program.outputs().iter().copied().collect();
        Self { graph, tensors, instructions, givers, readers, leaving }
    }

    pub(super) fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// The number of nodes, which are numbered in topological order.
    pub(super) fn count(&self) -> usize {
        self.instructions.len()
    }

    pub(super) fn name(&self, node: usize) -> &'g str {
        &self.graph.node(NodeIndex::new(node)).name
    }

    fn content(&self, node: usize) -> &'g Content {
        &self.graph.node(NodeIndex::new(node)).content
    }

    /// The name of the operation.
    pub(super) fn kind(&self, node: usize) -> &'g str {
        self.content(node).kind()
    }

    pub(super) fn category(&self, node: usize) -> Option<Category> {
        self.content(node).category()
    }

    pub(super) fn settings(&self, node: usize) -> Vec<Setting> {
        self.content(node).settings()
    }

    pub(super) fn is_input(&self, node: usize) -> bool {
        self.instructions[node].is_none()
    }

    /// The node that computes or holds most, if one does.
    pub(super) fn main(&self, nodes: &[usize]) -> Option<usize> {
        let size = |node: usize| {
            let node = self.graph.node(NodeIndex::new(node));
            (node.macs.unwrap_or(0), node.parameters.total())
        };
        nodes.iter().copied().filter(|&node| size(node) != (0, 0)).max_by_key(|&node| (size(node), usize::MAX - node))
    }

    /// What a node reads; nothing for inputs.
    pub(super) fn operands(&self, node: usize) -> &'g [Operand] {
        self.instructions[node].map_or(&[], |instruction| &instruction.inputs)
    }

    /// The nodes that give the values that a node reads.
    pub(super) fn sources(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.operands(node).iter().filter_map(|operand| self.giver(*operand))
    }

    /// The node that gives an operand, if it is a value.
    pub(super) fn giver(&self, operand: Operand) -> Option<usize> {
        self.givers.get(&operand.value()?).copied()
    }

    /// The values that a node gives.
    pub(super) fn outputs(&self, node: usize) -> &'g [ValueId] {
        self.graph.node(NodeIndex::new(node)).outputs()
    }

    /// The type of a value.
    pub(super) fn ty(&self, value: ValueId) -> &'g TensorType {
        &self.graph.program().value(value).ty
    }

    /// The nodes that read a value of a node.
    pub(super) fn targets(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.outputs(node).iter().filter_map(|value| self.readers.get(value)).flatten().copied()
    }

    /// Whether a value of a node leaves the network.
    pub(super) fn leaves(&self, node: usize) -> bool {
        self.outputs(node).iter().any(|value| self.leaving.contains(value))
    }

    /// The number of values of a stored tensor.
    pub(super) fn elements(&self, operand: Operand) -> Option<usize> {
        Some(self.graph.program().parameter(operand.parameter()?).elements())
    }

    /// The sizes of a stored tensor.
    pub(super) fn shape(&self, operand: Operand) -> Option<&'g [usize]> {
        Some(&self.graph.program().parameter(operand.parameter()?).shape)
    }

    /// The values of a small stored tensor.
    pub(super) fn numbers(&self, operand: Operand) -> Option<Vec<f64>> {
        /// As many as a normalization has groups.
        const FEW: usize = 4096;
        self.tensors.get(operand.parameter()?.index())?.floats(FEW)
    }

    /// The value of a stored tensor with one element.
    pub(super) fn scalar(&self, operand: Operand) -> Option<f64> {
        let tensor = self.tensors.get(operand.parameter()?.index())?;
        match tensor.floats(1)?[..] {
            [value] => Some(value),
            _ => None,
        }
    }
}
