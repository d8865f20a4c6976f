//! Names of the nodes that are shown.

use std::collections::{HashMap, HashSet};

use petgraph::graph::NodeIndex;

use super::net::Net;
use super::{Part, Parts};

/// What is alone in a group gets the name of the group: `conv1` for `conv1.Conv`. Returns the new names of single nodes;
/// those of composites are changed in place.
pub(super) fn names(net: &Net, parts: &mut Parts) -> HashMap<NodeIndex, String> {
    let singles: Vec<usize> = (0..net.count()).filter(|&node| parts.of[node] == Part::Single).collect();
    let composites = parts.composites.iter().map(|(name, _)| name.as_str());
    let mut shown: Vec<String> =
        singles.iter().map(|&node| net.name(node)).chain(composites).map(str::to_owned).collect();
    let mut members: HashMap<String, usize> = HashMap::new();
    for name in &shown {
        for (end, _) in name.match_indices('.') {
            *members.entry(name[..end].to_owned()).or_insert(0) += 1;
        }
    }
    let mut taken: HashSet<String> = shown.iter().cloned().collect();
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
    pairs.filter(|(node, name)| net.name(*node) != name).map(|(node, name)| (NodeIndex::new(node), name)).collect()
}
