//! The nodes of a graph in the order of execution.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::limits;

use crate::onnx::proto::{GraphProto, NodeProto};

/// The nodes in topological order, ties in the order of the file.
///
/// # Errors
/// If a value is given twice, or depends on itself.
pub(super) fn sorted<'a>(nodes: &'a [NodeProto], captures: &mut Captures<'a>) -> Result<Vec<usize>, Diagnostic> {
    let mut givers: HashMap<&str, usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            if givers.insert(output, index).is_some() {
                let message = format!("two nodes give the value `{}`", excerpt(output));
                return Err(Diagnostic::error(message).hint("the file is damaged: export it again"));
            }
        }
    }
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut waits = vec![0_usize; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        let givers: BTreeSet<usize> =
            captures.names(node)?.iter().filter_map(|name| givers.get(name)).copied().collect();
        waits[index] = givers.len();
        for giver in givers {
            targets[giver].push(index);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..nodes.len()).filter(|&index| waits[index] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(Reverse(index)) = ready.pop() {
        order.push(index);
        for &target in &targets[index] {
            waits[target] -= 1;
            if waits[target] == 0 {
                ready.push(Reverse(target));
            }
        }
    }
    if order.len() == nodes.len() { Ok(order) } else { Err(cycle(nodes, &targets, &waits)) }
}

/// The error for nodes that wait for each other.
fn cycle(nodes: &[NodeProto], targets: &[Vec<usize>], waits: &[usize]) -> Diagnostic {
    const MOST: usize = 8;
    // From any of them, one that still waits is always reached, and at last one for the second time.
    let start = waits.iter().position(|&count| count > 0).unwrap_or_default();
    let mut before = vec![usize::MAX; nodes.len()];
    for (source, targets) in targets.iter().enumerate().filter(|(source, _)| waits[*source] > 0) {
        for &target in targets.iter().filter(|&&target| waits[target] > 0) {
            before[target] = source;
        }
    }
    let mut path = vec![start];
    let mut seen = vec![false; nodes.len()];
    while let Some(&last) = path.last().filter(|&&last| last != usize::MAX && !std::mem::replace(&mut seen[last], true))
    {
        path.push(before[last]);
    }
    let last = path.pop().unwrap_or_default();
    let first = path.iter().position(|&index| index == last).unwrap_or_default();
    let mut names: Vec<String> = path[first..].iter().rev().map(|&index| called(&nodes[index])).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Diagnostic::error(format!("nodes depend on each other: {}{more}", names.join(", ")))
        .hint("a network has no cycles: export it again")
}

fn called(node: &NodeProto) -> String {
    let name = if node.name.is_empty() { node.output.first().unwrap_or(&node.op_type) } else { &node.name };
    format!("`{}`", excerpt(name))
}

/// The names that bodies read from outside, each body looked at once.
#[derive(Default)]
pub(super) struct Captures<'a> {
    /// By the addresses of the bodies.
    known: HashMap<*const GraphProto, Vec<&'a str>>,
    count: usize,
}

impl<'a> Captures<'a> {
    /// The names that a node reads, those of its bodies included.
    fn names(&mut self, node: &'a NodeProto) -> Result<BTreeSet<&'a str>, Diagnostic> {
        let mut names: BTreeSet<&str> = node.input.iter().map(String::as_str).collect();
        for attribute in &node.attribute {
            for body in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
                names.extend(self.of(body)?);
            }
        }
        Ok(names)
    }

    /// The names of a body that it does not define.
    fn of(&mut self, graph: &'a GraphProto) -> Result<&[&'a str], Diagnostic> {
        let address = std::ptr::from_ref(graph);
        if !self.known.contains_key(&address) {
            let mut read = BTreeSet::new();
            for node in &graph.node {
                read.extend(self.names(node)?);
            }
            read.extend(graph.output.iter().map(|output| output.name.as_str()));
            let outputs = graph.node.iter().flat_map(|node| &node.output);
            for defined in graph.input.iter().map(|input| &input.name).chain(outputs) {
                read.remove(defined.as_str());
            }
            for tensor in &graph.initializer {
                read.remove(tensor.name.as_str());
            }
            self.count += read.len();
            if self.count > limits::UNROLLED {
                let most = netviz_model::text::thousands(limits::UNROLLED);
                return Err(Diagnostic::error(format!("bodies read more than {most} values from outside"))
                    .hint("split the network"));
            }
            self.known.insert(address, read.into_iter().collect());
        }
        Ok(self.known.get(&address).map(Vec::as_slice).unwrap_or_default())
    }
}
