//! The groups that the names of a network's layers form, those of notes, and branches that join again.

use std::collections::{HashMap, HashSet};

use super::repeats::Repeat;
use super::{Inputs, Unit, classes};
use crate::theme::Note;
use netviz_model::graph::{Graph, Group};
use netviz_model::limits;
use netviz_model::text::thousands;

/// A group of units.
pub(super) struct Named {
    /// `encoder.layer1`, or `c1..s4` for a note.
    pub(super) path: String,
    /// The same, or the text of the note.
    pub(super) title: String,
    /// The class of the module that it is, if the file says so.
    pub(super) class: Option<String>,
    /// Its units that are shown, in order.
    pub(super) members: Vec<usize>,
    /// Where it comes from.
    pub(super) origin: Origin,
}

/// Where a group of units comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The names of the layers.
    Group,
    /// The body of an operation, such as a branch of an `If`.
    Body,
    /// A note.
    Note,
    /// Branches that join again, which nobody has named.
    Fork,
}

/// The groups that hold more than one of the units that are shown, each after the one that contains it.
///
/// A group that would cut a repeated block is left out; so is one that is a copy of it.
pub(super) fn groups(graph: &Graph, unit_of: &[usize], first: &[usize], repeats: &[Repeat]) -> Vec<Named> {
    let places = Places::new(first.len(), repeats);
    let operations: HashSet<&str> = graph.order().map(|index| graph.node(index).name.as_str()).collect();
    let mut groups = Vec::new();
    let mut waiting: Vec<(Group, usize)> = graph.groups().groups.into_iter().rev().map(|group| (group, 0)).collect();
    while let Some((group, depth)) = waiting.pop() {
        let mut units: Vec<usize> = group.all_nodes().into_iter().map(|node| unit_of[node.index()]).collect();
        units.dedup();
        units.sort_unstable();
        units.dedup();
        // A frame around all but the inputs says nothing.
        let is_all = group.all_nodes().len() + graph.inputs().len() >= graph.order().len();
        if !is_all && places.are_whole(&units, repeats) {
            let members: Vec<usize> = units.into_iter().filter(|&unit| first[unit] == unit).collect();
            if members.len() > 1 {
                let class = classes::of_group(graph, &group.path);
                let is_body = group.path.rsplit_once('.').is_some_and(|(around, _)| operations.contains(around));
                groups.push(Named {
                    title: group.path.clone(),
                    class,
                    path: group.path,
                    members,
                    origin: if is_body { Origin::Body } else { Origin::Group },
                });
            }
        }
        if depth < limits::FOLD_DEPTH {
            waiting.extend(group.groups.into_iter().rev().map(|inner| (inner, depth + 1)));
        }
    }
    groups
}

/// The groups of notes: the units from one layer to another, in the order of the network. A note that would cut a
/// repeated block is left out.
pub(super) fn notes(
    graph: &Graph,
    notes: &[Note],
    unit_of: &[usize],
    first: &[usize],
    repeats: &[Repeat],
) -> Vec<Named> {
    if notes.is_empty() {
        return Vec::new();
    }
    let places = Places::new(first.len(), repeats);
    let by_name: HashMap<&str, usize> =
        graph.order().map(|index| (graph.node(index).name.as_str(), index.index())).collect();
    let group = |note: &Note| {
        let [from, to] = &note.over;
        let (from, to) = (*by_name.get(from.as_str())?, *by_name.get(to.as_str())?);
        let mut units: Vec<usize> = unit_of.get(from..=to)?.to_vec();
        units.sort_unstable();
        units.dedup();
        let members: Vec<usize> = units.iter().copied().filter(|&unit| first[unit] == unit).collect();
        let is_whole = places.are_whole(&units, repeats) && !members.is_empty();
        let (path, title) = (note.over.join(".."), note.text.clone());
        is_whole.then_some(Named { path, title, class: None, members, origin: Origin::Note })
    };
    notes.iter().filter_map(group).collect()
}

/// The steps of the network in which branches join again. Those with an input or
/// most of the network would hide too much.
pub(super) fn forks(forks: &[Vec<usize>], units: &[Unit], inputs: &Inputs, first: &[usize]) -> Vec<Named> {
    let shown = first.iter().enumerate().filter(|(unit, first)| unit == *first).count();
    let fork = |units_of: &Vec<usize>| {
        let members: Vec<usize> = units_of.iter().copied().filter(|&unit| first[unit] == unit).collect();
        let (&head, &last) = members.first().zip(members.last())?;
        let path = format!("{}..{}", units[head].layer.name, units[last].layer.name);
        let title = match inputs[last].len() {
            0 | 1 => format!("{} layers", thousands(units_of.iter().map(|&unit| 1 + units[unit].bands.len()).sum())),
            branches => format!("{branches} branches"),
        };
        let is_input = |unit: &usize| units[*unit].layer.is_input();
        let fits = members.len() > 2 && members.len() * 2 <= shown && !units_of.iter().any(is_input);
        fits.then_some(Named { path, title, class: None, members, origin: Origin::Fork })
    };
    forks.iter().filter_map(fork).collect()
}

/// The repeats that contain each unit, and in which copy; for a unit in all of a series' copies but not in the listed
/// ones, no copy.
struct Places(Vec<Vec<(usize, Option<usize>)>>);

impl Places {
    fn new(units: usize, repeats: &[Repeat]) -> Self {
        let mut places = vec![Vec::new(); units];
        for (index, repeat) in repeats.iter().enumerate() {
            let mut copy_of = HashMap::new();
            for (copy, units) in repeat.copies.iter().enumerate() {
                copy_of.extend(units.iter().map(|&unit| (unit, copy)));
            }
            for &unit in &repeat.layers {
                places[unit].push((index, copy_of.get(&unit).copied()));
            }
        }
        Self(places)
    }

    /// Whether units hold the whole of each repeat that they touch, or are a part of its first copy.
    fn are_whole(&self, units: &[usize], repeats: &[Repeat]) -> bool {
        // For each repeat, how many of the units it contains, and how many of these are in its first copy.
        let mut counts: HashMap<usize, [usize; 2]> = HashMap::new();
        for &(repeat, copy) in units.iter().flat_map(|&unit| &self.0[unit]) {
            let [all, first] = counts.entry(repeat).or_default();
            *all += 1;
            *first += usize::from(copy == Some(0));
        }
        counts.into_iter().all(|(repeat, [all, first])| {
            let Repeat { copies, layers, .. } = &repeats[repeat];
            all == layers.len() || (first == units.len() && first < copies[0].len())
        })
    }
}
