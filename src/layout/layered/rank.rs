//! The rank of every node, and the nodes that long edges get on their way.

use std::collections::HashSet;
use std::ops::Range;

use super::Edge;

/// An upright edge makes way for this many others.
const UPRIGHT: usize = 4;

/// The graph with every edge leading from one rank to the next.
pub(super) struct Ranks {
    /// The rank of each node, those of long edges behind the others.
    pub(super) of: Vec<usize>,
    /// The nodes above each node, and those below it.
    pub(super) above: Vec<Vec<usize>>,
    pub(super) below: Vec<Vec<usize>>,
    /// The nodes that each edge passes.
    pub(super) passing: Vec<Range<usize>>,
    /// The steps of upright edges from one rank to the next.
    upright: HashSet<[usize; 2]>,
    /// Whether each node has an upright edge to a node above, and to one below.
    held: Vec<[bool; 2]>,
    /// How many nodes are those of the caller.
    pub(super) real: usize,
}

impl Ranks {
    pub(super) fn new(nodes: usize, edges: &[Edge]) -> Self {
        let of = longest_paths(nodes, edges);
        let mut ranks = Self {
            of,
            above: vec![Vec::new(); nodes],
            below: vec![Vec::new(); nodes],
            passing: Vec::new(),
            upright: HashSet::new(),
            held: vec![[false; 2]; nodes],
            real: nodes,
        };
        for &Edge { source, target, upright } in edges {
            let first = ranks.of.len();
            let mut last = source;
            for rank in ranks.of[source] + 1..ranks.of[target] {
                let node = ranks.of.len();
                ranks.of.push(rank);
                ranks.above.push(Vec::new());
                ranks.below.push(Vec::new());
                ranks.connect(last, node);
                last = node;
            }
            ranks.connect(last, target);
            ranks.passing.push(first..ranks.of.len());
            if upright && ranks.of[target] == ranks.of[source] + 1 {
                ranks.upright.insert([source, target]);
                ranks.held[source][1] = true;
                ranks.held[target][0] = true;
            }
        }
        ranks
    }

    fn connect(&mut self, above: usize, below: usize) {
        self.below[above].push(below);
        self.above[below].push(above);
    }

    /// Whether a node and one below it may be lined up: no edge takes the place of an upright one.
    pub(super) fn may_align(&self, above: usize, below: usize) -> bool {
        let held = |node: usize, side: usize| self.held.get(node).is_some_and(|held| held[side]);
        self.upright.contains(&[above, below]) || !(held(above, 1) || held(below, 0))
    }

    /// How much it matters that a step of an edge is not crossed.
    pub(super) fn weight(&self, above: usize, below: usize) -> usize {
        if self.upright.contains(&[above, below]) { UPRIGHT } else { 1 }
    }

    /// Whether a node is part of a long edge.
    pub(super) fn is_passing(&self, node: usize) -> bool {
        node >= self.real
    }
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
