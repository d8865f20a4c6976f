//! Two networks in one graph, for pictures.

use std::collections::{HashMap, HashSet};

use petgraph::graph::NodeIndex;

use super::{Change, Comparison, Mark};
use crate::graph::{Content, Graph, GraphBuilder, Node, Port, Source};

impl Comparison {
    /// The second network with what has been removed from the first one, each layer with its [mark](Node::mark).
    /// Removed layers whose names others have are followed by a prime: `dense_2′`.
    ///
    /// Of the connections of the first network, there are those of removed layers, unless they would make a cycle.
    pub fn union(&self, before: &Graph, after: &Graph) -> Graph {
        let partners: HashMap<NodeIndex, NodeIndex> = self.pairs.iter().map(|pair| (pair.before, pair.after)).collect();
        let originals: HashMap<NodeIndex, NodeIndex> =
            self.pairs.iter().map(|pair| (pair.after, pair.before)).collect();
        let mut changes: HashMap<NodeIndex, &Vec<Change>> =
            self.pairs.iter().map(|pair| (pair.after, &pair.changes)).collect();
        let mut marks: HashMap<NodeIndex, Mark> =
            self.pairs.iter().filter_map(|pair| Some((pair.after, pair.mark()?))).collect();
        marks.extend(self.added.iter().map(|&node| (node, Mark::Added)));

        let mut union = Union::new(before, after, &partners, self.removed.iter().copied());
        for (_, side) in union.order() {
            match side {
                Side::After(node) => {
                    let own = after.sources(node).into_iter().filter_map(|source| union.after.get(&source).copied());
                    let mut inputs: Vec<Source> = own.collect();
                    let gone = originals.get(&node).map(|&original| before.sources(original)).unwrap_or_default();
                    inputs.extend(gone.into_iter().filter_map(|source| union.before.get(&source).copied()));
                    let name = after.node(node).name.clone();
                    let new = union.add(after, node, &name, &inputs);
                    let added = &mut union.builder.network_mut()[new];
                    added.mark = marks.get(&node).copied();
                    added.changes = changes.remove(&node).cloned().unwrap_or_default();
                    let ports = (0..after.node(node).outputs().len()).map(Port);
                    union.after.extend(ports.map(|port| (Source { node, port }, Source { node: new, port })));
                }
                Side::Before(node) => {
                    let inputs: Vec<Source> =
                        before.sources(node).into_iter().filter_map(|source| union.source(source)).collect();
                    let name = union.name(&before.node(node).name);
                    let new = union.add(before, node, &name, &inputs);
                    union.builder.network_mut()[new].mark = Some(Mark::Removed);
                    let ports = (0..before.node(node).outputs().len()).map(Port);
                    union.before.extend(ports.map(|port| (Source { node, port }, Source { node: new, port })));
                }
            }
        }
        union.graph()
    }
}

/// A node of one of two graphs.
#[derive(Debug, Clone, Copy)]
enum Side {
    Before(NodeIndex),
    After(NodeIndex),
}

/// The union of two graphs while it is made.
struct Union<'a> {
    graphs: [&'a Graph; 2],
    builder: GraphBuilder,
    /// The nodes of the second graph that are those of the first one.
    partners: &'a HashMap<NodeIndex, NodeIndex>,
    removed: HashSet<NodeIndex>,
    names: HashSet<String>,
    /// The outputs of removed nodes, and of nodes of the second graph.
    before: HashMap<Source, Source>,
    after: HashMap<Source, Source>,
}

impl<'a> Union<'a> {
    fn new(
        before: &'a Graph,
        after: &'a Graph,
        partners: &'a HashMap<NodeIndex, NodeIndex>,
        removed: impl Iterator<Item = NodeIndex>,
    ) -> Self {
        Self {
            graphs: [before, after],
            builder: GraphBuilder::new(after.name()),
            partners,
            removed: removed.collect(),
            names: after.order().map(|node| after.node(node).name.clone()).collect(),
            before: HashMap::new(),
            after: HashMap::new(),
        }
    }

    /// All nodes, each after those that it reads: a removed one behind the last of these.
    fn order(&self) -> Vec<(usize, Side)> {
        let [before, after] = self.graphs;
        let mut places: HashMap<NodeIndex, usize> = HashMap::new();
        let mut all: Vec<(usize, Side)> = after.order().map(|node| (node.index(), Side::After(node))).collect();
        for node in before.order() {
            let place = |source: NodeIndex| places.get(&source).copied();
            let behind = before.predecessors(node).into_iter().filter_map(place).max().unwrap_or(0);
            let place = self.partners.get(&node).map_or(behind, |partner| partner.index());
            places.insert(node, place);
            if self.removed.contains(&node) {
                all.push((place, Side::Before(node)));
            }
        }
        all.sort_by_key(|(place, _)| *place);
        all
    }

    /// What a source of the first graph is, if it has been added.
    fn source(&self, source: Source) -> Option<Source> {
        let mut source = source;
        loop {
            if self.removed.contains(&source.node) {
                return self.before.get(&source).copied();
            }
            if let Some(&node) = self.partners.get(&source.node) {
                let first = Source { node, port: Port(0) };
                return self.after.get(&Source { node, ..source }).or_else(|| self.after.get(&first)).copied();
            }
            // An argument of another layer in the second graph.
            source = *self.graphs[0].sources(source.node).first()?;
        }
    }

    /// A name that nothing has yet.
    fn name(&mut self, name: &str) -> String {
        let mut name = name.to_owned();
        while !self.names.insert(name.clone()) {
            name.push('′');
        }
        name
    }

    fn add(&mut self, graph: &Graph, node: NodeIndex, name: &str, inputs: &[Source]) -> NodeIndex {
        let own = graph.node(node);
        let outputs = graph.types(node).map(|ty| self.builder.program.input(name, ty.clone())).collect();
        let new = Node {
            parameters: own.parameters,
            flops: own.flops,
            macs: own.macs,
            ..Node::new(name, own.content.shared(), outputs, self.builder.node_count())
        };
        self.builder.connect(new, inputs)
    }

    /// The finished graph, with the inputs and outputs of both.
    fn graph(self) -> Graph {
        let [before, after] = self.graphs;
        let gone = before.outputs().iter().filter_map(|output| self.before.get(output));
        let outputs: Vec<Source> =
            after.outputs().iter().filter_map(|output| self.after.get(output)).chain(gone).copied().collect();
        let mut graph = self.builder.graph(outputs);
        let is_input = |node: &NodeIndex| matches!(graph.network[*node].content, Content::Input);
        let inputs: Vec<NodeIndex> = graph.network.node_indices().filter(is_input).collect();
        graph.inputs = inputs;
        graph.batch = after.batch.clone();
        graph.classes = before.classes.iter().chain(&after.classes).map(|(a, b)| (a.clone(), b.clone())).collect();
        graph
    }
}
