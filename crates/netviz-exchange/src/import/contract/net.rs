//! A graph whose every node is one operation, with what each reads and who reads it.

use std::collections::{HashMap, HashSet};

use netviz_model::category::Category;
use netviz_model::graph::{Content, Graph};
use netviz_model::ir::{Instruction, Operand, ParameterId, TensorType, ValueId};
use netviz_model::schema::{ArgValue, Setting};
use petgraph::graph::NodeIndex;

use super::aten;
use crate::import::Tensor;

/// What an operation reads, as ONNX has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Argument {
    Value(ValueId),
    Stored(ParameterId),
    /// A number, which PyTorch does not store as a tensor.
    Number(f64),
    /// None of these.
    Other,
}

impl From<Operand> for Argument {
    fn from(operand: Operand) -> Self {
        match operand {
            Operand::Value(value) => Self::Value(value),
            Operand::Parameter(parameter) => Self::Stored(parameter),
            Operand::Constant(_) | Operand::Absent => Self::Other,
        }
    }
}

/// A detailed graph.
pub(super) struct Net<'g> {
    graph: &'g Graph,
    tensors: &'g [Tensor],
    /// The operation of each node; `None` for inputs.
    instructions: Vec<Option<&'g Instruction>>,
    /// What ONNX calls the operations.
    words: Vec<&'g str>,
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
        let word = |index| {
            let content = &graph.node(index).content;
            aten::word(content.kind(), || content.settings()).unwrap_or(content.kind())
        };
        let words = (0..instructions.len()).map(|node| word(NodeIndex::new(node))).collect();
        let leaving = program.outputs().iter().copied().collect();
        Self { graph, tensors, instructions, words, givers, readers, leaving }
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

    /// The name of the operation in ONNX, also if it is one of PyTorch.
    pub(super) fn word(&self, node: usize) -> &'g str {
        self.words[node]
    }

    pub(super) fn category(&self, node: usize) -> Option<Category> {
        self.content(node).category()
    }

    pub(super) fn settings(&self, node: usize) -> Vec<Setting> {
        self.content(node).settings()
    }

    /// An attribute by its name in ONNX.
    pub(super) fn setting(&self, node: usize, name: &str) -> Option<ArgValue> {
        let settings = self.settings(node);
        if self.words[node] == self.kind(node) {
            return settings.into_iter().find(|setting| setting.name == name).map(|setting| setting.value);
        }
        let first = self.operands(node).first().and_then(|operand| operand.value());
        aten::setting(&settings, name, first.and_then(|value| self.ty(value).dims()).map(<[_]>::len))
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

    /// What a node reads, with numbers that PyTorch has in place of operands.
    pub(super) fn arguments(&self, node: usize) -> Vec<Argument> {
        let operands = self.operands(node).iter().map(|&operand| operand.into());
        let is_aten = self.words[node] != self.kind(node);
        let number = is_aten.then(|| aten::operand(&self.settings(node))).flatten();
        operands.chain(number.map(Argument::Number)).collect()
    }

    /// The nodes that give the values that a node reads.
    pub(super) fn sources(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.operands(node).iter().filter_map(|operand| self.giver(*operand))
    }

    /// The node that gives an operand, if it is a value.
    pub(super) fn giver(&self, operand: impl Into<Argument>) -> Option<usize> {
        match operand.into() {
            Argument::Value(value) => self.givers.get(&value).copied(),
            _ => None,
        }
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

    /// The number of values of a stored tensor, or of a number.
    pub(super) fn elements(&self, operand: Argument) -> Option<usize> {
        match operand {
            Argument::Stored(parameter) => Some(self.graph.program().parameter(parameter).elements()),
            Argument::Number(_) => Some(1),
            Argument::Value(_) | Argument::Other => None,
        }
    }

    /// The sizes of a stored tensor, or of a number.
    pub(super) fn shape(&self, operand: Argument) -> Option<&'g [usize]> {
        match operand {
            Argument::Stored(parameter) => Some(&self.graph.program().parameter(parameter).shape),
            Argument::Number(_) => Some(&[]),
            Argument::Value(_) | Argument::Other => None,
        }
    }

    /// The values of a small stored tensor, or a number.
    pub(super) fn numbers(&self, operand: Argument) -> Option<Vec<f64>> {
        /// As many as a normalization has groups.
        const FEW: usize = 4096;
        match operand {
            Argument::Stored(parameter) => self.tensors.get(parameter.index())?.floats(FEW),
            Argument::Number(number) => Some(vec![number]),
            Argument::Value(_) | Argument::Other => None,
        }
    }

    /// A number, or the value of a stored tensor with one element.
    pub(super) fn scalar(&self, operand: Argument) -> Option<f64> {
        match self.elements(operand)? {
            1 => self.numbers(operand)?.first().copied(),
            _ => None,
        }
    }
}
