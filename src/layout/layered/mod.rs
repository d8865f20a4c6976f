//! Places the nodes of an acyclic graph in ranks, top to bottom (Sugiyama, Tagawa and Toda 1981).
//!
//! 1. `rank`: each node below those that feed it; a long edge gets a node without size in every rank
//!    that it passes.
//! 2. `order`: the order in each rank, so that few edges cross.
//! 3. `align`: the x of every node, so that edges are straight where they can be.
//!
//! The result depends on the input alone: ties go by index.

mod align;
mod lists;
mod order;
mod rank;

use crate::limits;
use crate::picture::Refusal;
use crate::text::thousands;
use rank::Ranks;

/// A node to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Its extent to the left of its centre.
    pub left: f64,
    /// Its extent to the right of its centre.
    pub right: f64,
}

/// A connection that leads down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The node above, as an index.
    pub source: usize,
    /// The node below.
    pub target: usize,
    /// Whether its ends belong one under the other, more than those of other edges do.
    pub upright: bool,
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The rank of each node, from 0 at the top.
    pub ranks: Vec<usize>,
    /// The x of the centre of each node; the leftmost extent is at 0.
    pub x: Vec<f64>,
    /// For each edge, the x at which it passes each rank between its ends.
    pub passes: Vec<Vec<f64>>,
}

/// Refuses connections that pass more ranks than can be drawn, each of which takes room in all of them. Nodes are counted
/// in an order in which each comes behind those that feed it, and so do the `edges` by their targets; `name` is the
/// network's.
///
/// # Errors
/// Where they pass more than [`limits::PASSED_RANKS`].
pub(super) fn check(name: &str, nodes: usize, edges: impl Iterator<Item = [usize; 2]> + Clone) -> Result<(), Refusal> {
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
    Err(Refusal::new(message, format!("at most {most} can be drawn; use `--json`, and a program for large graphs")))
}

/// Places nodes of these sizes.
///
/// `gap` is the least distance between what stands side by side, `lane` the same where one of the two is
/// an edge passing by.
///
/// # Panics
/// Where the edges form a cycle.
///
/// # Complexity
/// O((n + m) log m) in the nodes and edges, counting a long edge once for every rank that it passes.
pub fn place(nodes: &[Size], edges: &[Edge], gap: f64, lane: f64) -> Placement {
    let ranks = Ranks::new(nodes.len(), edges);
    let order = order::order(&ranks);
    let size = |node: usize| nodes.get(node).copied().unwrap_or(Size { left: 0.0, right: 0.0 });
    let distance = |a: usize, b: usize| {
        let gap = if a < nodes.len() && b < nodes.len() { gap } else { lane };
        size(a).right + gap + size(b).left
    };
    let mut x = align::align(&ranks, &order, &distance);
    let leftmost = x.iter().enumerate().map(|(node, x)| x - size(node).left).fold(f64::INFINITY, f64::min);
    for x in &mut x {
        *x -= leftmost;
    }
    let passes = (0..edges.len()).map(|edge| ranks.passing.of(edge).iter().map(|&node| x[node]).collect()).collect();
    x.truncate(nodes.len());
    Placement { ranks: ranks.of[..nodes.len()].to_vec(), x, passes }
}

#[cfg(test)]
mod tests;
