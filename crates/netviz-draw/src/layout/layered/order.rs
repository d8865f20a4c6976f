//! Orders the nodes of each rank: sweeps down and up sort by the mean position of the neighbours and exchange adjacent
//! nodes, from several starts, and the best order is kept (Gansner et al. 1993).

use super::kept::Kept;
use super::lists::Lists;
use super::rank::Ranks;

/// Sweeps without improvement after which the search from a start ends.
const PATIENCE: usize = 16;
/// Sweeps from each start.
const MOST_SWEEPS: usize = 100;
/// Further starts from shuffled orders, while the budget lasts.
const SHUFFLES: u64 = 12;
/// Passes that exchange adjacent nodes, in each sweep.
const EXCHANGES: usize = 8;
/// Maximum number of nodes and edges that all sweeps visit together; a very large graph gets a single sweep.
const BUDGET: usize = 3_000_000;

/// The nodes of each rank from left to right.
pub(super) fn order(ranks: &Ranks, kept: &Kept) -> Vec<Vec<usize>> {
    let mut sweeps = (BUDGET / ranks.size()).max(1);
    let mut best: Option<(usize, Vec<Vec<usize>>)> = None;
    let starts = [from_top, from_bottom, by_number].map(|start| start(ranks)).into_iter();
    for start in starts.chain((0..SHUFFLES).map(|seed| shuffled(ranks, seed))) {
        if sweeps == 0 || best.as_ref().is_some_and(|(fewest, _)| *fewest == 0) {
            break;
        }
        let found = search(ranks, kept, start, &mut sweeps);
        if best.as_ref().is_none_or(|(fewest, _)| found.0 < *fewest) {
            best = Some(found);
        }
    }
    best.map(|(_, order)| order).unwrap_or_default()
}

/// The best order that sweeps find, and its crossings. Each sweep is taken from `sweeps`, which a sweep with exchanges
/// costs several.
fn search(ranks: &Ranks, kept: &Kept, mut order: Vec<Vec<usize>>, sweeps: &mut usize) -> (usize, Vec<Vec<usize>>) {
    for rank in &mut order {
        kept.restore(rank);
    }
    let mut best = order.clone();
    let mut fewest = crossings(ranks, &best);
    let mut idle = 0;
    for sweep in 0..MOST_SWEEPS {
        if fewest == 0 || idle == PATIENCE || *sweeps == 0 {
            break;
        }
        // Ties keep their order in two sweeps and are reversed in the next two.
        sort_ranks(ranks, kept, &mut order, sweep % 2 == 0, sweep % 4 >= 2);
        let passes = EXCHANGES.min(*sweeps - 1);
        exchange(ranks, kept, &mut order, passes, sweep % 2 == 1);
        *sweeps -= 1 + passes;
        let now = crossings(ranks, &order);
        idle += 1;
        if now < fewest {
            (fewest, idle) = (now, 0);
            best.clone_from(&order);
        }
    }
    (fewest, best)
}

/// Exchanges adjacent nodes as long as that removes crossings, in so many passes at most; in the first one, if `freely`,
/// also where it adds none, which leads out of a dead end.
fn exchange(ranks: &Ranks, kept: &Kept, order: &mut [Vec<usize>], passes: usize, freely: bool) {
    let mut place = places(ranks, order);
    let mut near: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
    for pass in 0..passes {
        let least = isize::from(!(freely && pass == 0));
        let mut is_better = false;
        for rank in order.iter_mut() {
            for index in 1..rank.len() {
                let pair = [rank[index - 1], rank[index]];
                let mut gain = 0;
                for lists in [&ranks.above, &ranks.below] {
                    for (near, node) in near.iter_mut().zip(pair) {
                        near.clear();
                        near.extend(lists.of(node).iter().map(|&other| place[other]));
                        near.sort_unstable();
                    }
                    gain += inversions(&near[0], &near[1]) - inversions(&near[1], &near[0]);
                }
                if gain >= least && kept.may_swap(pair[0], pair[1]) {
                    rank.swap(index - 1, index);
                    (place[pair[1]], place[pair[0]]) = (index - 1, index);
                    is_better |= gain > 0 || least == 0;
                }
            }
        }
        if !is_better {
            break;
        }
    }
}

/// Number of pairs of which the first is larger, of two sorted lists.
fn inversions(first: &[usize], second: &[usize]) -> isize {
    let mut below = 0;
    let mut count = 0_usize;
    for &position in first {
        below += second[below..].iter().take_while(|&&other| other < position).count();
        count += below;
    }
    count.cast_signed()
}

/// By number.
fn by_number(ranks: &Ranks) -> Vec<Vec<usize>> {
    let mut order = vec![Vec::new(); ranks.count()];
    for (node, &rank) in ranks.of.iter().enumerate() {
        order[rank].push(node);
    }
    order
}

/// In an order that looks random, the same for a seed on every run.
fn shuffled(ranks: &Ranks, seed: u64) -> Vec<Vec<usize>> {
    let mut order = by_number(ranks);
    // SplitMix64 (Steele, Lea and Flood 2014).
    let key = |node: usize| {
        let mut z = (node as u64).wrapping_add((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    for rank in &mut order {
        rank.sort_by_key(|&node| key(node));
    }
    order
}

/// Depth-first from the top, so that connected nodes start close together.
fn from_top(ranks: &Ranks) -> Vec<Vec<usize>> {
    let mut tops: Vec<usize> = (0..ranks.of.len()).collect();
    tops.sort_by_key(|&node| (ranks.of[node], node));
    depth_first(ranks, &tops, &ranks.below)
}

/// Depth-first from the bottom.
fn from_bottom(ranks: &Ranks) -> Vec<Vec<usize>> {
    let mut bottoms: Vec<usize> = (0..ranks.of.len()).collect();
    bottoms.sort_by_key(|&node| (std::cmp::Reverse(ranks.of[node]), node));
    depth_first(ranks, &bottoms, &ranks.above)
}

fn depth_first(ranks: &Ranks, starts: &[usize], next: &Lists) -> Vec<Vec<usize>> {
    let mut order = vec![Vec::new(); ranks.count()];
    let mut seen = vec![false; ranks.of.len()];
    let mut stack = Vec::new();
    for &start in starts {
        stack.push(start);
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            order[ranks.of[node]].push(node);
            stack.extend(next.of(node).iter().rev());
        }
    }
    order
}

fn sort_ranks(ranks: &Ranks, kept: &Kept, order: &mut [Vec<usize>], down: bool, turn: bool) {
    let mut place = places(ranks, order);
    let count = order.len();
    let mut keyed: Vec<(f64, usize)> = Vec::new();
    for step in 1..count {
        let rank = if down { step } else { count - 1 - step };
        let neighbours = if down { &ranks.above } else { &ranks.below };
        keyed.clear();
        keyed.extend(order[rank].iter().map(|&node| {
            let near = neighbours.of(node);
            let sum: usize = near.iter().map(|&other| place[other]).sum();
            let mean = if near.is_empty() { place[node] as f64 } else { sum as f64 / near.len() as f64 };
            (mean, node)
        }));
        if turn {
            keyed.reverse();
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (slot, &(_, node)) in order[rank].iter_mut().zip(&keyed) {
            *slot = node;
        }
        kept.restore(&mut order[rank]);
        for (index, &node) in order[rank].iter().enumerate() {
            place[node] = index;
        }
    }
}

/// Position of each node in its rank.
pub(super) fn places(ranks: &Ranks, order: &[Vec<usize>]) -> Vec<usize> {
    let mut place = vec![0; ranks.of.len()];
    for rank in order {
        for (index, &node) in rank.iter().enumerate() {
            place[node] = index;
        }
    }
    place
}

/// Number of pairs of edges that cross.
pub(super) fn crossings(ranks: &Ranks, order: &[Vec<usize>]) -> usize {
    let place = places(ranks, order);
    let mut sums = Sums::default();
    order.windows(2).map(|pair| crossings_between(ranks, &pair[0], pair[1].len(), &place, &mut sums)).sum()
}

/// Counts inversions among the lower ends with a Fenwick tree (Barth, Jünger and Mutzel 2002).
fn crossings_between(ranks: &Ranks, upper: &[usize], lower: usize, place: &[usize], sums: &mut Sums) -> usize {
    sums.reset(lower);
    let mut total = 0;
    let mut ends: Vec<usize> = Vec::new();
    for &node in upper {
        ends.clear();
        ends.extend(ranks.below.of(node).iter().map(|&other| place[other]));
        ends.sort_unstable();
        // Earlier edges that end at the same position or further left do not cross this one.
        total += ends.iter().map(|&end| sums.behind(end)).sum::<usize>();
        for &end in &ends {
            sums.add(end);
        }
    }
    total
}

/// Counts by position, with the sum after any position in logarithmic time (Fenwick 1994).
#[derive(Default)]
struct Sums {
    tree: Vec<usize>,
    total: usize,
    /// The last position that is counted.
    last: usize,
}

impl Sums {
    fn reset(&mut self, places: usize) {
        self.tree.clear();
        self.tree.resize(places + 1, 0);
        (self.total, self.last) = (0, 0);
    }

    fn add(&mut self, place: usize) {
        let mut index = place + 1;
        while index < self.tree.len() {
            self.tree[index] += 1;
            index += index & index.wrapping_neg();
        }
        self.total += 1;
        self.last = self.last.max(place);
    }

    fn behind(&self, place: usize) -> usize {
        if place >= self.last {
            return 0;
        }
        let mut index = place + 1;
        let mut before = 0;
        while index > 0 {
            before += self.tree[index];
            index &= index - 1;
        }
        self.total - before
    }
}
