//! Tables without lines but the one below the header.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// A column: what stands over it, and whether it is of numbers, which stand at its right.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) header: String,
    pub(super) numbers: bool,
}

impl Column {
    pub(super) fn text(header: impl Into<String>) -> Self {
        Self { header: header.into(), numbers: false }
    }

    pub(super) fn numbers(header: impl Into<String>) -> Self {
        Self { header: header.into(), numbers: true }
    }
}

/// The lines of a table. A column in which no row has anything is left out.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let kept: Vec<usize> = (0..columns.len()).filter(|&index| rows.iter().any(|row| !row[index].is_empty())).collect();
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    // Headers of one line stand below, at the values.
    let height = |header: &str| header.matches('\n').count();
    let most = kept.iter().map(|&index| height(&columns[index].header)).max().unwrap_or(0);
    let lowered = |header: &str| "\n".repeat(most.saturating_sub(height(header))) + header;
    table.set_header(kept.iter().map(|&index| lowered(&columns[index].header)));
    for row in rows {
        table.add_row(kept.iter().map(|&index| &row[index]));
    }
    for (column, &index) in table.column_iter_mut().zip(&kept) {
        column.set_padding((0, if Some(&index) == kept.last() { 0 } else { 2 }));
        if columns[index].numbers {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string().lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}
