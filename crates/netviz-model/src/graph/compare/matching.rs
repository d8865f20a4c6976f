//! Which items of two graphs are the same.
//!
//! 1. names: items that are equal and have the same name, if somebody has chosen it.
//! 2. surroundings: items that are equal up to the inputs of the network, or up to its outputs.
//! 3. names again, of the same kind.
//! 4. `neighbours`: items at the same inputs of items that match. After that, 2 and 4 with the kinds and sizes of items alone, and
//!    with the kinds of all items.
//! 5. `align`: in the order of the graphs, what lies between items that match: first what is equal, then what is similar.
//! 6. the rest: equal items in other places, and items with the same name but of another kind.
//!
//! All but the alignment takes time proportional to the number of items and connections; see there for its bound.

use std::collections::HashMap;
use std::hash::Hash;

use super::align::{Sequence, align};
use super::item::{Item, Items};
use super::vocabulary;

/// The items of both graphs.
pub(super) type Both<'a, 'g> = [&'a Items<'g>; 2];

/// The item of the other graph that each one matches.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) of: [Vec<Option<usize>>; 2],
}

/// Finds the items that match. The result for graphs in the other order is the same.
pub(super) fn matching(both: Both) -> Matching {
    let order = |items: &Items| -> Vec<(String, Option<String>)> {
        items.all.iter().map(|item| (item.text.clone(), item.name.map(str::to_owned))).collect()
    };
    // Choices between equally good matches depend on the order of the graphs.
    if order(both[0]) <= order(both[1]) {
        return found(both);
    }
    let [after, before] = found([both[1], both[0]]).of;
    Matching { of: [before, after] }
}

fn found(both: Both) -> Matching {
    let mut matching = Matching { of: both.map(|items| vec![None; items.all.len()]) };
    let exact = numbered(both, |item| &item.text);
    let [up, down] = surroundings(both, &exact);

    let name = |side: usize, index: usize| -> Option<&str> { both[side].all[index].name };
    matching.unique(|side, index| Some((name(side, index)?, exact[side][index])));
    matching.unique(|side, index| Some((up[side][index], down[side][index])));
    matching.groups(|side, index| Some((up[side][index], down[side][index])));
    matching.unique(|side, index| Some(up[side][index]));
    matching.unique(|side, index| Some(down[side][index]));
    matching.neighbours(both, |a, b| a.text == b.text);
    matching.unique(|side, index| Some((name(side, index)?, &both[side].all[index].kind)));
    matching.neighbours(both, |a, b| a.text == b.text);
    let [up, down] = surroundings(both, &numbered(both, |item| &item.form));
    matching.unique(|side, index| Some(up[side][index]));
    matching.unique(|side, index| Some(down[side][index]));
    matching.neighbours(both, |a, b| a.form == b.form);
    let [up, down] = surroundings(both, &numbered(both, |item| &item.kind));
    matching.unique(|side, index| Some((up[side][index], down[side][index])));
    matching.neighbours(both, |a, b| a.form == b.form);
    let sequences = [0, 1].map(|side| Sequence { items: both[side], exact: &exact[side] });
    align(sequences, &mut matching);
    matching.neighbours(both, |a, b| a.kind == b.kind);
    matching.unique(|side, index| (!both[side].all[index].is_activation).then_some(exact[side][index]));
    matching.unique(|side, index| {
        let item = &both[side].all[index];
        (!item.is_activation).then_some((item.full_name, &item.kind))
    });
    matching.unique(name);
    matching
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
    fn unique<K: Eq + Hash>(&mut self, key: impl Fn(usize, usize) -> Option<K>) {
        for group in self.by_key(key) {
            if let ([before], [after]) = (&group[0][..], &group[1][..]) {
                self.add([*before, *after]);
            }
        }
    }

    /// Matches items with a key that equally many items of both graphs have, in their order.
    fn groups<K: Eq + Hash>(&mut self, key: impl Fn(usize, usize) -> Option<K>) {
        for [before, after] in self.by_key(key) {
            if before.len() == after.len() {
                before.into_iter().zip(after).for_each(|(before, after)| self.add([before, after]));
            }
        }
    }

    /// Matches what is at the same inputs of items that match, and what alone reads them, as far as it is alike.
    fn neighbours(&mut self, both: Both, is_alike: impl Fn(&Item, &Item) -> bool) {
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

/// A number for each item, the same for those with an equal text.
fn numbered<'g>(both: Both<'_, 'g>, text: impl for<'i> Fn(&'i Item<'g>) -> &'i str) -> [Vec<usize>; 2] {
    let mut numbers = Numbers::default();
    both.map(|items| items.all.iter().map(|item| numbers.of(text(item).to_owned())).collect())
}

/// For both graphs, numbers of items with everything that they depend on, and with everything that depends on them.
fn surroundings(both: Both, own: &[Vec<usize>; 2]) -> [[Vec<usize>; 2]; 2] {
    let (mut above, mut below) = (Numbers::default(), Numbers::default());
    let up = [0, 1].map(|side| ancestors(both[side], &own[side], &mut above));
    let down = [0, 1].map(|side| descendants(both[side], &own[side], &mut below));
    [up, down]
}

/// Gives equal things equal numbers.
#[derive(Debug)]
struct Numbers<K>(HashMap<K, usize>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Numbers<K> {
    fn of(&mut self, key: K) -> usize {
        let next = self.0.len();
        *self.0.entry(key).or_insert(next)
    }
}

/// A number for each item, the same for those that are equal with everything that they depend on.
fn ancestors(items: &Items, exact: &[usize], numbers: &mut Numbers<(usize, Vec<(usize, usize)>)>) -> Vec<usize> {
    let mut up: Vec<usize> = Vec::with_capacity(exact.len());
    for (item, &own) in items.all.iter().zip(exact) {
        let mut inputs: Vec<(usize, usize)> = item.inputs.iter().map(|&(source, port)| (up[source], port)).collect();
        if vocabulary::is_commutative(&item.kind) {
            inputs.sort_unstable();
        }
        up.push(numbers.of((own, inputs)));
    }
    up
}

/// A number for each item, the same for those that are equal with everything that depends on them.
fn descendants(items: &Items, exact: &[usize], numbers: &mut Numbers<(usize, Vec<(usize, usize)>)>) -> Vec<usize> {
    let mut down = vec![0; exact.len()];
    for index in (0..exact.len()).rev() {
        let readers = &items.readers[index];
        // An item that reads another one several times is there as often.
        let mut ways: Vec<(usize, usize)> = Vec::with_capacity(readers.len());
        for (place, &reader) in readers.iter().enumerate() {
            if place > 0 && readers[place - 1] == reader {
                continue;
            }
            let inputs = items.all[reader].inputs.iter().enumerate();
            let ports = inputs.filter(|(_, (source, _))| *source == index);
            let is_commutative = vocabulary::is_commutative(&items.all[reader].kind);
            ways.extend(ports.map(|(target, _)| (down[reader], if is_commutative { 0 } else { target })));
        }
        ways.sort_unstable();
        down[index] = numbers.of((exact[index], ways));
    }
    down
}
