//! The table of layers that `netviz check` prints.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use crate::graph::{Content, Graph, Node};
use crate::layer::Activation;
use crate::text::{bytes, thousands};

/// Layers, shapes, parameters and connections, and the totals below.
pub(super) fn summary(graph: &Graph) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(["layer", "type", "shape", "parameters", "connected to"]);
    for index in graph.order() {
        let node = graph.node(index);
        let inputs: Vec<&str> = graph.inputs(index).iter().map(|&input| graph.node(input).name.as_str()).collect();
        let parameters = thousands(node.parameters.total());
        table.add_row([node.name.clone(), type_of(node), node.shape.to_string(), parameters, inputs.join(", ")]);
    }
    for (name, count) in totals(graph) {
        table.add_row([name, "", "", &thousands(count), &bytes((count as u64).saturating_mul(4))]);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, u16::from(index < 4)));
        if index == 3 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    lines(graph, &table.to_string())
}

/// The name, the table, and its rule once more between the layers and the totals.
fn lines(graph: &Graph, table: &str) -> String {
    let mut lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.insert(2 + graph.order().len(), lines[1]);
    lines.insert(0, graph.name());
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// `dense (relu)`.
fn type_of(node: &Node) -> String {
    match &node.content {
        Content::Input => String::new(),
        Content::Layer { kind, layer } => match layer.activation() {
            Activation::Linear => kind.name.to_owned(),
            activation => format!("{} ({})", kind.name, activation.name()),
        },
    }
}

/// Names and counts of the last rows.
fn totals(graph: &Graph) -> Vec<(&'static str, usize)> {
    let count = graph.parameters();
    let mut totals = vec![("total", count.total())];
    if count.fixed > 0 {
        totals.extend([("trainable", count.trainable), ("fixed", count.fixed)]);
    }
    totals
}
