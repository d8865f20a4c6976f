//! The units in topological order, those of a group together.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::{Draft, Link};

/// The units in an order in which each comes after its sources, and those of a group stand together; `units` are in
/// topological order. Groups that cannot stand together, since a path leads out of them and back, are taken out of
/// `drafts`.
pub(super) fn order(units: &[usize], links: &[Link], drafts: &mut Vec<Draft>) -> Vec<usize> {
    if drafts.is_empty() {
        return units.to_vec();
    }
    let count = units.last().map_or(0, |unit| unit + 1);
    let mut sorter = Sorter { links, drafts, around: vec![Vec::new(); count], dropped: Vec::new() };
    sorter.dropped = vec![false; sorter.drafts.len()];
    // Each draft stands after the one that contains it.
    for (index, draft) in sorter.drafts.iter().enumerate() {
        for &unit in &draft.members {
            sorter.around[unit].push(index);
        }
    }
    let mut order = Vec::with_capacity(units.len());
    sorter.sort(units, 0, &mut order);
    let dropped = sorter.dropped;
    remove(drafts, &dropped);
    order
}

/// Takes groups out; those within them move up.
pub(super) fn remove(drafts: &mut Vec<Draft>, dropped: &[bool]) {
    let mut place = Vec::with_capacity(drafts.len());
    let mut kept = 0;
    for (index, draft) in drafts.iter_mut().enumerate() {
        let parent: Option<usize> = draft.fold.parent.and_then(|parent| place[parent]);
        draft.fold.parent = parent;
        place.push(if dropped[index] { parent } else { Some(kept) });
        kept += usize::from(!dropped[index]);
    }
    let mut index = 0;
    drafts.retain(|_| {
        index += 1;
        !dropped[index - 1]
    });
}

struct Sorter<'a> {
    links: &'a [Link],
    drafts: &'a [Draft],
    /// The groups that contain each unit, from the outermost.
    around: Vec<Vec<usize>>,
    dropped: Vec<bool>,
}

/// A unit or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Item {
    Group(usize),
    Unit(usize),
}

impl Sorter<'_> {
    /// The unit itself, or its outermost group inside this many others.
    fn item(&self, unit: usize, depth: usize) -> Item {
        self.around[unit].get(depth).map_or(Item::Unit(unit), |&group| Item::Group(group))
    }

    /// Appends units, which are in this many groups, in order.
    fn sort(&mut self, units: &[usize], depth: usize, order: &mut Vec<usize>) {
        let sorted = loop {
            match self.sorted(units, depth) {
                Ok(sorted) => break sorted,
                Err(stuck) => {
                    for group in stuck {
                        self.dropped[group] = true;
                        for &unit in &self.drafts[group].members {
                            self.around[unit].retain(|&around| around != group);
                        }
                    }
                }
            }
        };
        for item in sorted {
            match item {
                Item::Unit(unit) => order.push(unit),
                Item::Group(group) => {
                    let members = self.drafts[group].members.clone();
                    self.sort(&members, depth + 1, order);
                }
            }
        }
    }

    /// The items of units in topological order, the first ones first; or the groups among those in circles.
    fn sorted(&self, units: &[usize], depth: usize) -> Result<Vec<Item>, Vec<usize>> {
        // Each item with the position of its first unit.
        let mut items: HashMap<Item, usize> = HashMap::new();
        let mut places = Vec::new();
        for &unit in units {
            let item = self.item(unit, depth);
            items.entry(item).or_insert_with(|| {
                places.push(item);
                places.len() - 1
            });
        }
        let mut waiting = vec![0_usize; places.len()];
        let mut targets = vec![Vec::new(); places.len()];
        // The links are sorted by their targets.
        for &unit in units {
            let from = self.links.partition_point(|link| link.target < unit);
            for link in self.links[from..].iter().take_while(|link| link.target == unit) {
                let source = items.get(&self.item(link.source, depth));
                if let Some(&source) = source.filter(|&&source| source != items[&self.item(unit, depth)]) {
                    let target = items[&self.item(unit, depth)];
                    targets[source].push(target);
                    waiting[target] += 1;
                }
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> =
            (0..places.len()).filter(|&at| waiting[at] == 0).map(Reverse).collect();
        let mut sorted = Vec::with_capacity(places.len());
        while let Some(Reverse(at)) = ready.pop() {
            sorted.push(places[at]);
            for &target in &targets[at] {
                waiting[target] -= 1;
                if waiting[target] == 0 {
                    ready.push(Reverse(target));
                }
            }
        }
        if sorted.len() == places.len() {
            return Ok(sorted);
        }
        let stuck = places.iter().zip(&waiting).filter(|(_, waiting)| **waiting > 0);
        Err(stuck.filter_map(|(item, _)| if let Item::Group(group) = item { Some(*group) } else { None }).collect())
    }
}
