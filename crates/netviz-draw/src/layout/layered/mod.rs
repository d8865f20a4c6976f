//! Layered layout of an acyclic graph: nodes in ranks from top to bottom (Sugiyama, Tagawa and Toda 1981).
//!
//! 1. `rank`: assigns each node to a rank below its predecessors; a long edge gets a node without size in every rank
//!    that it passes.
//! 2. `order`: orders the nodes of each rank so that few edges cross.
//! 3. `align`: assigns x coordinates so that edges are straight where possible; in a crowded graph, `relax` does.
//!
//! The result is deterministic: ties are broken by index.

mod align;
mod kept;
mod lists;
mod order;
mod rank;
mod relax;

use kept::Kept;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::limits;
use netviz_model::text::thousands;
use rank::Ranks;

/// Horizontal size of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Its extent to the left of its centre.
    pub left: f64,
    /// Its extent to the right of its centre.
    pub right: f64,
}

/// A directed edge, which leads down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index of the upper node.
    pub source: usize,
    /// Index of the lower node.
    pub target: usize,
    /// Whether aligning its ends vertically takes priority over other edges.
    pub upright: bool,
}

/// The result of [`place`].
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The rank of each node, from 0 at the top.
    pub ranks: Vec<usize>,
    /// The x of the centre of each node; the leftmost extent is at 0.
    pub x: Vec<f64>,
    /// For each edge, the x at which it passes each rank between its ends.
    pub passes: Vec<Vec<f64>>,
}

/// What of a layout does not depend on the sizes of the nodes: the ranks, their orders, and which nodes are aligned.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrangement {
    ranks: Ranks,
    /// The nodes of each rank from left to right. Nodes beyond those of the caller are the inner nodes of long edges.
    pub order: Vec<Vec<usize>>,
    /// The block of each node, identified by one of its nodes, in each of four passes: to the left and to the right from
    /// the top, then to the left and to the right from the bottom.
    pub blocks: [Vec<usize>; 4],
}

/// Checks that the connections of a network do not pass too many ranks, since each reserves space in every rank that it
/// passes. Nodes are numbered in topological order, and `edges` are sorted by their targets. `name` is the name of the
/// network.
///
/// # Errors
/// If they pass more than [`limits::PASSED_RANKS`] in total.
pub(crate) fn check(
    name: &str,
    nodes: usize,
    edges: impl Iterator<Item = [usize; 2]> + Clone,
) -> Result<(), Diagnostic> {
    let mut ranks = vec![0_usize; nodes];
    for [source, target] in edges.clone() {
        ranks[target] = ranks[target].max(ranks[source] + 1);
    }
    let passed: usize = edges.map(|[source, target]| ranks[target] - ranks[source] - 1).sum();
    if passed <= limits::PASSED_RANKS {
        return Ok(());
    }
    let message = format!("the connections of `{name}` pass {} boxes on their way", thousands(passed));
    let most = thousands(limits::PASSED_RANKS);
    Err(Diagnostic::error(message)
        .hint(format!("at most {most} can be drawn; use `--json`, and a program for large graphs")))
}

/// Lays out a graph with nodes of these sizes.
///
/// `gap` is the minimum distance between adjacent nodes of a rank, and `lane` the minimum distance of a passing edge
/// from a node or another passing edge. `branches` are lists of nodes; those of a list, and what is in a chain with them,
/// stand in its order from left to right.
///
/// # Panics
/// If the edges form a cycle.
///
/// # Complexity
/// O((n + m) log m) for n nodes and m edges, counting a long edge once per rank that it passes.
pub fn place(nodes: &[Size], edges: &[Edge], gaps: [f64; 2], branches: &[Vec<usize>]) -> Placement {
    Arrangement::new(nodes.len(), edges, branches).place(nodes, gaps)
}

impl Arrangement {
    /// Arranges a graph with so many nodes.
    ///
    /// # Panics
    /// If the edges form a cycle.
    pub fn new(nodes: usize, edges: &[Edge], branches: &[Vec<usize>]) -> Self {
        let ranks = Ranks::new(nodes, edges);
        let order = order::order(&ranks, &Kept::new(&ranks, branches));
        let blocks = align::blocks(&ranks, &order);
        Self { ranks, order, blocks }
    }

    /// The nodes at which each edge passes the ranks between its ends, from top to bottom.
    pub fn passing(&self, edge: usize) -> &[usize] {
        self.ranks.passing.of(edge)
    }

    /// Places nodes of these sizes; see [`place`].
    pub fn place(&self, nodes: &[Size], [gap, lane]: [f64; 2]) -> Placement {
        let size = |node: usize| nodes.get(node).copied().unwrap_or(Size { left: 0.0, right: 0.0 });
        let distance = |a: usize, b: usize| {
            let gap = if a < nodes.len() && b < nodes.len() { gap } else { lane };
            size(a).right + gap + size(b).left
        };
        let mut x = align::align(&self.ranks, &self.order, &self.blocks, &distance);
        let leftmost = x.iter().enumerate().map(|(node, x)| x - size(node).left).fold(f64::INFINITY, f64::min);
        for x in &mut x {
            *x -= leftmost;
        }
        let passes = (0..self.ranks.passing.count())
            .map(|edge| self.passing(edge).iter().map(|&node| x[node]).collect())
            .collect();
        x.truncate(nodes.len());
        Placement { ranks: self.ranks.of[..nodes.len()].to_vec(), x, passes }
    }
}

#[cfg(test)]
mod tests;
