//! The parts of a view: a header, bars, charts, the last epochs and the keys.

use std::time::Duration;

use netviz::diagnostics::printable;
use netviz::text::{plural, thousands};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::chart;
use super::data::RunData;
use super::look::{FAINT, Look, STRONG};
use super::table;
use crate::observe::duration_text;
use crate::observe::workers;

/// Draws everything that fits.
pub(super) fn draw(known: &RunData, look: Look, area: Rect, buffer: &mut Buffer) {
    let margin = u16::from(area.width >= 40);
    let sections = Sections::of(area.inner(Margin::new(margin, 0)), known);
    header(known, look, sections.header, buffer);
    bars(known, look, sections.bars, buffer);
    for (metric, area) in chart::areas(known, sections.charts) {
        chart::draw(known, metric, look, area, buffer);
    }
    table::draw(known, sections.table, buffer);
    footer(sections.footer, buffer);
}

/// The areas of the parts. A part that does not fit has no height.
struct Sections {
    header: Rect,
    bars: Rect,
    charts: Rect,
    table: Rect,
    footer: Rect,
}

impl Sections {
    /// If there is not enough room, the charts are dropped first, then the table, the keys and the header. The bars
    /// stay.
    fn of(area: Rect, known: &RunData) -> Self {
        let height = area.height;
        let [header, footer] = [4, 5].map(|least| u16::from(height >= least));
        let gap = u16::from(height >= 12);
        let bars = height.min(2);
        let free = height - header - footer - bars;
        let epochs = u16::try_from(known.plan.epochs).unwrap_or(u16::MAX);
        let table = 1 + epochs.clamp(1, (height / 5).max(1));
        let charts = free.saturating_sub(table + 3 * gap + u16::from(height >= 30));
        // Without charts, the table takes their room.
        let (charts, table) =
            if chart::fits(area.width, charts) { (charts, table) } else { (0, free.saturating_sub(gap)) };
        let table = if table < 2 { 0 } else { table };
        let mut top = area.y;
        let mut next = |height: u16, gap: u16| {
            let section = Rect { y: top, height, ..area };
            top += height + gap;
            section
        };
        Self {
            header: next(header, gap),
            bars: next(bars, gap),
            charts: next(charts, if charts > 0 { gap } else { 0 }),
            table: next(table, 0),
            footer: Rect { y: area.bottom() - footer, height: footer, ..area },
        }
    }
}

/// `mnist  407,050 parameters · 60,000 samples of mnist · batches of 128 · rmsprop · 2 threads`
fn header(known: &RunData, look: Look, area: Rect, buffer: &mut Buffer) {
    let plan = &known.plan;
    let name = Span::styled(printable(&plan.name), STRONG);
    let room = usize::from(area.width).saturating_sub(name.width() + 2);
    let (parameters, workers) = (plural(plan.parameters, "parameter"), workers(plan));
    let [samples, batch] = [plan.samples, plan.batch_size].map(thousands);
    let (data, optimizer) = (plan.data, plan.optimizer.to_owned());
    let long = [format!("{samples} samples of {data}"), format!("batches of {batch}")];
    let short = [format!("{samples} of {data}"), format!("batch {batch}")];
    let parts =
        [long, short].map(|[samples, batch]| [parameters.clone(), samples, batch, optimizer.clone(), workers.clone()]);
    let separator = look.glyphs().separator;
    // All in the long form, or else as many as find room in the short one.
    let [long, short] = &parts;
    let choices = std::iter::once(&long[..]).chain((0..=short.len()).rev().map(|count| &short[..count]));
    let parts = choices.map(|parts| parts.join(separator)).find(|parts| Span::raw(parts).width() <= room);
    let parts = parts.unwrap_or_default();
    Line::from(vec![name, Span::raw("  "), Span::styled(parts, FAINT)]).render(area, buffer);
}

/// A bar, and the text beside it.
struct Bar {
    label: String,
    share: f64,
    /// Progress, speed or elapsed time, and time left.
    fields: [String; 3],
}

/// Draws the bars of the epoch and of the run.
fn bars(known: &RunData, look: Look, area: Rect, buffer: &mut Buffer) {
    let bars = [epoch_bar(known), run_bar(known)];
    let width = |text: &String| Span::raw(text).width();
    let label = bars.iter().map(|bar| width(&bar.label)).max().unwrap_or(0);
    // Wide enough for later texts, so that the bars keep their length.
    let mut fields = [5, 11, 15];
    for (index, field) in fields.iter_mut().enumerate() {
        *field = bars.iter().map(|bar| width(&bar.fields[index])).fold(*field, usize::max);
    }
    let shown = shown_fields(usize::from(area.width), label, fields);
    for (bar, area) in bars.iter().zip(area.rows()) {
        let beside: usize = shown.iter().map(|&index| fields[index] + 2).sum();
        let length = usize::from(area.width).saturating_sub(label + 2 + beside);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let done = (bar.share.clamp(0.0, 1.0) * length as f64).round() as usize;
        let [full, empty] = look.glyphs().bar;
        let mut spans = vec![
            Span::styled(format!("{:label$}  ", bar.label), STRONG),
            Span::styled(full.repeat(done), look.done()),
            Span::styled(empty.repeat(length - done), FAINT),
        ];
        for &index in shown {
            let (text, width) = (&bar.fields[index], fields[index]);
            spans.push(Span::raw(if index == 2 { format!("  {text}") } else { format!("  {text:>width$}") }));
        }
        Line::from(spans).render(area, buffer);
    }
}

/// The fields that leave room for a readable bar. The speed is dropped first, the time left second.
fn shown_fields(width: usize, label: usize, fields: [usize; 3]) -> &'static [usize] {
    const CHOICES: [&[usize]; 4] = [&[0, 1, 2], &[0, 2], &[0], &[]];
    const SHORTEST: usize = 10;
    let fits = |choice: &&[usize]| {
        label + 2 + SHORTEST + choice.iter().map(|&index| fields[index] + 2).sum::<usize>() <= width
    };
    CHOICES.into_iter().find(fits).unwrap_or_default()
}

fn epoch_bar(known: &RunData) -> Bar {
    let epochs = known.plan.epochs;
    let digits = epochs.to_string().len();
    let [done, steps] = known.epoch_steps();
    let count = steps.to_string().len();
    let progress = if steps > 0 { format!("{done:>count$}/{steps}") } else { String::new() };
    Bar {
        label: format!("epoch {:>digits$}/{epochs}", known.epoch_number()),
        share: done as f64 / steps.max(1) as f64,
        fields: [progress, known.pace().map_or_else(String::new, speed), eta(known, 0)],
    }
}

fn run_bar(known: &RunData) -> Bar {
    let share = known.share().clamp(0.0, 1.0);
    // Rounded down, so that 100 % means the end.
    let percent = format!("{:.0} %", (share * 100.0).floor());
    Bar { label: "run".to_owned(), share, fields: [percent, duration_text(known.elapsed()), eta(known, 1)] }
}

fn eta(known: &RunData, which: usize) -> String {
    let [done, steps] = known.epoch_steps();
    if known.is_done() {
        return if which == 1 { "testing".to_owned() } else { String::new() };
    }
    if which == 0 && steps > 0 && done == steps {
        return if known.is_validated() { "validating".to_owned() } else { String::new() };
    }
    known.left().map_or_else(String::new, |left| format!("ETA {}", duration_text(left[which])))
}

/// `669 steps/s`
fn speed(pace: Duration) -> String {
    let speed = 1.0 / pace.as_secs_f64().max(1e-9);
    let digits = if speed < 1.0 { 2 } else { usize::from(speed < 10.0) };
    format!("{speed:.digits$} steps/s")
}

/// Draws as many keys as fit.
fn footer(area: Rect, buffer: &mut Buffer) {
    const KEYS: [(&str, &str); 3] =
        [("q, Ctrl-C", "stop, to be resumed"), ("Ctrl-C twice", "end at once"), ("Ctrl-Z", "suspend")];
    let mut spans: Vec<Span> = Vec::new();
    for (keys, what) in KEYS {
        let gap = if spans.is_empty() { "" } else { "   " };
        let next = [Span::raw(gap), Span::styled(keys, STRONG), Span::styled(format!(" {what}"), FAINT)];
        let width: usize = spans.iter().chain(&next).map(Span::width).sum();
        if width > usize::from(area.width) && !spans.is_empty() {
            break;
        }
        spans.extend(next);
    }
    Line::from(spans).render(area, buffer);
}
