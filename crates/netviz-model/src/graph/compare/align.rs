//! Matches items in the order of the graphs, between those that match already.
//!
//! Between two matches are gaps of `m` and `n` free items. Equal ones are found with Myers' algorithm (1986), in time
//! (m + n) · d for `d` differences, of which there are at most [`limits::COMPARED`] / (m + n). Then similar ones are
//! found by dynamic programming in time m · n. If that is more than [`limits::COMPARED`], those of the same kind are
//! found with Myers' algorithm first.

use super::item::{Item, Items};
use super::matching::Matching;
use crate::limits;

/// The items of a graph in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence<'a, 'g> {
    pub(super) items: &'a Items<'g>,
    /// Equal numbers for equal items.
    pub(super) exact: &'a [usize],
}

/// Matches free items of both graphs in order.
pub(super) fn align(both: [Sequence; 2], matching: &mut Matching) {
    for gap in gaps(matching) {
        let keys = [0, 1].map(|side| gap[side].iter().map(|&index| both[side].exact[index]).collect::<Vec<_>>());
        for [before, after] in common(&keys[0], &keys[1]) {
            matching.add([gap[0][before], gap[1][after]]);
        }
    }
    let kinds = [0, 1].map(|side| both[side].items.all.iter().map(|item| &*item.kind).collect::<Vec<&str>>());
    for gap in gaps(matching).into_iter().filter(is_large) {
        let keys = [0, 1].map(|side| gap[side].iter().map(|&index| kinds[side][index]).collect::<Vec<_>>());
        for [before, after] in common(&keys[0], &keys[1]) {
            matching.add([gap[0][before], gap[1][after]]);
        }
    }
    for gap in gaps(matching).into_iter().filter(|gap| !is_large(gap)) {
        let items = [0, 1].map(|side| gap[side].iter().map(|&index| &both[side].items.all[index]).collect::<Vec<_>>());
        for [before, after] in similar(&items[0], &items[1]) {
            matching.add([gap[0][before], gap[1][after]]);
        }
    }
}

/// Whether a gap has too many pairs to look at each.
fn is_large(gap: &[Vec<usize>; 2]) -> bool {
    gap[0].len().saturating_mul(gap[1].len()) > limits::COMPARED
}

/// The free items of both graphs between matches that follow each other in both.
fn gaps(matching: &Matching) -> Vec<[Vec<usize>; 2]> {
    let pairs: Vec<[usize; 2]> =
        matching.of[0].iter().enumerate().filter_map(|(before, after)| Some([before, (*after)?])).collect();
    let ends: Vec<usize> = pairs.iter().map(|pair| pair[1]).collect();
    let anchors = increasing(&ends).into_iter().map(|index| pairs[index]);
    let end = [0, 1].map(|side| matching.of[side].len());
    let mut start = [0, 0];
    let mut gaps = Vec::new();
    for anchor in anchors.chain([end]) {
        let gap = [0, 1].map(|side| {
            let range = start[side]..anchor[side];
            range.filter(|&index| matching.is_free(side, index)).collect::<Vec<usize>>()
        });
        if gap.iter().all(|free| !free.is_empty()) {
            gaps.push(gap);
        }
        start = anchor.map(|index| index + 1);
    }
    gaps
}

/// The indices of a longest increasing subsequence of different numbers.
pub(super) fn increasing(numbers: &[usize]) -> Vec<usize> {
    // The index of the smallest end of a subsequence of each length, and the one before each index.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| numbers[end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut found: Vec<usize> = std::iter::successors(ends.last().copied(), |&index| before[index]).collect();
    found.reverse();
    found
}

/// The indices of a longest common subsequence; shorter ones are found if there are too many differences.
fn common<T: PartialEq>(before: &[T], after: &[T]) -> Vec<[usize; 2]> {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = [&before[start..], &after[start..]];
    let end = rest[0].iter().rev().zip(rest[1].iter().rev()).take_while(|(a, b)| a == b).count();
    let inner = rest.map(|rest| &rest[..rest.len() - end]);
    let mut found: Vec<[usize; 2]> = (0..start).map(|index| [index; 2]).collect();
    found.extend(myers(inner[0], inner[1]).into_iter().map(|pair| pair.map(|index| start + index)));
    found.extend((0..end).rev().map(|index| [before.len() - 1 - index, after.len() - 1 - index]));
    found
}

/// Myers' algorithm; nothing if there are too many differences.
fn myers<T: PartialEq>(before: &[T], after: &[T]) -> Vec<[usize; 2]> {
    let size = [before.len(), after.len()];
    let all = size[0] + size[1];
    if size.contains(&0) {
        return Vec::new();
    }
    let most = (limits::COMPARED / all).min(limits::COMPARED.isqrt()).min(all);
    let mut rounds: Vec<Round> = Vec::new();
    for d in 0..=most {
        let mut round = vec![None; 2 * d + 1];
        for diagonal in (0..=2 * d).step_by(2) {
            let start = match rounds.last() {
                Some(last) => step(last, diagonal, d, size).map(|(x, _)| x),
                None => Some(0),
            };
            let Some(mut x) = start else { continue };
            while x < size[0] && x + d - diagonal < size[1] && before[x] == after[x + d - diagonal] {
                x += 1;
            }
            round[diagonal] = Some(x);
            if x == size[0] && x + d - diagonal == size[1] {
                return backward(&rounds, size);
            }
        }
        rounds.push(round);
    }
    Vec::new()
}

/// The furthest place `x` in the first list after `d` differences, by `x - y + d`, where `y` is that in the second
/// list.
type Round = Vec<Option<usize>>;

/// The furthest place on a diagonal after another difference, and whether an item of the first list is skipped for it.
fn step(last: &Round, diagonal: usize, d: usize, size: [usize; 2]) -> Option<(usize, bool)> {
    let at = |index: usize| last.get(index).copied().flatten();
    let skipped = diagonal.checked_sub(2).and_then(at).filter(|&x| x < size[0]).map(|x| (x + 1, true));
    let added = at(diagonal).filter(|&x| x + d - diagonal <= size[1]).map(|x| (x, false));
    skipped.max(added)
}

/// The common places on the way back from the end.
fn backward(rounds: &[Round], size: [usize; 2]) -> Vec<[usize; 2]> {
    let mut found = Vec::new();
    let [mut x, mut y] = size;
    for d in (1..=rounds.len()).rev() {
        let Some((start, is_skipped)) = step(&rounds[d - 1], x + d - y, d, size) else { break };
        while x > start {
            (x, y) = (x - 1, y - 1);
            found.push([x, y]);
        }
        if is_skipped { x -= 1 } else { y -= 1 }
    }
    while x > 0 && y > 0 {
        (x, y) = (x - 1, y - 1);
        found.push([x, y]);
    }
    found.reverse();
    found
}

/// The indices of the similar items in order with the largest sum of likeness.
fn similar(before: &[&Item], after: &[&Item]) -> Vec<[usize; 2]> {
    let (m, n) = (before.len(), after.len());
    let width = n + 1;
    // The best sum for what is left of both.
    let mut best = vec![0_u32; (m + 1) * width];
    for i in (0..m).rev() {
        for j in (0..n).rev() {
            let pair = likeness(before[i], after[j]);
            let both = if pair > 0 { pair + best[(i + 1) * width + j + 1] } else { 0 };
            best[i * width + j] = both.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < m && j < n {
        let pair = likeness(before[i], after[j]);
        let here = best[i * width + j];
        if pair > 0 && here == pair + best[(i + 1) * width + j + 1] {
            found.push([i, j]);
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// How alike two items are that are not equal; 0 if they are different things.
fn likeness(before: &Item, after: &Item) -> u32 {
    if before.is_activation != after.is_activation && before.kind != after.kind {
        return 0;
    }
    let is_input = |item: &Item| item.inputs.is_empty();
    if is_input(before) != is_input(after) {
        return 0;
    }
    let same_name = before.name.is_some() && before.name == after.name;
    let same_kind = before.kind == after.kind;
    let same_category = before.category.is_some() && before.category == after.category;
    match (same_kind, same_category, same_name) {
        (true, _, true) => 8,
        (true, _, false) => 5,
        (false, true, true) => 4,
        (false, true, false) | (false, false, true) => 2,
        (false, false, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_subsequences_are_longest() {
        let pairs = |before: &[usize], after: &[usize]| common(before, after).len();
        for (before, after, length) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], 3),
            (&[1, 2, 3, 1, 2, 2, 1], &[3, 2, 1, 2, 1, 3], 4),
            (&[1, 2], &[3, 1, 4, 2, 5], 2),
            (&[], &[1], 0),
            (&[1, 2, 3], &[4, 5], 0),
        ] {
            assert_eq!([pairs(before, after), pairs(after, before)], [length; 2], "{before:?} {after:?}");
            for [a, b] in common(before, after) {
                assert_eq!(before[a], after[b]);
            }
        }
        assert_eq!(increasing(&[3, 1, 2, 5, 4]), [1, 2, 4]);
    }
}
