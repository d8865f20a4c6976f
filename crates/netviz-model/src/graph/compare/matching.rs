//! Pairs of items of two graphs, and ways to find them.

use std::collections::HashMap;
use std::hash::Hash;

use super::item::{Item, Items};

/// The items of both graphs.
pub(super) type Both<'a, 'g> = [&'a Items<'g>; 2];

/// The item of the other graph that each one matches.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) of: [Vec<Option<usize>>; 2],
}

impl Matching {
    pub(super) fn is_free(&self, side: usize, index: usize) -> bool {
        self.of[side][index].is_none()
    }

    pub(super) fn add(&mut self, [before, after]: [usize; 2]) {
        self.of[0][before] = Some(after);
        self.of[1][after] = Some(before);
    }

    /// The free items with each key, in the order of the first graph.
    fn by_key<K: Eq + Hash>(&self, key: impl Fn(usize, usize) -> Option<K>) -> Vec<[Vec<usize>; 2]> {
        let mut places: HashMap<K, usize> = HashMap::new();
        let mut groups: Vec<[Vec<usize>; 2]> = Vec::new();
        for side in [0, 1] {
            for index in (0..self.of[side].len()).filter(|&index| self.is_free(side, index)) {
                let Some(key) = key(side, index) else { continue };
                let place = *places.entry(key).or_insert_with(|| {
                    groups.push(Default::default());
                    groups.len() - 1
                });
                groups[place][side].push(index);
            }
        }
        groups
    }

    /// Matches items with a key that one item of each graph has.
    pub(super) fn unique<K: Eq + Hash>(&mut self, key: impl Fn(usize, usize) -> Option<K>) {
        for group in self.by_key(key) {
            if let ([before], [after]) = (&group[0][..], &group[1][..]) {
                self.add([*before, *after]);
            }
        }
    }

    /// Matches items with a key that equally many items of both graphs have, in their order.
    pub(super) fn groups<K: Eq + Hash>(&mut self, key: impl Fn(usize, usize) -> Option<K>) {
        for [before, after] in self.by_key(key) {
            if before.len() == after.len() {
                before.into_iter().zip(after).for_each(|(before, after)| self.add([before, after]));
            }
        }
    }

    /// Matches what is at the same inputs of items that match, and what alone reads them, as far as it is alike.
    pub(super) fn neighbours(&mut self, both: Both, is_alike: impl Fn(&Item, &Item) -> bool) {
        let pairs = self.of[0].iter().enumerate();
        let mut waiting: Vec<[usize; 2]> = pairs.filter_map(|(before, after)| Some([before, (*after)?])).collect();
        while let Some(pair) = waiting.pop() {
            let [before, after] = [0, 1].map(|side| &both[side].all[pair[side]]);
            let same_port = before.inputs.iter().zip(&after.inputs).filter(|(a, b)| a.1 == b.1);
            let mut near: Vec<[usize; 2]> = same_port.map(|(a, b)| [a.0, b.0]).collect();
            let free = [0, 1].map(|side| -> Vec<usize> {
                let readers = both[side].readers[pair[side]].iter().copied();
                readers.filter(|&reader| self.is_free(side, reader)).collect()
            });
            if let ([before], [after]) = (&free[0][..], &free[1][..]) {
                near.push([*before, *after]);
            }
            for near in near {
                let is_free = [0, 1].iter().all(|&side| self.is_free(side, near[side]));
                if is_free && is_alike(&both[0].all[near[0]], &both[1].all[near[1]]) {
                    self.add(near);
                    waiting.push(near);
                }
            }
        }
    }
}
