//! The rank of every node, and the nodes that long edges get on their way.

use std::collections::HashSet;

use super::Edge;
use super::lists::Lists;

/// An upright edge makes way for this many others.
const UPRIGHT: usize = 4;

/// The graph with every edge leading from one rank to the next.
pub(super) struct Ranks {
    /// The rank of each node, those of long edges behind the others, rank by rank.
    pub(super) of: Vec<usize>,
    /// The nodes above each node, and those below it.
    pub(super) above: Lists,
    pub(super) below: Lists,
    /// The nodes that each edge passes, from above.
    pub(super) passing: Lists,
    /// The steps of upright edges from one rank to the next.
    upright: HashSet<[usize; 2]>,
    /// Whether each node has an upright edge to a node above, and to one below.
    held: Vec<[bool; 2]>,
    /// How many nodes are those of the caller.
    pub(super) real: usize,
}

impl Ranks {
    pub(super) fn new(nodes: usize, edges: &[Edge]) -> Self {
        let mut of = longest_paths(nodes, edges);
        let passing = pass(&mut of, edges);
        let steps: Vec<(usize, usize)> = edges
            .iter()
            .enumerate()
            .flat_map(|(index, edge)| {
                let inner = passing.of(index).iter().copied();
                std::iter::once(edge.source).chain(inner.clone()).zip(inner.chain([edge.target]))
            })
            .collect();
        let mut held = vec![[false; 2]; nodes];
        let mut upright = HashSet::new();
        for edge in edges.iter().filter(|edge| edge.upright && of[edge.target] == of[edge.source] + 1) {
            upright.insert([edge.source, edge.target]);
            held[edge.source][1] = true;
            held[edge.target][0] = true;
        }
        Self {
            above: Lists::new(of.len(), steps.iter().map(|&(above, below)| (below, above))),
            below: Lists::new(of.len(), steps.iter().copied()),
            of,
            passing,
            upright,
            held,
            real: nodes,
        }
    }

    /// How many ranks there are.
    pub(super) fn count(&self) -> usize {
        self.of.iter().max().map_or(0, |rank| rank + 1)
    }

    /// How many nodes and edges there are.
    pub(super) fn size(&self) -> usize {
        self.of.len() + self.below.len()
    }

    /// Whether a node and one below it may be lined up: no edge takes the place of an upright one.
    pub(super) fn may_align(&self, above: usize, below: usize) -> bool {
        let held = |node: usize, side: usize| self.held.get(node).is_some_and(|held| held[side]);
        match (held(above, 1), held(below, 0)) {
            (false, false) => true,
            (true, true) => self.upright.contains(&[above, below]),
            _ => false,
        }
    }

    /// How much it matters that a step of an edge is not crossed.
    pub(super) fn weight(&self, above: usize, below: usize) -> usize {
        let both = !self.is_passing(above) && !self.is_passing(below);
        if both && self.upright.contains(&[above, below]) { UPRIGHT } else { 1 }
    }

    /// Whether a node is part of a long edge.
    pub(super) fn is_passing(&self, node: usize) -> bool {
        node >= self.real
    }
}

/// Gives every edge a node in each rank between its ends, and returns these nodes of each edge. They are
/// numbered rank by rank, as they will be read.
fn pass(of: &mut Vec<usize>, edges: &[Edge]) -> Lists {
    let inner = |edge: &Edge| of[edge.source] + 1..of[edge.target];
    let mut counts = vec![0; of.iter().max().map_or(0, |rank| rank + 1)];
    for rank in edges.iter().flat_map(inner) {
        counts[rank] += 1;
    }
    let mut next = Vec::with_capacity(counts.len());
    let mut end = of.len();
    for count in &counts {
        next.push(end);
        end += count;
    }
    let mut nodes = Vec::with_capacity(end - of.len());
    for (index, edge) in edges.iter().enumerate() {
        for rank in inner(edge) {
            nodes.push((index, next[rank]));
            next[rank] += 1;
        }
    }
    of.extend(counts.iter().enumerate().flat_map(|(rank, &count)| std::iter::repeat_n(rank, count)));
    Lists::new(edges.len(), nodes.iter().copied())
}

/// The length of the longest path to each node; then nodes without a node above move down to their
/// nearest neighbour.
fn longest_paths(nodes: usize, edges: &[Edge]) -> Vec<usize> {
    let mut below = vec![Vec::new(); nodes];
    let mut waiting = vec![0_usize; nodes];
    for &Edge { source, target, .. } in edges {
        below[source].push(target);
        waiting[target] += 1;
    }
    let sources: Vec<usize> = (0..nodes).filter(|&node| waiting[node] == 0).collect();
    let mut ranks = vec![0; nodes];
    let mut ready = sources.clone();
    let mut seen = 0;
    while let Some(node) = ready.pop() {
        seen += 1;
        for &next in &below[node] {
            ranks[next] = ranks[next].max(ranks[node] + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    assert_eq!(seen, nodes, "the graph has no cycles");
    for node in sources {
        ranks[node] = below[node].iter().map(|&next| ranks[next] - 1).min().unwrap_or(0);
    }
    ranks
}
