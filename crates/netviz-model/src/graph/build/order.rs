//! The order in which layers are computed, and the output layer.

use std::collections::{BTreeSet, HashMap, VecDeque};

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;

use super::{Links, layer_of};
use crate::diagnostics::{Diagnostic, Problems};
use crate::spec::{INPUT, LayerSpec};

fn name_of(layers: &[LayerSpec], node: NodeIndex) -> &str {
    layer_of(layers, node).map_or(INPUT, |layer| &layer.name)
}

/// Topological order; ties in the order of the file (Kahn 1962). Reports every cycle.
pub(super) fn sort(links: &Links, layers: &[LayerSpec], problems: &mut Problems) -> Option<Vec<NodeIndex>> {
    let mut waiting: Vec<usize> =
        links.node_indices().map(|node| links.neighbors_directed(node, Incoming).count()).collect();
    let mut ready: BTreeSet<NodeIndex> = links.node_indices().filter(|node| waiting[node.index()] == 0).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for next in links.neighbors(node) {
            waiting[next.index()] -= 1;
            if waiting[next.index()] == 0 {
                ready.insert(next);
            }
        }
    }
    if order.len() == waiting.len() {
        return Some(order);
    }
    // Not `tarjan_scc`, whose recursion overflows the stack on a cycle of ten thousand layers.
    for component in kosaraju_scc(links) {
        let first = *component.iter().min()?;
        if component.len() > 1 || links.contains_edge(first, first) {
            problems.push(report_cycle(&cycle(links, &component, first), layers));
        }
    }
    None
}

/// A shortest cycle through `first`, which is in the strongly connected `component`: each node is an input of the next,
/// and the last is an input of the first.
fn cycle(links: &Links, component: &[NodeIndex], first: NodeIndex) -> Vec<NodeIndex> {
    let members: BTreeSet<NodeIndex> = component.iter().copied().collect();
    let mut fed_by = HashMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let next: BTreeSet<NodeIndex> = links.neighbors(node).filter(|next| members.contains(next)).collect();
        for next in next {
            fed_by.entry(next).or_insert_with(|| {
                queue.push_back(next);
                node
            });
        }
    }
    let mut path = vec![fed_by[&first]];
    while let Some(&node) = path.last().filter(|&&node| node != first) {
        path.push(fed_by[&node]);
    }
    path.reverse();
    path
}

/// Reports a cycle at the `from` that closes it: the first layer in the file with an input from a later one.
fn report_cycle(path: &[NodeIndex], layers: &[LayerSpec]) -> Diagnostic {
    let (first, last) = (path[0], path[path.len() - 1]);
    let diagnostic = Diagnostic::error(match path {
        [node] => format!("layer `{}` is its own input", name_of(layers, *node)),
        _ => format!("the layers form a cycle: {}", arrows(path, layers)),
    })
    .hint("a layer can only take input from layers that do not depend on it");
    let closing = layer_of(layers, first).and_then(|layer| {
        let named = layer.from.iter().find(|from| from.name == name_of(layers, last));
        named.map(|from| from.span)
    });
    match closing {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}

/// `a → b → a`; the middle of a very long cycle is only counted.
fn arrows(path: &[NodeIndex], layers: &[LayerSpec]) -> String {
    const ENDS: usize = 10;
    let name = |&node: &NodeIndex| name_of(layers, node).to_owned();
    let mut names: Vec<String> = path.iter().map(name).chain([name(&path[0])]).collect();
    let hidden = names.len().saturating_sub(2 * ENDS);
    if hidden > 1 {
        names.splice(ENDS..ENDS + hidden, [format!("({hidden} more)")]);
    }
    names.join(" → ")
}

fn ends(links: &Links) -> impl Iterator<Item = NodeIndex> {
    links.externals(Outgoing)
}

/// The last layer of the file whose output is unused.
pub(super) fn find_output(links: &Links) -> Option<NodeIndex> {
    ends(links).last()
}

/// Reports layers other than `output` whose output is unused: they would not affect the result.
pub(super) fn report_loose_ends(links: &Links, output: NodeIndex, layers: &[LayerSpec], problems: &mut Problems) {
    for layer in ends(links).filter(|&node| node != output).filter_map(|node| layer_of(layers, node)) {
        let (name, last) = (&layer.name, name_of(layers, output));
        let hint = format!("only the last layer, `{last}`, may be unused; name `{name}` in a `from`, or remove it");
        problems.push(Diagnostic::error(format!("layer `{name}` is not used")).at(layer.span).hint(hint));
    }
}
