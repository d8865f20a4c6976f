//! Orders the nodes of each rank: sweeps down and up sort by the mean position of the neighbours, and the best order is
//! kept (Gansner et al. 1993).

use super::rank::Ranks;

/// Sweeps without improvement after which the search ends.
const PATIENCE: usize = 6;
const MOST_SWEEPS: usize = 40;
/// Maximum number of nodes and edges that all sweeps visit together; a very large graph gets a single sweep.
const BUDGET: usize = 3_000_000;

/// The nodes of each rank from left to right.
pub(super) fn order(ranks: &Ranks) -> Vec<Vec<usize>> {
    let mut order = first_order(ranks);
    let mut best = order.clone();
    let mut fewest = crossings(ranks, &best);
    let mut idle = 0;
    let most_sweeps = (BUDGET / ranks.size()).clamp(1, MOST_SWEEPS);
    for sweep in 0..most_sweeps {
        if fewest == 0 || idle == PATIENCE {
            break;
        }
        // Ties keep their order in two sweeps and are reversed in the next two.
        sort_ranks(ranks, &mut order, sweep % 2 == 0, sweep % 4 >= 2);
        let now = crossings(ranks, &order);
        idle += 1;
        if now < fewest {
            (fewest, idle) = (now, 0);
            best.clone_from(&order);
        }
    }
    best
}

/// Depth-first from the top, so that connected nodes start close together.
fn first_order(ranks: &Ranks) -> Vec<Vec<usize>> {
    let mut order = vec![Vec::new(); ranks.count()];
    let mut seen = vec![false; ranks.of.len()];
    let mut tops: Vec<usize> = (0..ranks.of.len()).collect();
    tops.sort_by_key(|&node| (ranks.of[node], node));
    let mut stack = Vec::new();
    for top in tops {
        stack.push(top);
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            order[ranks.of[node]].push(node);
            stack.extend(ranks.below.of(node).iter().rev());
        }
    }
    order
}

fn sort_ranks(ranks: &Ranks, order: &mut [Vec<usize>], down: bool, turn: bool) {
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
        for (index, (slot, &(_, node))) in order[rank].iter_mut().zip(&keyed).enumerate() {
            *slot = node;
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

/// Number of pairs of edges that cross, each counted by the product of the edges' weights.
pub(super) fn crossings(ranks: &Ranks, order: &[Vec<usize>]) -> usize {
    let place = places(ranks, order);
    let mut sums = Sums::default();
    order.windows(2).map(|pair| crossings_between(ranks, &pair[0], pair[1].len(), &place, &mut sums)).sum()
}

/// Counts inversions among the lower ends with a Fenwick tree (Barth, Jünger and Mutzel 2002).
fn crossings_between(ranks: &Ranks, upper: &[usize], lower: usize, place: &[usize], sums: &mut Sums) -> usize {
    sums.reset(lower);
    let mut total = 0;
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for &node in upper {
        ends.clear();
        ends.extend(ranks.below.of(node).iter().map(|&other| (place[other], ranks.weight(node, other))));
        ends.sort_unstable();
        // Earlier edges that end at the same position or further left do not cross this one.
        total += ends.iter().map(|&(end, weight)| sums.behind(end) * weight).sum::<usize>();
        for &(end, weight) in &ends {
            sums.add(end, weight);
        }
    }
    total
}

/// Weights by position, with the sum after any position in logarithmic time (Fenwick 1994).
#[derive(Default)]
struct Sums {
    tree: Vec<usize>,
    total: usize,
    /// The last position that has a weight.
    last: usize,
}

impl Sums {
    fn reset(&mut self, places: usize) {
        self.tree.clear();
        self.tree.resize(places + 1, 0);
        (self.total, self.last) = (0, 0);
    }

    fn add(&mut self, place: usize, weight: usize) {
        let mut index = place + 1;
        while index < self.tree.len() {
            self.tree[index] += weight;
            index += index & index.wrapping_neg();
        }
        self.total += weight;
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
