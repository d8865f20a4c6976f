//! The tree of groups that the names of nodes form.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use super::Graph;

/// The nodes whose names begin with the same parts: `encoder.0.norm` is in the group `encoder.0`, which is in the group
/// `encoder`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The parts of the name, with dots in between; empty for the whole network.
    pub path: String,
    /// The nodes in it, but not those in groups of it, in topological order.
    pub nodes: Vec<NodeIndex>,
    /// The groups in it, in the order of their first nodes.
    pub groups: Vec<Group>,
}

impl Group {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// All nodes in it and in groups of it.
    pub fn all_nodes(&self) -> Vec<NodeIndex> {
        let mut nodes = self.nodes.clone();
        nodes.extend(self.groups.iter().flat_map(Self::all_nodes));
        nodes.sort_unstable();
        nodes
    }
}

impl Graph {
    /// The whole network as a tree of groups.
    pub fn groups(&self) -> Group {
        // Each group stands after the one that it is in.
        let mut groups = vec![(0, Group::default())];
        let mut known: HashMap<&str, usize> = HashMap::new();
        for index in self.order() {
            let name = self.node(index).name.as_str();
            let mut at = 0;
            for (end, _) in name.match_indices('.') {
                let path = &name[..end];
                at = *known.entry(path).or_insert_with(|| {
                    groups.push((at, Group { path: path.to_owned(), ..Group::default() }));
                    groups.len() - 1
                });
            }
            groups[at].1.nodes.push(index);
        }
        // From the last to the first, so that each is complete when it is moved into its parent.
        let mut root = Group::default();
        while let Some((parent, mut group)) = groups.pop() {
            group.groups.reverse();
            match groups.get_mut(parent) {
                Some((_, parent)) => parent.groups.push(group),
                None => root = group,
            }
        }
        root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_in_the_order_of_their_first_nodes() {
        let layers = ["stem", "b.1.x", "a.x", "b.0.x", "b.1.y.z", "head"];
        let layers: String = layers.map(|name| format!("  - dense: {{name: {name}, units: 3}}\n")).concat();
        let graph = Graph::from_text(&format!("input: [4]\nlayers:\n{layers}")).expect("a model");
        let names = |group: &Group| -> Vec<String> {
            group.all_nodes().into_iter().map(|index| graph.node(index).name.clone()).collect()
        };
        let paths = |group: &Group| -> Vec<String> { group.groups.iter().map(|group| group.path.clone()).collect() };
        let root = graph.groups();
        assert_eq!(names(&root).len(), 7);
        assert_eq!(root.nodes.len(), 3);
        assert_eq!(paths(&root), ["b", "a"]);
        let [b, _] = &root.groups[..] else { panic!("{root:?}") };
        assert_eq!(paths(b), ["b.1", "b.0"]);
        assert_eq!(b.groups[0].name(), "1");
        assert_eq!(names(b), ["b.1.x", "b.0.x", "b.1.y.z"]);
        assert_eq!(paths(&b.groups[0]), ["b.1.y"]);
    }
}
