//! A graph in which several operations are one node, or are not shown.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Connection, Content, Graph, Node, Port, Source};
use crate::category::Category;
use crate::ir::ValueId;
use crate::schema::Setting;

/// Several operations that are one layer, such as those into which an exporter has taken apart a layer normalization.
#[derive(Debug, Clone, PartialEq)]
pub struct Composite {
    /// What it is: `LayerNormalization`.
    pub kind: String,
    /// The category, which decides the colour.
    pub category: Option<Category>,
    /// What is known about it.
    pub settings: Vec<Setting>,
    /// The sign of the operation, such as `+`, if it has one.
    pub symbol: Option<&'static str>,
}

/// What becomes of the nodes of a detailed graph.
#[derive(Debug, Clone, Default)]
pub struct Contraction {
    /// Nodes that are one, with the name and the content of that. No node may be in two of them, and there may be no path
    /// from one of these nodes to another that leads out of them.
    pub composites: Vec<(String, Composite, Vec<NodeIndex>)>,
    /// Nodes that are alike and beside each other, which one node stands for: it is connected as the first of them, but
    /// has the costs of all.
    pub copies: Vec<(String, Composite, Vec<NodeIndex>)>,
    /// Nodes that are not shown, such as computations of shapes and of weights. Their parameters count for the first node
    /// that needs them.
    pub folded: Vec<NodeIndex>,
    /// Nodes that are called otherwise.
    pub names: HashMap<NodeIndex, String>,
    /// What all new names have lost at their beginning, with a dot behind; the paths of [classes](Graph::class) do too.
    pub root: String,
}

/// What a node becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// A node with this number.
    Node(usize),
    Folded,
}

impl Graph {
    /// The graph after a contraction; its [detailed](Graph::detailed) graph is this one.
    ///
    /// # Errors
    /// This graph, if the contraction would make a cycle.
    pub fn contracted(self, contraction: Contraction) -> Result<Self, Box<Self>> {
        let count = self.network.node_count();
        let mut fates = vec![Fate::Node(usize::MAX); count];
        for index in &contraction.folded {
            fates[index.index()] = Fate::Folded;
        }
        let first_copies = contraction.composites.len();
        let composites = contraction.composites.into_iter().chain(contraction.copies);
        let composites: Vec<(String, Composite, Vec<NodeIndex>)> = composites.collect();
        for (number, (_, _, nodes)) in composites.iter().enumerate() {
            for index in nodes {
                fates[index.index()] = Fate::Node(number);
            }
        }
        let is_copies = first_copies..composites.len();
        let mut next = composites.len();
        for fate in &mut fates {
            if *fate == Fate::Node(usize::MAX) {
                *fate = Fate::Node(next);
                next += 1;
            }
        }
        let Some(order) = self.order_of(&fates, next) else { return Err(Box::new(self)) };
        let costs = self.costs(&fates, next);
        let mut composites: Vec<Option<(String, Composite)>> =
            composites.into_iter().map(|(name, composite, _)| Some((name, composite))).collect();
        let members = members(&fates, next);
        let mut names = contraction.names;
        let mut network = DiGraph::with_capacity(next, self.network.edge_count());
        // The new node and port of each value that is seen from outside.
        let mut sources: HashMap<ValueId, Source> = HashMap::new();
        for (position, &number) in order.iter().enumerate() {
            let all = &members[number];
            let own = if is_copies.contains(&number) { &all[..1] } else { all };
            let outputs = self.seen(own, &fates, number);
            let composite = composites.get_mut(number).and_then(Option::take);
            let (name, content) = if let Some((name, composite)) = composite {
                (name, Content::Composite(composite))
            } else {
                let node = &self.network[own[0]];
                (names.remove(&own[0]).unwrap_or_else(|| node.name.clone()), node.content.shared())
            };
            let cost = &costs[number];
            let (parameters, flops, macs) = (cost.parameters, cost.flops, cost.macs);
            let node = Node { parameters, flops, macs, ..Node::new(&name, content, outputs.clone(), position) };
            let index = network.add_node(node);
            let copies = all.iter().skip(own.len()).flat_map(|&copy| self.network[copy].outputs.iter().enumerate());
            for (port, &value) in outputs.iter().enumerate().chain(copies) {
                sources.insert(value, Source { node: index, port: Port(port) });
            }
            let inputs: Vec<Source> = own
                .iter()
                .flat_map(|&index| self.sources(index))
                .filter(|source| !matches!(fates[source.node.index()], Fate::Folded))
                .filter(|source| fates[source.node.index()] != Fate::Node(number))
                .filter_map(|source| sources.get(&self.network[source.node].outputs[source.port.0]).copied())
                .collect();
            let inputs = if own.len() > 1 { once(inputs) } else { inputs };
            for (target, source) in inputs.into_iter().enumerate() {
                network.add_edge(source.node, index, Connection { source: source.port, target: Port(target) });
            }
        }
        let place = |source: &Source| sources.get(&self.network[source.node].outputs[source.port.0]).copied();
        let inputs = self.inputs.iter().filter_map(|&node| place(&Source { node, port: Port(0) })).map(|s| s.node);
        Ok(Self {
            network,
            inputs: inputs.collect(),
            outputs: self.outputs.iter().filter_map(place).collect(),
            program: Arc::clone(&self.program),
            train: None,
            batch: self.batch.clone(),
            classes: self
                .classes
                .iter()
                .filter_map(|(path, class)| Some((path.strip_prefix(&contraction.root)?.to_owned(), class.clone())))
                .collect(),
            folded: contraction.folded.len(),
            detailed: Some(Box::new(self)),
        })
    }

    /// The numbers of the new nodes in topological order; ties in the order of their last operations. `None` if there is a
    /// cycle.
    fn order_of(&self, fates: &[Fate], count: usize) -> Option<Vec<usize>> {
        let mut last = vec![0; count];
        for (index, fate) in fates.iter().enumerate() {
            if let Fate::Node(number) = *fate {
                last[number] = index;
            }
        }
        let mut edges: HashSet<(usize, usize)> = HashSet::new();
        let mut targets: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut waits = vec![0_usize; count];
        for edge in self.network.edge_references() {
            let ends = [edge.source(), edge.target()].map(|index| fates[index.index()]);
            if let [Fate::Node(source), Fate::Node(target)] = ends
                && source != target
                && edges.insert((source, target))
            {
                targets[source].push(target);
                waits[target] += 1;
            }
        }
        let mut ready: BinaryHeap<Reverse<(usize, usize)>> =
            (0..count).filter(|&number| waits[number] == 0).map(|number| Reverse((last[number], number))).collect();
        let mut order = Vec::with_capacity(count);
        while let Some(Reverse((_, number))) = ready.pop() {
            order.push(number);
            for &target in &targets[number] {
                waits[target] -= 1;
                if waits[target] == 0 {
                    ready.push(Reverse((last[target], target)));
                }
            }
        }
        (order.len() == count).then_some(order)
    }

    /// The costs of the new nodes, those of folded nodes included.
    fn costs(&self, fates: &[Fate], count: usize) -> Vec<Node> {
        let mut costs: Vec<Node> = (0..count).map(|_| Node::new("", Content::Input, Vec::new(), 0)).collect();
        // For each node, the new node that its costs count for.
        let mut owners: Vec<Option<usize>> = vec![None; fates.len()];
        for index in self.network.node_indices().rev() {
            owners[index.index()] = match fates[index.index()] {
                Fate::Node(number) => Some(number),
                Fate::Folded => self.network.neighbors(index).min().and_then(|first| owners[first.index()]),
            };
            let Some(owner) = owners[index.index()] else { continue };
            let (node, cost) = (&self.network[index], &mut costs[owner]);
            cost.parameters = cost.parameters.plus(node.parameters);
            // What is folded does not depend on the input, or is negligible.
            let known = |count: Option<usize>| match fates[index.index()] {
                Fate::Folded => count.or(Some(0)),
                Fate::Node(_) => count,
            };
            let sum = |own: Option<usize>, more: Option<usize>| Some(own?.saturating_add(known(more)?));
            cost.flops = sum(cost.flops, node.flops);
            cost.macs = sum(cost.macs, node.macs);
        }
        costs
    }

    /// The values of nodes that others read, or that leave the network; at least the first of the last node.
    fn seen(&self, own: &[NodeIndex], fates: &[Fate], number: usize) -> Vec<ValueId> {
        if let [single] = own {
            return self.network[*single].outputs.clone();
        }
        let leaves: HashSet<Source> = self.outputs.iter().copied().collect();
        let mut seen = Vec::new();
        for &node in own {
            let mut ports: Vec<usize> = self
                .network
                .edges(node)
                .filter(|edge| matches!(fates[edge.target().index()], Fate::Node(other) if other != number))
                .map(|edge| edge.weight().source.0)
                .collect();
            let outputs = &self.network[node].outputs;
            ports.extend((0..outputs.len()).filter(|&port| leaves.contains(&Source { node, port: Port(port) })));
            ports.sort_unstable();
            ports.dedup();
            seen.extend(ports.into_iter().map(|port| outputs[port]));
        }
        if seen.is_empty() {
            seen.extend(own.last().map(|&last| self.network[last].outputs[0]));
        }
        seen
    }
}

/// Each source once, in order: what several operations of a node read is one connection.
fn once(sources: Vec<Source>) -> Vec<Source> {
    let mut seen = HashSet::new();
    sources.into_iter().filter(|source| seen.insert(*source)).collect()
}

/// The nodes that each new node consists of, in order.
fn members(fates: &[Fate], count: usize) -> Vec<Vec<NodeIndex>> {
    let mut members = vec![Vec::new(); count];
    for (index, fate) in fates.iter().enumerate() {
        if let Fate::Node(number) = *fate {
            members[number].push(NodeIndex::new(index));
        }
    }
    members
}
