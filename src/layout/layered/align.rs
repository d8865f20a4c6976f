//! The x of every node (Brandes and Köpf 2001, with the compaction of dagre).
//!
//! Four times, from above and below, to the left and to the right, each node is lined up with the median
//! of its neighbours, so that chains of nodes form vertical blocks; the blocks are pushed together; each
//! node then takes the mean of the middle two of its four places.

use super::order::places;
use super::rank::Ranks;

type Distance<'a> = &'a dyn Fn(usize, usize) -> f64;

pub(super) fn align(ranks: &Ranks, order: &[Vec<usize>], distance: Distance) -> Vec<f64> {
    let barred = Barred::new(ranks, order);
    let mut candidates = Vec::with_capacity(4);
    for down in [true, false] {
        for left in [true, false] {
            let side = Side { ranks, barred: &barred, order: turned(order, down, left), down };
            let mirrored = |a: usize, b: usize| if left { distance(a, b) } else { distance(b, a) };
            let x = side.place(&mirrored);
            candidates.push(if left { x } else { x.into_iter().map(|x| -x).collect() });
        }
    }
    balance(&mut candidates)
}

/// The order as it is seen when one goes up instead of down, or from right to left.
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

/// Edges that must not be lined up, because they cross a long edge between two of its inner nodes:
/// long edges are to be straight.
struct Barred(std::collections::HashSet<(usize, usize)>);

impl Barred {
    fn new(ranks: &Ranks, order: &[Vec<usize>]) -> Self {
        let place = places(ranks, order);
        let mut barred = std::collections::HashSet::new();
        for pair in order.windows(2) {
            let (upper, lower) = (&pair[0], &pair[1]);
            let inner_above = |node: usize| {
                ranks
                    .is_passing(node)
                    .then(|| ranks.above[node].iter().copied().find(|&above| ranks.is_passing(above)))?
            };
            let (mut left, mut from) = (0, 0);
            for (index, &node) in lower.iter().enumerate() {
                let inner = inner_above(node);
                if inner.is_none() && index + 1 < lower.len() {
                    continue;
                }
                let right = inner.map_or(upper.len(), |above| place[above]);
                for &between in &lower[from..=index] {
                    for &above in &ranks.above[between] {
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
}

/// One of the four directions.
struct Side<'a> {
    ranks: &'a Ranks,
    barred: &'a Barred,
    order: Vec<Vec<usize>>,
    down: bool,
}

impl Side<'_> {
    fn place(&self, distance: Distance) -> Vec<f64> {
        let blocks = self.blocks();
        self.compact(&blocks, distance)
    }

    /// The block of each node, named by one of its nodes.
    fn blocks(&self) -> Vec<usize> {
        let place = places(self.ranks, &self.order);
        let mut root: Vec<usize> = (0..self.ranks.of.len()).collect();
        for rank in &self.order {
            let mut last: Option<usize> = None;
            for &node in rank {
                for &other in medians(&self.near(node, &place)) {
                    let pair = if self.down { (other, node) } else { (node, other) };
                    // Blocks must not cross, nor may two nodes join one.
                    let free = last.is_none_or(|last| last < place[other]);
                    if root[node] == node && free && !self.barred.0.contains(&pair) {
                        root[node] = root[other];
                        last = Some(place[other]);
                    }
                }
            }
        }
        root
    }

    /// What a node may be lined up with, from left to right.
    fn near(&self, node: usize, place: &[usize]) -> Vec<usize> {
        let ranks = self.ranks;
        let mut near = if self.down { ranks.above[node].clone() } else { ranks.below[node].clone() };
        near.retain(|&other| if self.down { ranks.may_align(other, node) } else { ranks.may_align(node, other) });
        near.sort_by_key(|&other| place[other]);
        near.dedup();
        near
    }

    /// Each block as far left as its left neighbours allow, then as far right as that does not move others.
    fn compact(&self, root: &[usize], distance: Distance) -> Vec<f64> {
        let count = root.len();
        let mut left_of: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
        let mut right_of: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
        for rank in &self.order {
            for pair in rank.windows(2) {
                let (a, b, least) = (root[pair[0]], root[pair[1]], distance(pair[0], pair[1]));
                right_of[a].push((b, least));
                left_of[b].push((a, least));
            }
        }
        let blocks = from_left_to_right(root, &left_of, &right_of);
        let mut x = vec![0.0_f64; count];
        for &block in &blocks {
            x[block] = left_of[block].iter().map(|&(other, least)| x[other] + least).fold(0.0, f64::max);
        }
        for &block in blocks.iter().rev() {
            let limit = right_of[block].iter().map(|&(other, least)| x[other] - least).fold(f64::INFINITY, f64::min);
            if limit.is_finite() {
                x[block] = x[block].max(limit);
            }
        }
        root.iter().map(|&block| x[block]).collect()
    }
}

/// The middle neighbour, or the middle two.
fn medians(near: &[usize]) -> &[usize] {
    let count = near.len();
    if count == 0 { near } else { &near[(count - 1) / 2..=count / 2] }
}

/// The blocks, each behind those to its left.
fn from_left_to_right(root: &[usize], left_of: &[Vec<(usize, f64)>], right_of: &[Vec<(usize, f64)>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = left_of.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..root.len()).filter(|&node| root[node] == node && waiting[node] == 0).collect();
    let mut blocks = Vec::with_capacity(root.len());
    while let Some(block) = ready.pop() {
        blocks.push(block);
        for &(next, _) in &right_of[block] {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    blocks
}

/// Lines the candidates up with the narrowest, and takes the mean of the middle two of each node.
fn balance(candidates: &mut [Vec<f64>]) -> Vec<f64> {
    let bounds = |x: &[f64]| {
        let fold = |start: f64, pick: fn(f64, f64) -> f64| x.iter().copied().fold(start, pick);
        (fold(f64::INFINITY, f64::min), fold(f64::NEG_INFINITY, f64::max))
    };
    let all: Vec<(f64, f64)> = candidates.iter().map(|x| bounds(x)).collect();
    let narrowest = all.iter().copied().min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let Some((low, high)) = narrowest else { return Vec::new() };
    for (index, x) in candidates.iter_mut().enumerate() {
        // Those that were pushed to the left are lined up at the left, the others at the right.
        let shift = if index % 2 == 0 { low - all[index].0 } else { high - all[index].1 };
        for x in x {
            *x += shift;
        }
    }
    let count = candidates.first().map_or(0, Vec::len);
    (0..count)
        .map(|node| {
            let mut four: Vec<f64> = candidates.iter().map(|x| x[node]).collect();
            four.sort_by(f64::total_cmp);
            f64::midpoint(four[1], four[2])
        })
        .collect()
}
