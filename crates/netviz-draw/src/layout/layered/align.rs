//! Assigns an x coordinate to every node (Brandes and Köpf 2001, with the compaction of dagre).
//!
//! Each node is aligned with the median of its neighbours, so that chains of nodes form vertical blocks, and the blocks
//! are compacted. This happens four times, downwards and upwards, to the left and to the right; each node then takes
//! the mean of the middle two of its four coordinates.

use std::collections::HashSet;

use super::lists::Lists;
use super::order::places;
use super::rank::Ranks;
use super::relax::{packed_width, relax};

/// How much wider than its widest rank a picture may become, as a factor and in addition.
const CROWDED: f64 = 1.7;
const FREE: f64 = 400.0;

/// The passes: whether downwards, and whether to the left.
const PASSES: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

/// The block of each node in each pass, identified by one of its nodes.
pub(super) fn blocks(ranks: &Ranks, order: &[Vec<usize>]) -> [Vec<usize>; 4] {
    let barred = Barred::new(ranks, order);
    PASSES.map(|(down, left)| Side { ranks, barred: &barred, order: turned(order, down, left), down }.blocks())
}

pub(super) fn align(
    ranks: &Ranks,
    order: &[Vec<usize>],
    blocks: &[Vec<usize>; 4],
    distance: &impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    // Candidates with an odd index are compacted to the right.
    let x = balance([0, 1, 2, 3].map(|pass: usize| {
        let (down, left) = PASSES[pass];
        let order = turned(order, down, left);
        let x = compact(&blocks[pass], &order, &|a, b| if left { distance(a, b) } else { distance(b, a) });
        if left { x } else { x.into_iter().map(|x| -x).collect() }
    }));
    let (low, high) = bounds(&x);
    if high - low > CROWDED * packed_width(order, distance) + FREE { relax(ranks, order, distance) } else { x }
}

/// The least and the largest coordinate.
fn bounds(x: &[f64]) -> (f64, f64) {
    let fold = |start: f64, pick: fn(f64, f64) -> f64| x.iter().copied().fold(start, pick);
    (fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max))
}

/// The order mirrored for a pass upwards, or from right to left.
fn turned(order: &[Vec<usize>], down: bool, left: bool) -> Vec<Vec<usize>> {
    let mut order = order.to_vec();
    if !down {
        order.reverse();
    }
    if !left {
        for rank in &mut order {
            rank.reverse();
        }
    }
    order
}

/// Edges that must not be aligned, because they cross an edge between two inner nodes of a long edge: long edges
/// should be straight.
struct Barred(HashSet<(usize, usize)>);

impl Barred {
    fn new(ranks: &Ranks, order: &[Vec<usize>]) -> Self {
        let place = places(ranks, order);
        let mut barred = HashSet::new();
        for pair in order.windows(2) {
            let (upper, lower) = (&pair[0], &pair[1]);
            let inner_above = |node: usize| {
                ranks
                    .is_passing(node)
                    .then(|| ranks.above.of(node).iter().copied().find(|&above| ranks.is_passing(above)))?
            };
            let (mut left, mut from) = (0, 0);
            for (index, &node) in lower.iter().enumerate() {
                let inner = inner_above(node);
                if inner.is_none() && index + 1 < lower.len() {
                    continue;
                }
                let right = inner.map_or(upper.len(), |above| place[above]);
                for &between in &lower[from..=index] {
                    for &above in ranks.above.of(between) {
                        let crosses = place[above] < left || place[above] > right;
                        if crosses && !(ranks.is_passing(between) && ranks.is_passing(above)) {
                            barred.insert((above, between));
                        }
                    }
                }
                (left, from) = (right, index + 1);
            }
        }
        Self(barred)
    }

    fn contains(&self, edge: (usize, usize)) -> bool {
        self.0.contains(&edge)
    }
}

/// One of the four passes.
struct Side<'a> {
    ranks: &'a Ranks,
    barred: &'a Barred,
    order: Vec<Vec<usize>>,
    down: bool,
}

impl Side<'_> {
    fn blocks(&self) -> Vec<usize> {
        let place = places(self.ranks, &self.order);
        let mut root: Vec<usize> = (0..self.ranks.of.len()).collect();
        let mut near = Vec::new();
        for rank in &self.order {
            let mut last: Option<usize> = None;
            for &node in rank {
                self.near(node, &place, &mut near);
                for &other in medians(&near) {
                    let pair = if self.down { (other, node) } else { (node, other) };
                    // Blocks must not cross, and two nodes of a rank must not join the same block.
                    let free = last.is_none_or(|last| last < place[other]);
                    if root[node] == node && free && !self.barred.contains(pair) {
                        root[node] = root[other];
                        last = Some(place[other]);
                    }
                }
            }
        }
        root
    }

    /// Collects the neighbours that a node may be aligned with, from left to right, in `near`.
    fn near(&self, node: usize, place: &[usize], near: &mut Vec<usize>) {
        let ranks = self.ranks;
        let all = if self.down { ranks.above.of(node) } else { ranks.below.of(node) };
        let may =
            |&&other: &&usize| if self.down { ranks.may_align(other, node) } else { ranks.may_align(node, other) };
        near.clear();
        near.extend(all.iter().filter(may));
        // A long edge stays straight where others leave it.
        if ranks.is_passing(node) && near.iter().any(|&other| ranks.is_passing(other)) {
            near.retain(|&other| ranks.is_passing(other));
        }
        near.sort_by_key(|&other| place[other]);
        near.dedup();
    }
}

/// Moves each block as far left as its left neighbours allow, then as far right as possible without moving others.
fn compact(root: &[usize], order: &[Vec<usize>], distance: &impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let count = root.len();
    let members = Lists::new(count, root.iter().copied().zip(0..));
    let beside = Beside::new(count, order);
    let mut x = vec![0.0_f64; count];
    let blocks = from_left_to_right(root, &members, &beside);
    for &block in &blocks {
        let limit = |&node: &usize| beside.left(node).map(|other| x[root[other]] + distance(other, node));
        x[block] = members.of(block).iter().filter_map(limit).fold(0.0, f64::max);
    }
    for &block in blocks.iter().rev() {
        let limit = |&node: &usize| beside.right(node).map(|other| x[root[other]] - distance(node, other));
        let limit = members.of(block).iter().filter_map(limit).fold(f64::INFINITY, f64::min);
        if limit.is_finite() {
            x[block] = x[block].max(limit);
        }
    }
    root.iter().map(|&block| x[block]).collect()
}

/// The left and right neighbour of each node in its rank; `NOTHING` at the ends.
struct Beside {
    left: Vec<usize>,
    right: Vec<usize>,
}

const NOTHING: usize = usize::MAX;

impl Beside {
    fn new(count: usize, order: &[Vec<usize>]) -> Self {
        let mut beside = Self { left: vec![NOTHING; count], right: vec![NOTHING; count] };
        for pair in order.iter().flat_map(|rank| rank.windows(2)) {
            beside.right[pair[0]] = pair[1];
            beside.left[pair[1]] = pair[0];
        }
        beside
    }

    fn left(&self, node: usize) -> Option<usize> {
        Some(self.left[node]).filter(|&other| other != NOTHING)
    }

    fn right(&self, node: usize) -> Option<usize> {
        Some(self.right[node]).filter(|&other| other != NOTHING)
    }
}

/// The middle neighbour, or the middle two.
fn medians(near: &[usize]) -> &[usize] {
    let count = near.len();
    if count == 0 { near } else { &near[(count - 1) / 2..=count / 2] }
}

/// The blocks, each after those to its left.
fn from_left_to_right(root: &[usize], members: &Lists, beside: &Beside) -> Vec<usize> {
    let mut waiting = vec![0_usize; root.len()];
    for (node, &block) in root.iter().enumerate() {
        waiting[block] += usize::from(beside.left(node).is_some());
    }
    let mut ready: Vec<usize> = (0..root.len()).filter(|&node| root[node] == node && waiting[node] == 0).collect();
    let mut blocks = Vec::with_capacity(root.len());
    while let Some(block) = ready.pop() {
        blocks.push(block);
        for next in members.of(block).iter().filter_map(|&node| beside.right(node)) {
            let next = root[next];
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    blocks
}

/// Aligns the candidates with the narrowest one, and takes the mean of the middle two coordinates of each node.
fn balance(mut candidates: [Vec<f64>; 4]) -> Vec<f64> {
    let all: Vec<(f64, f64)> = candidates.iter().map(|x| bounds(x)).collect();
    let narrowest = all.iter().copied().min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let Some((low, high)) = narrowest else { return Vec::new() };
    for (index, x) in candidates.iter_mut().enumerate() {
        // Candidates that were compacted to the left are aligned at the left, the others at the right.
        let shift = if index % 2 == 0 { low - all[index].0 } else { high - all[index].1 };
        for x in x {
            *x += shift;
        }
    }
    let count = candidates.first().map_or(0, Vec::len);
    (0..count)
        .map(|node| {
            let mut four = [0, 1, 2, 3].map(|candidate: usize| candidates[candidate][node]);
            four.sort_by(f64::total_cmp);
            f64::midpoint(four[1], four[2])
        })
        .collect()
}
