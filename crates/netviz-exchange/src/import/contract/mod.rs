//! Puts together what exporters take apart.
//!
//! 1. `fold`: computations of weights and of shapes are not shown.
//! 2. `branches`: operations that only sizes decide between are one.
//! 3. `modules`: the operations of a layer of PyTorch are that layer, where the file tells its class.
//! 4. `patterns`: operations that are together a layer, such as a layer normalization.
//! 5. `passing`: operations that pass on values unchanged belong to what gives these values.
//! 6. `names`: what is alone in its group has the name of the group.

mod aten;
mod branches;
mod fold;
mod modules;
mod names;
mod net;
mod passing;
mod patterns;

use netviz_model::graph::{Composite, Contraction, Graph};
use petgraph::graph::NodeIndex;

use super::Tensor;
use net::{Argument, Net};

/// The graph as pictures and tables show it; `tensors` are the values of its parameters.
pub(crate) fn contract(graph: Graph, tensors: &[Tensor]) -> Graph {
    let contraction = {
        let net = Net::new(&graph, tensors);
        let mut parts = Parts::new(&net);
        fold::fold(&net, &mut parts);
        branches::join(&net, &mut parts);
        modules::join(&net, &mut parts);
        patterns::join(&net, &mut parts);
        passing::join(&net, &mut parts);
        let (names, root) = names::names(&net, &mut parts);
        Contraction { names, root, ..parts.contraction() }
    };
    if contraction.composites.is_empty() && contraction.folded.is_empty() && contraction.names.is_empty() {
        return graph;
    }
    graph.contracted(contraction).unwrap_or_else(|graph| *graph)
}

/// The operations that are together one layer, found by patterns: what this is, and the nodes of a detailed graph.
pub(crate) fn composites(graph: &Graph, tensors: &[Tensor]) -> Vec<(String, Vec<NodeIndex>)> {
    let net = Net::new(graph, tensors);
    let mut parts = Parts::new(&net);
    fold::fold(&net, &mut parts);
    patterns::join(&net, &mut parts);
    let composites = parts.contraction().composites.into_iter();
    composites.map(|(_, composite, nodes)| (composite.kind, nodes)).collect()
}

/// What becomes of each node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is shown by itself.
    Single,
    /// It belongs to the composite with this number.
    Member(usize),
    /// It is not shown.
    Folded,
}

/// The nodes of a graph, as they will be shown.
#[derive(Debug)]
struct Parts {
    of: Vec<Part>,
    composites: Vec<(String, Composite)>,
}

impl Parts {
    fn new(net: &Net) -> Self {
        Self { of: vec![Part::Single; net.count()], composites: Vec::new() }
    }

    /// Makes some nodes one.
    fn join(&mut self, name: String, composite: Composite, nodes: &[usize]) {
        for &node in nodes {
            self.of[node] = Part::Member(self.composites.len());
        }
        self.composites.push((name, composite));
    }

    /// Adds a node to what another one belongs to.
    fn add(&mut self, net: &Net, node: usize, to: usize) {
        if let Part::Member(composite) = self.of[to] {
            self.of[node] = Part::Member(composite);
        } else {
            let own = Composite {
                kind: net.kind(to).to_owned(),
                category: net.category(to),
                settings: net.settings(to),
                symbol: None,
            };
            self.join(net.name(to).to_owned(), own, &[to, node]);
        }
    }

    /// Whether no path leads from these nodes, which are sorted, to them again through others that are shown.
    fn is_closed(&self, net: &Net, nodes: &[usize]) -> bool {
        let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else { return true };
        // Nodes between the first and the last one that follow from one of them.
        let mut reached = vec![false; last + 1 - first];
        for node in first..=last {
            let is_own = nodes.binary_search(&node).is_ok();
            let follows = net.sources(node).any(|source| source >= first && reached[source - first]);
            if is_own && follows {
                return false;
            }
            let from_own = net.sources(node).any(|source| nodes.binary_search(&source).is_ok());
            reached[node - first] = !is_own && self.of[node] != Part::Folded && (follows || from_own);
        }
        true
    }

    fn contraction(self) -> Contraction {
        let mut composites: Vec<(String, Composite, Vec<NodeIndex>)> =
            self.composites.into_iter().map(|(name, composite)| (name, composite, Vec::new())).collect();
        let mut folded = Vec::new();
        for (node, part) in self.of.into_iter().enumerate() {
            match part {
                Part::Single => {}
                Part::Member(number) => composites[number].2.push(NodeIndex::new(node)),
                Part::Folded => folded.push(NodeIndex::new(node)),
            }
        }
        Contraction { composites, folded, ..Contraction::default() }
    }
}
