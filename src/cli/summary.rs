//! The table of layers that `netviz check` prints.

use std::fmt::Write;

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use crate::graph::{Content, Graph};
use crate::text::thousands;

/// Layers, shapes, parameters and connections, and the totals below.
pub(super) fn summary(graph: &Graph) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(["layer", "type", "output shape", "parameters", "connected to"]);
    for index in graph.order() {
        let node = graph.node(index);
        let kind = match &node.content {
            Content::Input => "",
            Content::Layer { kind, .. } => kind.name,
        };
        let inputs: Vec<&str> = graph.inputs(index).iter().map(|&input| graph.node(input).name.as_str()).collect();
        table.add_row([
            node.name.clone(),
            kind.to_owned(),
            node.shape.to_string(),
            thousands(node.parameters.total()),
            inputs.join(", "),
        ]);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text: String =
        table.to_string().lines().fold(format!("{}\n", graph.name()), |text, line| text + line.trim_end() + "\n");
    let count = graph.parameters();
    let line = |name, count| format!("{name:<15}{:>12}  ({})\n", thousands(count), size(count.saturating_mul(4)));
    let _ = write!(text, "{}", line("parameters", count.total()));
    if count.fixed > 0 {
        let _ = write!(text, "{}{}", line("  trainable", count.trainable), line("  fixed", count.fixed));
    }
    text
}

/// A number of bytes: `1.55 MiB`.
pub(super) fn size(bytes: usize) -> String {
    let mut size = bytes as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    if unit == "B" { format!("{size:.0} B") } else { format!("{size:.2} {unit}") }
}
