//! Which items of two graphs are the same.
//!
//! 1. names: items that are equal and have the same name, if somebody has chosen it.
//! 2. surroundings: items that are equal up to the inputs of the network, or up to its outputs.
//! 3. names again, of the same kind.
//! 4. `neighbours`: items at the same inputs of items that match. After that, 2 and 4 with the kinds and sizes of items
//!    alone, and with the kinds of all items.
//! 5. names again, of the same category, such as those of a convolution and a quantized one.
//! 6. `align`: in the order of the graphs, what lies between items that match: first what is equal, then what is
//!    similar.
//! 7. the rest: equal items in other places, and items with the same name but of another kind.
//!
//! All but the alignment takes time proportional to the number of items and connections; see there for its bound.

use std::collections::HashMap;
use std::hash::Hash;

use super::align::{Sequence, align};
use super::item::{Item, Items};
use super::matching::{Both, Matching};
use super::vocabulary;

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
    matching.unique(|side, index| Some((name(side, index)?, both[side].all[index].category?.name())));
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
