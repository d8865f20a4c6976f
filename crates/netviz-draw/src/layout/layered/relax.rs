//! Assigns x coordinates in a crowded graph: each rank is packed, and its nodes move towards their neighbours as far as
//! their order allows.
//!
//! Where nearly every node has many neighbours, blocks of aligned nodes push each other apart, and a picture becomes
//! several times wider than its widest rank. Here, no line is straight by intention, but the picture stays narrow.

use super::rank::Ranks;

/// Passes over all ranks, down and up in turn.
const PASSES: usize = 10;

/// Weight of the edge between two nodes: long edges are straightened first.
fn weight(ranks: &Ranks, a: usize, b: usize) -> f64 {
    match (ranks.is_passing(a), ranks.is_passing(b)) {
        (true, true) => 8.0,
        (false, false) => 1.0,
        _ => 2.0,
    }
}

/// The width of the widest rank if it is packed.
pub(super) fn packed_width(order: &[Vec<usize>], distance: &impl Fn(usize, usize) -> f64) -> f64 {
    let width = |rank: &Vec<usize>| rank.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
    order.iter().map(width).fold(0.0, f64::max)
}

pub(super) fn relax(ranks: &Ranks, order: &[Vec<usize>], distance: &impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut x = vec![0.0; ranks.of.len()];
    for rank in order {
        let mut at = 0.0;
        for (index, &node) in rank.iter().enumerate() {
            at += if index > 0 { distance(rank[index - 1], node) } else { 0.0 };
            x[node] = at;
        }
        for &node in rank {
            x[node] -= at / 2.0;
        }
    }
    let mut runs = Vec::new();
    for pass in 0..PASSES {
        for step in 0..order.len() {
            let rank = if pass % 2 == 0 { step } else { order.len() - 1 - step };
            settle(ranks, &order[rank], distance, &mut x, &mut runs);
        }
    }
    x
}

/// Nodes side by side at their least distances.
struct Run {
    /// Where the first node of the rank would be, if all up to these were side by side.
    at: f64,
    weight: f64,
    nodes: usize,
}

/// Moves the nodes of a rank as close as possible to the means of their neighbours: the least squares in the given order
/// (pool adjacent violators, Ayer et al. 1955).
fn settle(ranks: &Ranks, rank: &[usize], distance: &impl Fn(usize, usize) -> f64, x: &mut [f64], runs: &mut Vec<Run>) {
    runs.clear();
    let mut offset = 0.0;
    for (index, &node) in rank.iter().enumerate() {
        offset += if index > 0 { distance(rank[index - 1], node) } else { 0.0 };
        let (mut sum, mut total) = (0.0, 0.0);
        for &other in ranks.above.of(node).iter().chain(ranks.below.of(node)) {
            let weight = weight(ranks, other, node);
            sum += weight * x[other];
            total += weight;
        }
        let mut run = if total > 0.0 {
            Run { at: sum / total - offset, weight: total, nodes: 1 }
        } else {
            Run { at: x[node] - offset, weight: 0.1, nodes: 1 }
        };
        while let Some(last) = runs.pop_if(|last| last.at > run.at) {
            let weight = last.weight + run.weight;
            let at = (last.at * last.weight + run.at * run.weight) / weight;
            run = Run { at, weight, nodes: last.nodes + run.nodes };
        }
        runs.push(run);
    }
    let mut index = 0;
    let mut offset = 0.0;
    for run in runs {
        for _ in 0..run.nodes {
            offset += if index > 0 { distance(rank[index - 1], rank[index]) } else { 0.0 };
            x[rank[index]] = run.at + offset;
            index += 1;
        }
    }
}
