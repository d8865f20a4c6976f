//! Nodes that stand in a given order in their rank: branches from left to right.

use super::rank::Ranks;

/// The list of each node, and its place in that list. What follows or precedes a node in a chain is in its place, too.
pub(super) struct Kept(Vec<Option<(usize, usize)>>);

impl Kept {
    /// `lists` are nodes of the caller.
    pub(super) fn new(ranks: &Ranks, lists: &[Vec<usize>]) -> Self {
        if lists.is_empty() {
            return Self(Vec::new());
        }
        let mut of = vec![None; ranks.of.len()];
        for (list, nodes) in lists.iter().enumerate() {
            for (place, &node) in nodes.iter().enumerate() {
                for (forward, back) in [(&ranks.below, &ranks.above), (&ranks.above, &ranks.below)] {
                    let next = |&node: &usize| match forward.of(node) {
                        &[next] if back.of(next).len() == 1 => Some(next),
                        _ => None,
                    };
                    for node in std::iter::successors(Some(node), next) {
                        of[node].get_or_insert((list, place));
                    }
                }
            }
        }
        Self(of)
    }

    /// Puts the nodes of a rank into their order; they share the places that they have.
    pub(super) fn restore(&self, rank: &mut [usize]) {
        if self.0.is_empty() {
            return;
        }
        // The nodes of each list, with where they stand.
        let mut found: Vec<(usize, usize)> =
            rank.iter().enumerate().filter_map(|(at, &node)| Some((self.0[node]?.0, at))).collect();
        found.sort_unstable();
        for list in found.chunk_by(|a, b| a.0 == b.0) {
            let mut nodes: Vec<usize> = list.iter().map(|&(_, at)| rank[at]).collect();
            nodes.sort_by_key(|&node| self.0[node]);
            for (&(_, at), node) in list.iter().zip(nodes) {
                rank[at] = node;
            }
        }
    }

    /// Whether two adjacent nodes may be exchanged.
    pub(super) fn may_swap(&self, a: usize, b: usize) -> bool {
        let list = |node: usize| self.0.get(node).copied().flatten().map(|(list, _)| list);
        list(a).is_none() || list(a) != list(b)
    }
}
