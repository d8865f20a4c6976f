//! Where a node belongs, as exporters tell it.

use std::collections::HashMap;

use netviz_model::limits;

use crate::import::{nested, path};
use crate::onnx::proto::NodeProto;

/// The module that a node comes from.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The groups and the name, with dots in between; empty if the file gives no name.
    pub(super) path: String,
    /// Classes of the groups: their paths and the classes.
    pub(super) classes: Vec<(String, String)>,
}

/// The places of nodes: what PyTorch's exporter says in its metadata, or names with slashes. Nodes that say nothing while
/// others do were made by an optimizer: they are in the innermost group that all that they read and all that reads them is
/// in. `order` is topological.
pub(super) fn places(nodes: &[NodeProto], order: &[usize]) -> Vec<Place> {
    let mut told = vec![false; nodes.len()];
    let mut places: Vec<Place> = Vec::with_capacity(nodes.len());
    for (node, told) in nodes.iter().zip(&mut told) {
        let place = metadata(node);
        *told = place.is_some() || node.name.contains('/');
        places.push(place.unwrap_or_else(|| Place { path: path(own(node)), classes: Vec::new() }));
    }
    if !told.contains(&true) || !told.contains(&false) {
        return places;
    }
    let outputs = |index: usize| nodes[index].output.iter().filter(|name| !name.is_empty());
    let is_constant = |index: usize| nodes[index].input.is_empty();
    let mut givers: HashMap<&str, usize> = HashMap::new();
    let mut readers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate().filter(|(index, _)| !is_constant(*index)) {
        givers.extend(outputs(index).map(|name| (name.as_str(), index)));
        node.input.iter().for_each(|name| readers.entry(name).or_default().push(index));
    }
    for &index in order.iter().filter(|&&index| !is_constant(index)) {
        if told[index] {
            continue;
        }
        let known = |index: &usize| told[*index];
        let sources = nodes[index].input.iter().filter_map(|name| givers.get(name.as_str()).copied());
        let targets = outputs(index).filter_map(|name| readers.get(name.as_str())).flatten().copied();
        let (sources, targets): (Vec<_>, Vec<_>) = (sources.filter(known).collect(), targets.filter(known).collect());
        if sources.is_empty() || targets.is_empty() {
            continue;
        }
        let groups = sources.iter().chain(&targets).map(|&other| group(&places[other].path));
        let group = groups.reduce(common).unwrap_or_default();
        if !group.is_empty() {
            let place = &places[index].path;
            let leaf = if place.is_empty() { String::new() } else { place.replace('.', "_") };
            places[index].path = format!("{group}.{leaf}");
        }
        told[index] = true;
    }
    places
}

/// The group that a path ends in.
fn group(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(group, _)| group)
}

/// The innermost group that two groups are in.
fn common<'p>(one: &'p str, other: &'p str) -> &'p str {
    let ends = one.match_indices('.').map(|(end, _)| end).chain([one.len()]);
    let is_around =
        |end: &usize| other.strip_prefix(&one[..*end]).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    ends.take_while(is_around).last().map_or("", |end| &one[..end])
}

/// The name of a node, without what PyTorch's exporter puts before that of an operation.
fn own(node: &NodeProto) -> &str {
    node.name.strip_prefix("node_").unwrap_or(&node.name)
}

/// The names and classes that `torch.onnx.export` writes: Python lists from the whole network to the operation.
fn metadata(node: &NodeProto) -> Option<Place> {
    let entry = |key: &str| node.metadata_props.iter().find(|entry| entry.key == key);
    let scopes = list(&entry("pkg.torch.onnx.name_scopes")?.value);
    let classes = entry("pkg.torch.onnx.class_hierarchy").map(|entry| list(&entry.value)).unwrap_or_default();
    let (_, modules) = scopes.split_last()?;
    let modules: Vec<&str> = modules.iter().take(limits::GROUP_DEPTH).map(String::as_str).collect();
    let modules = nested(&modules);
    let module = modules.last().filter(|module| !module.is_empty());
    let leaf = own(node).replace(['.', '/'], "_");
    let path = module.map_or_else(|| leaf.clone(), |module| format!("{module}.{leaf}"));
    let class = |(path, class): (&String, &String)| {
        let short = class.rsplit('.').next().unwrap_or(class);
        (!path.is_empty()).then(|| (path.clone(), short.to_owned()))
    };
    Some(Place { path, classes: modules.iter().zip(&classes).filter_map(class).collect() })
}

/// The texts of a Python list of strings: `['', 'layer1']`.
fn list(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"']) {
        let (quote, after) = (&rest[start..=start], &rest[start + 1..]);
        let Some(end) = after.find(quote) else { break };
        texts.push(after[..end].to_owned());
        rest = &after[end + 1..];
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_innermost_ones_around_them() {
        for (one, other, expected) in [
            ("model.2.m.0", "model.2.cv1", "model.2"),
            ("model.2", "model.22", "model"),
            ("a", "a.b", "a"),
            ("a", "b", ""),
            ("", "a", ""),
        ] {
            assert_eq!(common(one, other), expected);
            assert_eq!(common(other, one), expected);
        }
    }

    #[test]
    fn python_lists_are_read() {
        assert_eq!(list("['', 'layer1', \"it's\"]"), ["", "layer1", "it's"]);
        assert_eq!(list("[]"), Vec::<String>::new());
        assert_eq!(list("['cut"), Vec::<String>::new());
    }
}
