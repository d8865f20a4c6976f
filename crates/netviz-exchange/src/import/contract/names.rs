//! Names of the nodes that are shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use petgraph::graph::NodeIndex;

use super::net::Net;
use super::{Part, Parts};

/// What is alone in a group gets the name of the group: `conv1` for `conv1.Conv`. A group that everything is in is left
/// out. Returns the new names of single nodes, and what all have lost; the names of composites are changed in place.
pub(super) fn names(net: &Net, parts: &mut Parts) -> (HashMap<NodeIndex, String>, String) {
    let singles: Vec<usize> =
        (0..net.count()).filter(|&node| parts.of[node] == Part::Single && !net.is_input(node)).collect();
    let composites = parts.composites.iter().map(|(name, _)| name.as_str());
    let mut shown: Vec<String> =
        singles.iter().map(|&node| net.name(node)).chain(composites).map(str::to_owned).collect();
    let root = root(&shown);
    let inputs = (0..net.count()).filter(|&node| net.is_input(node)).map(|node| net.name(node).to_owned());
    let mut taken: HashSet<String> = inputs.collect();
    if shown.iter().any(|name| taken.contains(&name[root.len()..])) {
        return (HashMap::new(), String::new());
    }
    for name in &mut shown {
        name.drain(..root.len());
    }
    taken.extend(shown.iter().cloned());
    dissolve(net, &singles, &mut shown, &mut taken);
    let mut members: HashMap<String, usize> = HashMap::new();
    for name in &shown {
        for (end, _) in name.match_indices('.') {
            *members.entry(name[..end].to_owned()).or_insert(0) += 1;
        }
    }
    for name in &mut shown {
        if let Some((group, _)) = name.rsplit_once('.')
            && members.get(group) == Some(&1)
            && !taken.contains(group)
        {
            let group = group.to_owned();
            taken.remove(name);
            taken.insert(group.clone());
            *name = group;
        }
    }
    let composites = shown.split_off(singles.len());
    for ((own, _), name) in parts.composites.iter_mut().zip(composites) {
        *own = name;
    }
    let pairs = singles.into_iter().zip(shown);
    let changed = pairs.filter(|(node, name)| net.name(*node) != name);
    (changed.map(|(node, name)| (NodeIndex::new(node), name)).collect(), root)
}

/// Takes the group away from the calls of one module, such as an activation function that a block uses three times: each
/// stands where it is called.
fn dissolve(net: &Net, singles: &[usize], shown: &mut [String], taken: &mut HashSet<String>) {
    let place_of: HashMap<usize, usize> = singles.iter().enumerate().map(|(place, &node)| (node, place)).collect();
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, name) in shown.iter().enumerate() {
        for (end, _) in name.match_indices('.') {
            members.entry(name[..end].to_owned()).or_default().push(place);
        }
    }
    for (group, places) in members {
        let is_call = |&place: &usize| {
            let leaf = shown[place].strip_prefix(&group).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
            let stem = leaf.trim_end_matches(|last: char| last.is_ascii_digit()).trim_end_matches('_');
            let Some(&node) = singles.get(place) else { return false };
            let reads_another =
                net.sources(node).any(|source| place_of.get(&source).is_some_and(|source| places.contains(source)));
            stem.eq_ignore_ascii_case(net.kind(node)) && !reads_another
        };
        if places.len() < 2 || !places.iter().all(is_call) {
            continue;
        }
        let around = group.rsplit_once('.').map_or(String::new(), |(around, _)| format!("{around}."));
        for place in places {
            let leaf = shown[place][group.len() + 1..].to_owned();
            let name = format!("{around}{leaf}");
            if taken.insert(name.clone()) {
                shown[place] = name;
            }
        }
    }
}

/// The groups that all names are in, each with a dot behind.
fn root(names: &[String]) -> String {
    let [first, ..] = names else { return String::new() };
    let mut root = 0;
    for (end, _) in first.match_indices('.') {
        // Numbers alone say nothing.
        let is_number = |name: &String| name[end + 1..].starts_with(|first: char| first.is_ascii_digit());
        if names.iter().all(|name| name.starts_with(&first[..=end])) {
            if names.iter().any(is_number) {
                break;
            }
            root = end + 1;
        }
    }
    first[..root].to_owned()
}
