//! Names of the nodes that are shown.

use std::collections::{HashMap, HashSet};

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
