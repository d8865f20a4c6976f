//! The table of layers that `netviz check` prints.

use super::table::{Column, NARROW, table};
use petgraph::graph::NodeIndex;

use crate::graph::{Content, Graph};
use crate::layer::Activation;
use crate::text::{bytes, thousands};

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
