//! The table of layers that `netviz check` prints.

use crate::cli::table::{Column, NARROW, table};
use petgraph::graph::NodeIndex;

use crate::diagnostics::printable_line;
use crate::graph::{Content, Graph, Group};
use crate::layer::Activation;
use crate::text::{bytes, plural, rounded, thousands};

/// The table of layers, shapes, parameters and connections, below a title and with the totals at the end.
pub(super) fn summary(graph: &Graph, title: &str) -> String {
    let columns = [
        Column::text("layer"),
        Column::text("type"),
        Column::text("shape"),
        Column::numbers("parameters"),
        Column::text("connected to"),
    ];
    let layer = |index| {
        let node = graph.node(index);
        let inputs: Vec<String> = graph.sources(index).into_iter().map(|source| graph.source_name(source)).collect();
        let shapes: Vec<String> = graph.types(index).map(ToString::to_string).collect();
        let parameters = thousands(node.parameters.total());
        vec![node.name.clone(), type_of(graph, index), shapes.join(", "), parameters, inputs.join(", ")]
    };
    let total = |(name, count): (&str, usize)| {
        vec![name.to_owned(), String::new(), String::new(), thousands(count), bytes((count as u64).saturating_mul(4))]
    };
    let rows: Vec<Vec<String>> = graph.order().map(layer).chain(totals(graph).into_iter().map(total)).collect();
    lines(graph, title, &table(&columns, &rows, NARROW))
}

/// Adds the title, and repeats the rule of the table between the layers and the totals.
fn lines(graph: &Graph, title: &str, table: &str) -> String {
    let mut lines: Vec<&str> = table.lines().collect();
    lines.insert(2 + graph.order().len(), lines[1]);
    lines.insert(0, title);
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// The table of layers in their groups; those below a depth are one row.
pub(super) fn grouped(graph: &Graph, depth: usize) -> String {
    let columns = [
        Column::text("layer"),
        Column::text("type"),
        Column::text("shape"),
        Column::numbers("parameters"),
        Column::numbers("multiply-adds"),
    ];
    let rows = rows(graph, depth).into_iter().map(|(row, around)| {
        let indent = "  ".repeat(around);
        match row {
            Row::Layer(index, name) => layer(graph, index, &format!("{indent}{name}")),
            Row::Closed(name, group) => closed(graph, &group, &format!("{indent}{name}")),
            Row::Open(name, _, Some(own)) => {
                let [_, cells @ ..] = &layer(graph, own, "")[..] else { return Vec::new() };
                [&[format!("{indent}{name}")], cells].concat()
            }
            Row::Open(name, class, None) => [vec![format!("{indent}{name}"), class], vec![String::new(); 3]].concat(),
        }
    });
    let printable = |row: Vec<String>| row.iter().map(|cell| printable_line(cell)).collect::<Vec<_>>();
    table(&columns, &rows.map(printable).collect::<Vec<_>>(), NARROW)
}

/// A row of the table of groups.
pub(super) enum Row {
    /// A layer, with what is before its own name.
    Layer(NodeIndex, String),
    /// A group of which all layers are in this row.
    Closed(String, Group),
    /// A group whose layers follow, its class, and the layer that it is, such as an `If` with its branches.
    Open(String, String, Option<NodeIndex>),
}

/// The rows of the table of groups, each with the number of groups around it.
pub(super) fn rows(graph: &Graph, depth: usize) -> Vec<(Row, usize)> {
    let mut rows = Vec::new();
    // The rest of a group, with the number of groups around it.
    let mut waiting: Vec<(Entry, usize)> =
        entries(graph, graph.groups()).into_iter().rev().map(|entry| (entry, 0)).collect();
    while let Some((entry, around)) = waiting.pop() {
        let row = match entry {
            Entry::Layer(index, name) => Row::Layer(index, name),
            Entry::Group(name, group, None) if group.groups.is_empty() && group.nodes.len() == 1 => {
                Row::Layer(group.nodes[0], format!("{name}."))
            }
            Entry::Group(name, mut group, own) if around >= depth => {
                group.nodes.extend(own);
                Row::Closed(name, group)
            }
            Entry::Group(name, group, own) => {
                let class = graph.class(&group.path).unwrap_or_default().to_owned();
                waiting.extend(entries(graph, group).into_iter().rev().map(|entry| (entry, around + 1)));
                Row::Open(name, class, own)
            }
        };
        rows.push((row, around));
    }
    rows
}

/// A layer or a group that is not listed yet.
enum Entry {
    Layer(NodeIndex, String),
    Group(String, Group, Option<NodeIndex>),
}

/// What is directly in a group, in order, by the last parts of the names. A group that holds nothing but another one is
/// that one.
fn entries(graph: &Graph, group: Group) -> Vec<Entry> {
    let start = if group.path.is_empty() { 0 } else { group.path.len() + 1 };
    // A node of the same name as a group, such as an operation with bodies or a module in a tree of tensors, is that group.
    let name = |node: NodeIndex| graph.node(node).name.as_str();
    let own = |inner: &Group| group.nodes.iter().copied().find(|&node| name(node) == inner.path);
    let owned: Vec<Option<NodeIndex>> = group.groups.iter().map(own).collect();
    let nodes = group.nodes.iter().copied().filter(|node| !owned.contains(&Some(*node)));
    let mut entries: Vec<(NodeIndex, Entry)> = nodes.map(|node| (node, Entry::Layer(node, String::new()))).collect();
    for (mut inner, own) in group.groups.into_iter().zip(owned) {
        while own.is_none() && inner.nodes.is_empty() && inner.groups.len() == 1 {
            inner = inner.groups.remove(0);
        }
        let first = inner.all_nodes().first().copied().or(own).unwrap_or_default();
        entries.push((first, Entry::Group(inner.path[start..].to_owned(), inner, own)));
    }
    entries.sort_by_key(|(first, _)| *first);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn layer(graph: &Graph, index: NodeIndex, name: &str) -> Vec<String> {
    let node = graph.node(index);
    let own = node.name.rsplit('.').next().unwrap_or_default();
    let shapes: Vec<String> = graph.types(index).map(ToString::to_string).collect();
    let macs = match node.macs {
        Some(0) => String::new(),
        Some(macs) => rounded(macs),
        None => "?".into(),
    };
    let parameters = Some(node.parameters.total()).filter(|&count| count > 0).map(thousands).unwrap_or_default();
    vec![format!("{name}{own}"), type_of(graph, index), shapes.join(", "), parameters, macs]
}

/// The row of a group with the sums of what is in it.
fn closed(graph: &Graph, group: &Group, name: &str) -> Vec<String> {
    let nodes = group.all_nodes();
    let count = plural(nodes.len(), "layer");
    let kind = graph.class(&group.path).map_or_else(|| count.clone(), |class| format!("{class}, {count}"));
    let shape = nodes.last().map(|&last| graph.output_type(last).to_string()).unwrap_or_default();
    let parameters = nodes.iter().fold(0_usize, |sum, &node| sum.saturating_add(graph.node(node).parameters.total()));
    let macs = nodes.iter().try_fold(0_usize, |sum, &node| Some(sum.saturating_add(graph.node(node).macs?)));
    vec![name.to_owned(), kind, shape, thousands(parameters), macs.map_or_else(|| "?".into(), rounded)]
}

/// `dense (relu)`.
fn type_of(graph: &Graph, index: NodeIndex) -> String {
    let node = graph.node(index);
    match (&node.content, node.content.activation()) {
        (Content::Input, _) => graph.settings(index).iter().map(|dtype| dtype.value.to_string()).collect(),
        (content, Activation::Linear) => content.kind().to_owned(),
        (content, activation) => format!("{} ({})", content.kind(), activation.name()),
    }
}

/// Names and counts of the rows of totals.
fn totals(graph: &Graph) -> Vec<(&'static str, usize)> {
    let count = graph.parameters();
    let mut totals = vec![("total", count.total())];
    if count.fixed > 0 {
        totals.extend([("trainable", count.trainable), ("fixed", count.fixed)]);
    }
    totals
}
