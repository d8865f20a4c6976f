//! Which items that match are in another place.
//!
//! The place of an item is what it reads. What has been added or removed in between is looked through, so that a layer
//! is not moved because another one was inserted before it. Of two layers that have changed places, one has moved: the
//! one that is not in the longest list of items in the same order.

use super::align::increasing;
use super::matching::{Both, Matching};
use super::vocabulary;

/// An item reads so many others at most through those that are looked through; what reads more has not moved.
const MOST: usize = 16;

/// Whether each item of the first graph that matches has moved.
pub(super) fn moved(both: Both, matching: &Matching) -> Vec<bool> {
    let pairs: Vec<[usize; 2]> =
        matching.of[0].iter().enumerate().filter_map(|(before, after)| Some([before, (*after)?])).collect();
    let ends: Vec<usize> = pairs.iter().map(|pair| pair[1]).collect();
    let mut in_order = vec![false; both[0].all.len()];
    for index in increasing(&ends) {
        in_order[pairs[index][0]] = true;
    }
    let mut moved = vec![false; both[0].all.len()];
    let suspects: Vec<[usize; 2]> = misplaced(both, matching, &moved, &pairs);
    for &[before, _] in suspects.iter().filter(|[before, _]| !in_order[*before]) {
        moved[before] = true;
    }
    // Others may only seem misplaced because of these.
    let rest: Vec<[usize; 2]> = suspects.into_iter().filter(|[before, _]| !moved[*before]).collect();
    for [before, _] in misplaced(both, matching, &moved, &rest) {
        moved[before] = true;
    }
    moved
}

/// The pairs that read different items.
fn misplaced(both: Both, matching: &Matching, moved: &[bool], pairs: &[[usize; 2]]) -> Vec<[usize; 2]> {
    // An item of the second graph is called by that of the first one.
    let fixed = |side: usize, index: usize| -> Option<usize> {
        let before = if side == 0 { matching.of[0][index].map(|_| index) } else { matching.of[1][index] }?;
        (!moved[before]).then_some(before)
    };
    let behind = [0, 1].map(|side| sources(both, side, |index| fixed(side, index)));
    let differs = |&[before, after]: &[usize; 2]| {
        let direct = |side: usize, index: usize| -> Option<Vec<(usize, usize)>> {
            both[side].all[index].inputs.iter().map(|&(source, port)| Some((fixed(side, source)?, port))).collect()
        };
        match (direct(0, before), direct(1, after)) {
            (Some(mut old), Some(mut new)) => {
                if vocabulary::is_commutative(&both[0].all[before].kind) {
                    old.sort_unstable();
                    new.sort_unstable();
                }
                old != new
            }
            _ => match (&behind[0][before], &behind[1][after]) {
                (Some(before), Some(after)) => !contains(before, after) && !contains(after, before),
                _ => false,
            },
        }
    };
    pairs.iter().copied().filter(differs).collect()
}

fn contains(all: &[usize], some: &[usize]) -> bool {
    some.iter().all(|one| all.contains(one))
}

/// The items that each one reads, where those that are not `fixed` are looked through; `None` for too many.
fn sources(both: Both, side: usize, fixed: impl Fn(usize) -> Option<usize>) -> Vec<Option<Vec<usize>>> {
    let mut found: Vec<Option<Vec<usize>>> = Vec::with_capacity(both[side].all.len());
    for item in &both[side].all {
        let mut own: Option<Vec<usize>> = Some(Vec::new());
        for &(source, _) in &item.inputs {
            let more = match fixed(source) {
                Some(fixed) => Some(vec![fixed]),
                None => found[source].clone(),
            };
            own = own.zip(more).map(|(mut own, more)| {
                own.extend(more.into_iter().filter(|one| !own.contains(one)).collect::<Vec<_>>());
                own
            });
            own = own.filter(|own| own.len() <= MOST);
        }
        found.push(own);
    }
    found
}
