//! The classes of modules, such as `BertLayer`, for files that say them.

use std::collections::{HashMap, HashSet};

use super::Unit;
use super::repeats::Repeat;
use netviz_model::graph::Graph;

/// Classes that only hold other modules, and say nothing about these.
const CONTAINERS: [&str; 4] = ["Sequential", "ModuleList", "ModuleDict", "Functional"];

/// The class of a group of the network, unless it is a container.
pub(super) fn of_group(graph: &Graph, path: &str) -> Option<String> {
    graph.class(path).filter(|class| !CONTAINERS.contains(class)).map(str::to_owned)
}

/// The class of which each copy of a repeat is a whole module.
pub(super) fn of_copies(graph: &Graph, repeat: &Repeat, units: &[Unit], members: &Members) -> Option<String> {
    let paths: Vec<String> = repeat.copies.iter().map(|copy| common(copy.iter(), units)).collect();
    let class = of_group(graph, &paths[0])?;
    let is_same = paths.iter().all(|path| graph.class(path) == Some(class.as_str()));
    let is_distinct = paths.iter().collect::<HashSet<_>>().len() == paths.len();
    if !is_same || !is_distinct {
        return None;
    }
    let copy_of: HashMap<usize, usize> = repeat
        .copies
        .iter()
        .enumerate()
        .flat_map(|(copy, units)| units.iter().map(move |&unit| (unit, copy)))
        .collect();
    // Further copies within a series are in none of the lists.
    let is_own = |unit: &usize, copy: usize| {
        repeat.layers.binary_search(unit).is_ok() && copy_of.get(unit).is_none_or(|of| *of == copy)
    };
    let is_whole = |(copy, path): (usize, &String)| members.of(path).iter().all(|unit| is_own(unit, copy));
    paths.iter().enumerate().all(is_whole).then_some(class)
}

/// The units of each group of the network that has a class.
pub(super) struct Members<'a>(HashMap<&'a str, Vec<usize>>);

impl<'a> Members<'a> {
    pub(super) fn new(graph: &Graph, units: &'a [Unit]) -> Self {
        let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, unit) in units.iter().enumerate() {
            let name = unit.layer.name.as_str();
            for (end, _) in name.match_indices('.').filter(|(end, _)| graph.class(&name[..*end]).is_some()) {
                members.entry(&name[..end]).or_default().push(index);
            }
        }
        Self(members)
    }

    fn of(&self, path: &str) -> &[usize] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }
}

/// The groups that all of these units are in, by their names.
pub(super) fn common<'u>(mut those: impl Iterator<Item = &'u usize>, units: &[Unit]) -> String {
    let group = |unit: &usize| units[*unit].layer.name.rsplit_once('.').map_or("", |(group, _)| group);
    let Some(first) = those.next() else { return String::new() };
    those
        .fold(group(first), |common, unit| {
            let own = group(unit);
            let parts = common.split('.').zip(own.split('.')).take_while(|(a, b)| a == b);
            let length: usize = parts.map(|(part, _)| part.len() + 1).sum();
            &common[..length.saturating_sub(1).min(common.len())]
        })
        .to_owned()
}
