//! The table of the last epochs.

use netviz::metric::Metric;
use netviz::schema::Chosen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::data::RunData;
use super::look::FAINT;
use crate::observe::duration_text;
use crate::observe::plain::{pace, short};
use crate::sums::MetricSums;
use crate::training::Epoch;

/// A column. If there is not enough room, the column with the highest rank is dropped first.
struct Column {
    title: String,
    rank: usize,
    cells: Vec<String>,
    width: usize,
}

/// Spaces between two columns.
const GAP: usize = 2;

/// Draws the last epochs, the newest at the bottom, with as many columns as fit.
pub(super) fn draw(known: &RunData, area: Rect, buffer: &mut Buffer) {
    let rows = usize::from(area.height.saturating_sub(1));
    let epochs = &known.history[known.history.len().saturating_sub(rows)..];
    let columns = fitted(columns(known, epochs), usize::from(area.width));
    let line = |cell: &dyn Fn(&Column) -> String, style| {
        let cells = columns.iter().map(|column| format!("{:>1$}", cell(column), column.width));
        Line::from(Span::styled(cells.collect::<Vec<_>>().join(&" ".repeat(GAP)), style))
    };
    let mut lines = vec![line(&|column| column.title.clone(), FAINT)];
    lines.extend((0..epochs.len()).map(|row| line(&|column| column.cells[row].clone(), ratatui::style::Style::new())));
    for (line, area) in lines.into_iter().zip(area.rows()) {
        line.render(area, buffer);
    }
}

fn columns(known: &RunData, epochs: &[Epoch]) -> Vec<Column> {
    let plan = &known.plan;
    let (digits, all) = (plan.epochs.to_string().len(), plan.epochs);
    let validated = known.is_validated();
    let mut columns = Vec::new();
    let mut add = |is_there: bool, rank: usize, title: String, cell: &dyn Fn(&Epoch) -> String| {
        if is_there {
            let cells: Vec<String> = epochs.iter().map(cell).collect();
            let width = cells.iter().map(String::len).fold(title.len(), usize::max);
            columns.push(Column { title, rank, cells, width });
        }
    };
    let text =
        |metric: &Chosen<dyn Metric>, metrics: &MetricSums| metric.style().text(metrics.value(&**metric), number);
    add(true, 0, "epoch".into(), &|epoch| format!("{:>digits$}/{all}", epoch.number));
    // The last column of results to be dropped is the training loss, the first one the validation loss.
    let last = 2 * plan.measures.len();
    for (index, metric) in plan.measures.iter().enumerate() {
        add(true, if index == 0 { 1 } else { 2 * index }, metric.name(), &|epoch| text(metric, &epoch.metrics));
    }
    for (index, metric) in plan.measures.iter().enumerate() {
        let rank = if index == 0 { last } else { 2 * index + 1 };
        let cell = |epoch: &Epoch| epoch.validation.as_ref().map_or_else(String::new, |metrics| text(metric, metrics));
        add(validated, rank, format!("val_{}", metric.name()), &cell);
    }
    add(plan.scheduled, last + 1, "rate".into(), &|epoch| short(epoch.learning_rate));
    add(true, last + 2, "time".into(), &|epoch| duration_text(epoch.elapsed));
    add(true, last + 3, "pace".into(), &|epoch| pace(epoch.elapsed, epoch.steps));
    columns
}

/// Drops columns until the rest fits.
fn fitted(mut columns: Vec<Column>, room: usize) -> Vec<Column> {
    let width = |columns: &[Column]| columns.iter().map(|column| column.width + GAP).sum::<usize>().saturating_sub(GAP);
    while columns.len() > 1 && width(&columns) > room {
        let last = columns.iter().map(|column| column.rank).max();
        columns.retain(|column| Some(column.rank) != last);
    }
    columns
}

/// Four decimals, as in the plain lines; large numbers in scientific notation.
pub(super) fn number(value: f64) -> String {
    if value.is_finite() && value.abs() >= 1e5 { format!("{value:.3e}") } else { format!("{value:.4}") }
}
