//! What only networks that are written in the same way are compared by: the operations of layers that are put together,
//! and the places of layers among the inputs and outputs of the network.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use super::Change;
use crate::graph::{Content, Graph};
use crate::ir::{Dim, Instruction, to_i64};
use crate::schema::ArgValue;

/// What is compared of a graph besides its layers.
#[derive(Debug)]
pub(super) struct Strict<'g> {
    graph: &'g Graph,
    operations: Vec<Vec<&'g Instruction>>,
    /// The numbers of nodes among the inputs and outputs of the network, from 1 on.
    inputs: HashMap<NodeIndex, usize>,
    outputs: HashMap<NodeIndex, usize>,
}

impl<'g> Strict<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let inputs = numbered(graph.inputs().iter().copied());
        let outputs = numbered(graph.outputs().iter().map(|source| source.node));
        Self { graph, operations: graph.operations_of_nodes(), inputs, outputs }
    }

    /// The operations of a composite with their attributes, sorted, since their order may differ; `None` for other
    /// nodes, whose settings say all.
    fn operations(&self, node: NodeIndex) -> Option<Vec<String>> {
        let own = &self.operations[node.index()];
        if !matches!(self.graph.node(node).content, Content::Composite(_)) {
            return None;
        }
        let text = |instruction: &&Instruction| {
            let content = Content::Operation(instruction.op.clone());
            let settings = content.settings().into_iter().filter(|setting| !setting.is_default);
            let settings: Vec<String> = settings.map(|setting| format!("{} {}", setting.name, setting.value)).collect();
            if settings.is_empty() {
                content.kind().to_owned()
            } else {
                format!("{} ({})", content.kind(), settings.join(", "))
            }
        };
        let mut all: Vec<String> = own.iter().map(text).collect();
        all.sort_unstable();
        Some(all)
    }

    /// The name of an operation that is shown as it is.
    fn single(&self, node: NodeIndex) -> Vec<String> {
        self.operations[node.index()].iter().map(|instruction| instruction.op.name().to_owned()).collect()
    }
}

/// The number of each node; the first one of those that are there several times.
fn numbered(nodes: impl DoubleEndedIterator<Item = NodeIndex> + ExactSizeIterator) -> HashMap<NodeIndex, usize> {
    nodes.enumerate().map(|(index, node)| (node, index + 1)).rev().collect()
}

/// Compares two layers of two networks.
pub(super) fn changes(graphs: [&Strict; 2], nodes: [NodeIndex; 2], changes: &mut Vec<Change>) {
    operations(graphs, nodes, changes);
    let number = |numbers: &HashMap<NodeIndex, usize>, side: usize| {
        numbers.get(&nodes[side]).map(|&number| ArgValue::Int(to_i64(number)))
    };
    let [old, new] = [0, 1].map(|side| number(&graphs[side].inputs, side));
    let is_same_count = graphs[0].inputs.len() == graphs[1].inputs.len();
    if is_same_count && old.is_some() && new.is_some() && old != new {
        changes.push(Change::new("input_number", old, new));
    }
    let [old, new] = [0, 1].map(|side| number(&graphs[side].outputs, side));
    let is_same_count = graphs[0].outputs.len() == graphs[1].outputs.len();
    if is_same_count && old.is_some() && new.is_some() && old != new {
        changes.push(Change::new("output_number", old, new));
    } else if !is_same_count && old.is_some() != new.is_some() {
        // Of equally many outputs, another layer gives one now.
        let [old, new] = [old, new].map(|number| Some(ArgValue::Bool(number.is_some())));
        changes.push(Change::new("is_output", old, new));
    }
    let [before, after] = graphs.map(|side| side.graph.batch());
    let is_fixed = |batch: &Dim| matches!(batch, Dim::Size(_));
    let is_input = matches!(graphs[1].graph.node(nodes[1]).content, Content::Input);
    if is_input && before != after && (is_fixed(before) || is_fixed(after)) {
        let [old, new] = [before, after].map(|batch| Some(ArgValue::name(batch.to_string())));
        changes.push(Change::new("batch", old, new));
    }
}

/// Compares the operations of two layers of which at least one is a composite.
fn operations(graphs: [&Strict; 2], nodes: [NodeIndex; 2], changes: &mut Vec<Change>) {
    let lists = [0, 1].map(|side| graphs[side].operations(nodes[side]));
    let [before, after] = match lists {
        [None, None] => return,
        [Some(before), Some(after)] => [before, after],
        // What was one operation is one of several, or the other way round.
        _ => [0, 1].map(|side| {
            let mut names = graphs[side].single(nodes[side]);
            names.sort_unstable();
            names
        }),
    };
    let mut gone = Vec::new();
    let mut rest = after;
    for operation in before {
        match rest.iter().position(|other| *other == operation) {
            Some(place) => drop(rest.remove(place)),
            None => gone.push(operation),
        }
    }
    if !gone.is_empty() || !rest.is_empty() {
        let text = |all: Vec<String>| (!all.is_empty()).then(|| ArgValue::name(all.join(", ")));
        changes.push(Change::new("operations", text(gone), text(rest)));
    }
}
