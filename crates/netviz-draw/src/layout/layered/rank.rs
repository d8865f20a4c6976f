//! Assigns a rank to every node, and adds the inner nodes of long edges.

use std::collections::HashSet;

use super::Edge;
use super::lists::Lists;

/// If more than two thirds of the long edges start where so many do, those from one node run as one line up to where they
/// part. In a graph without such a pattern, that would only be a detour for most.
const MANY: usize = 3;
/// Passes over all nodes that shorten edges.
const PASSES: usize = 8;

/// The graph with long edges split, so that every edge connects adjacent ranks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranks {
    /// The rank of each node; inner nodes of long edges follow the others, rank by rank.
    pub(super) of: Vec<usize>,
    /// Neighbours of each node in the rank above; `below` has those in the rank below.
    pub(super) above: Lists,
    pub(super) below: Lists,
    /// The inner nodes of each edge, from top to bottom.
    pub(super) passing: Lists,
    /// Upright edges between adjacent ranks.
    upright: HashSet<[usize; 2]>,
    /// Whether each node has an upright edge to the rank above, and to the rank below.
    held: Vec<[bool; 2]>,
    /// Number of nodes of the caller; the others are inner nodes of long edges.
    pub(super) real: usize,
}

impl Ranks {
    pub(super) fn new(nodes: usize, edges: &[Edge]) -> Self {
        let mut of = short_edges(nodes, edges);
        let passing = pass(&mut of, edges);
        // Steps that edges share count once.
        let mut shared = HashSet::new();
        let steps: Vec<(usize, usize)> = edges
            .iter()
            .enumerate()
            .flat_map(|(index, edge)| {
                let inner = passing.of(index).iter().copied();
                std::iter::once(edge.source).chain(inner.clone()).zip(inner.chain([edge.target]))
            })
            .filter(|&(above, below)| below < nodes || shared.insert((above, below)))
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

    /// Number of ranks.
    pub(super) fn count(&self) -> usize {
        self.of.iter().max().map_or(0, |rank| rank + 1)
    }

    /// Number of nodes and edges, including the parts of long edges.
    pub(super) fn size(&self) -> usize {
        self.of.len() + self.below.len()
    }

    /// Whether a node and a neighbour below may be aligned: a node with an upright edge is aligned only along it.
    pub(super) fn may_align(&self, above: usize, below: usize) -> bool {
        let held = |node: usize, side: usize| self.held.get(node).is_some_and(|held| held[side]);
        match (held(above, 1), held(below, 0)) {
            (false, false) => true,
            (true, true) => self.upright.contains(&[above, below]),
            _ => false,
        }
    }

    /// Whether a node is an inner node of a long edge.
    pub(super) fn is_passing(&self, node: usize) -> bool {
        node >= self.real
    }
}

/// Adds a node to every rank between the ends of each edge, and returns these inner nodes of each edge. Long
/// edges from one node may share them. They are numbered rank by rank, in the order in which they will be read.
fn pass(of: &mut Vec<usize>, edges: &[Edge]) -> Lists {
    let mut long = vec![0_usize; of.len()];
    for edge in edges.iter().filter(|edge| of[edge.target] - of[edge.source] > 1) {
        long[edge.source] += 1;
    }
    let most = long.iter().filter(|&&count| count >= MANY).sum::<usize>();
    let share = 3 * most > 2 * long.iter().sum::<usize>();
    // The ways of the edges, each by the first rank that it passes and the one after the last.
    let mut ways: Vec<[usize; 2]> = Vec::new();
    let mut shared = vec![None; of.len()];
    let mut way_of = Vec::with_capacity(edges.len());
    for edge in edges {
        let way = shared[edge.source].unwrap_or(ways.len());
        if way == ways.len() {
            ways.push([of[edge.source] + 1; 2]);
        }
        if share && long[edge.source] > 1 {
            shared[edge.source] = Some(way);
        }
        ways[way][1] = ways[way][1].max(of[edge.target]);
        way_of.push(way);
    }
    let mut counts = vec![0; of.iter().max().map_or(0, |rank| rank + 1)];
    for rank in ways.iter().flat_map(|&[from, to]| from..to) {
        counts[rank] += 1;
    }
    let mut next = Vec::with_capacity(counts.len());
    let mut end = of.len();
    for count in &counts {
        next.push(end);
        end += count;
    }
    let mut inner: Vec<Vec<usize>> = Vec::with_capacity(ways.len());
    for &[from, to] in &ways {
        inner.push(next[from..to].to_vec());
        next[from..to].iter_mut().for_each(|next| *next += 1);
    }
    let nodes = edges.iter().zip(way_of).enumerate().flat_map(|(index, (edge, way))| {
        let passed = of[edge.target] - of[edge.source] - 1;
        inner[way][..passed].iter().map(move |&node| (index, node))
    });
    let lists = Lists::new(edges.len(), nodes);
    of.extend(counts.iter().enumerate().flat_map(|(rank, &count)| std::iter::repeat_n(rank, count)));
    lists
}

/// Ranks at which edges are short: that of a node is the length of the longest path to it; then each node moves towards
/// the side on which it has more edges, as far as these allow.
fn short_edges(nodes: usize, edges: &[Edge]) -> Vec<usize> {
    let mut below = vec![Vec::new(); nodes];
    let mut above = vec![Vec::new(); nodes];
    for &Edge { source, target, .. } in edges {
        below[source].push(target);
        above[target].push(source);
    }
    let mut waiting: Vec<usize> = above.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..nodes).filter(|&node| waiting[node] == 0).collect();
    let mut ranks = vec![0_usize; nodes];
    let mut order = Vec::with_capacity(nodes);
    while let Some(node) = ready.pop() {
        order.push(node);
        for &next in &below[node] {
            ranks[next] = ranks[next].max(ranks[node] + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    assert_eq!(order.len(), nodes, "the graph has no cycles");
    for _ in 0..PASSES {
        let before = ranks.clone();
        for &node in order.iter().rev().filter(|&&node| below[node].len() > above[node].len()) {
            ranks[node] = below[node].iter().map(|&next| ranks[next] - 1).min().unwrap_or(ranks[node]);
        }
        for &node in order.iter().filter(|&&node| below[node].len() < above[node].len()) {
            ranks[node] = above[node].iter().map(|&last| ranks[last] + 1).max().unwrap_or(ranks[node]);
        }
        if ranks == before {
            break;
        }
    }
    // A rank that all nodes have left is taken out.
    let mut used = ranks.clone();
    used.sort_unstable();
    used.dedup();
    for rank in &mut ranks {
        *rank = used.partition_point(|used| used < rank);
    }
    ranks
}
