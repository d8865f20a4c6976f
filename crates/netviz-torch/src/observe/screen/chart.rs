//! The chart of a metric: over the steps of training, and after each epoch.

use netviz::chart::Axis;
use netviz::metric::{Better, Metric};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{self, Canvas, Context};

use super::data::{MOST, Point, RunData};
use super::look::{FAINT, Look, STRONG};
use super::table::number;

/// Minimum width and height of a chart, and minimum width beside another chart.
const LEAST: [u16; 2] = [22, 6];
const LEAST_BESIDE: u16 = 30;
/// Rows outside the plot: the legend, the axis and its labels.
const AROUND: u16 = 3;

/// Whether there is room for a chart.
pub(super) fn fits(width: u16, height: u16) -> bool {
    width >= LEAST[0] && height >= LEAST[1]
}

/// The metrics whose curves fit, and their areas: side by side, or else one above the other.
pub(super) fn areas(known: &RunData, area: Rect) -> Vec<(&dyn Metric, Rect)> {
    let measures = &known.plan.measures;
    let most = u16::try_from(measures.len()).unwrap_or(u16::MAX);
    let areas = (1..=most).rev().find_map(|count| split(area, count)).unwrap_or_default();
    measures.iter().map(|metric| &**metric).zip(areas).collect()
}

/// Areas for this number of charts, if they fit.
fn split(area: Rect, count: u16) -> Option<Vec<Rect>> {
    let gap = if area.width < 100 { 2 } else { 4 };
    let between = count - 1;
    let width = area.width.saturating_sub(gap * between) / count;
    let height = area.height.saturating_sub(between) / count;
    if !fits(area.width, area.height) {
        None
    } else if width >= LEAST_BESIDE || count == 1 {
        // The last chart ends with the area.
        let left = |index: u16| if index == between { area.right() - width } else { area.x + index * (width + gap) };
        Some((0..count).map(|index| Rect { x: left(index), width, ..area }).collect())
    } else if fits(area.width, height) {
        let top = |index: u16| if index == between { area.bottom() - height } else { area.y + index * (height + 1) };
        Some((0..count).map(|index| Rect { y: top(index), height, ..area }).collect())
    } else {
        None
    }
}

/// Draws the curve of a metric with its axes and its legend.
pub(super) fn draw(known: &RunData, metric: &dyn Metric, look: Look, area: Rect, buffer: &mut Buffer) {
    let data = Data::of(known, metric);
    let y = data.y_axis(metric, area.height - AROUND);
    let labels: Vec<String> = y.ticks.iter().map(|&tick| y.label(tick)).collect();
    // The name of the x axis is in the same margin.
    let margin = labels.iter().map(|label| columns(label)).fold(columns("epoch"), u16::max) + 1;
    let plot = Rect {
        x: area.x + (margin + 1).min(area.width - 1),
        y: area.y + 1,
        width: area.width.saturating_sub(margin + 1).max(1),
        height: area.height - AROUND,
    };
    let x = x_axis(known, plot.width);
    let marked = (1..=usize::from(plot.width) / 3).contains(&data.means.len());
    legend(known, metric, look, marked, Rect { height: 1, ..area }, buffer);
    axes(look, &x, &y, &labels, plot, buffer);
    Canvas::default()
        .marker(look.glyphs().line)
        .x_bounds([x.low, x.high])
        .y_bounds([y.low, y.high])
        .paint(|context| data.paint(context, look, plot, [&x, &y]))
        .render(plot, buffer);
    if marked {
        data.mark(look, plot, [&x, &y], buffer);
    }
}

/// Points of a chart: the position in epochs, and the value. All are finite.
struct Data {
    /// Means over a few steps.
    line: Vec<(f64, f64)>,
    /// Means over an epoch, at its end.
    means: Vec<(f64, f64)>,
    validation: Vec<(f64, f64)>,
}

impl Data {
    fn of(known: &RunData, metric: &dyn Metric) -> Self {
        // More epochs than this would only cost time.
        let some = known.history.len().div_ceil(MOST).max(1);
        let history = || known.history.iter().step_by(some);
        let first = known.points.first().map_or(f64::INFINITY, Point::at);
        // For epochs before this process, only the means are known.
        let earlier = history().map(|epoch| (epoch.number as f64 - 0.5, epoch.metrics.value(metric)));
        let line = earlier.filter(|&(at, _)| at < first.floor());
        let line = line.chain(known.points.iter().map(|point| (point.at(), point.metrics.value(metric))));
        let means = history().map(|epoch| (epoch.number as f64, epoch.metrics.value(metric)));
        let validated =
            history().filter_map(|epoch| Some((epoch.number as f64, epoch.validation.as_ref()?.value(metric))));
        // Differences of larger values may not be finite.
        let usable = |&(_, value): &(f64, f64)| value.abs() < 1e100;
        Self {
            line: line.filter(usable).collect(),
            means: means.filter(usable).collect(),
            validation: validated.filter(usable).collect(),
        }
    }

    /// The y axis. It leaves out the worst 5 % of the line, such as the first steps.
    fn y_axis(&self, metric: &dyn Metric, rows: u16) -> Axis {
        let mut values: Vec<f64> = self.line.iter().map(|&(_, value)| value).collect();
        values.sort_by(f64::total_cmp);
        let few = values.len() / 20;
        let usual = if metric.better() == Better::Lower { &values[..values.len() - few] } else { &values[few..] };
        let usual = usual.iter().copied();
        let all = usual.chain(self.means.iter().chain(&self.validation).map(|&(_, value)| value));
        let [low, high] =
            all.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
        let [low, high] = if low > high { [0.0, 1.0] } else { [low, high] };
        // Start at zero if the values come near it.
        let low = if low > 0.0 && low < 0.6 * high { 0.0 } else { low };
        let most = f64::from(rows / 3).max(1.0);
        let mut axis = Axis::of_values(low, high.max(low + 1e-9 + low.abs() * 1e-3), most);
        // Space ticks by a whole number of rows, if that leaves few rows above the last tick.
        let (rows, steps) = (usize::from(rows) - 1, axis.ticks.len() - 1);
        let each = rows / steps.max(1);
        if rows - each * steps <= rows / 8 {
            axis.high = axis.low + (axis.high - axis.low) * rows as f64 / (each * steps) as f64;
        }
        axis
    }

    fn paint(&self, context: &mut Context, look: Look, plot: Rect, axes: [&Axis; 2]) {
        let coords = dots(&self.validation, plot, axes);
        context.marker(look.glyphs().dots);
        context.draw(&canvas::Points { coords: &coords, color: look.validation_color() });
        // Draw the line in another layer, which hides the dots: these only connect the marks.
        context.marker(look.glyphs().line);
        let color = look.training_color();
        for pair in self.line.windows(2) {
            let [(x1, y1), (x2, y2)] = [pair[0], pair[1]];
            context.draw(&canvas::Line { x1, y1, x2, y2, color });
        }
        if let [point] = self.line[..] {
            context.draw(&canvas::Points { coords: &[point], color });
        }
    }

    /// Draws a mark for each epoch.
    fn mark(&self, look: Look, plot: Rect, [x, y]: [&Axis; 2], buffer: &mut Buffer) {
        let (training, validation) =
            ((look.glyphs().mean, look.training()), (look.glyphs().validation, look.validation()));
        for (points, (sign, style)) in [(&self.means, training), (&self.validation, validation)] {
            let seen = points.iter().filter(|(_, value)| (0.0..=1.0).contains(&y.place(*value)));
            for &(at, value) in seen {
                let column = plot.x + cell(x.place(at), plot.width);
                buffer.set_string(column, row(y, value, plot), sign, style);
            }
        }
    }
}

/// Points along a line, spaced so that they look different from a solid line.
fn dots(line: &[(f64, f64)], plot: Rect, [x, y]: [&Axis; 2]) -> Vec<(f64, f64)> {
    let columns = f64::from(plot.width) * 2.0 / (x.high - x.low);
    let rows = f64::from(plot.height) * 4.0 / (y.high - y.low);
    let between = line.windows(2).flat_map(|pair| {
        let [(x1, y1), (x2, y2)] = [pair[0], pair[1]];
        let length = ((x2 - x1) * columns).hypot((y2 - y1) * rows);
        let count = (length / 3.0).clamp(1.0, 1000.0).round();
        let shares =
            std::iter::successors(Some(0.0), |share| Some(share + 1.0)).take_while(move |&share| share <= count);
        shares.map(move |share| (x1 + (x2 - x1) * share / count, y1 + (y2 - y1) * share / count))
    });
    between.chain(line.first().copied()).collect()
}

/// The x axis in epochs, from 0 to the last epoch. In a long run, it ends at 10, 20, 40, … epochs, whichever training
/// reaches next.
fn x_axis(known: &RunData, width: u16) -> Axis {
    let mut soon = 10_usize;
    while soon < known.epoch_number() {
        soon = soon.saturating_mul(2);
    }
    let last = known.plan.epochs.clamp(1, soon) as f64;
    let most = (f64::from(width) / 6.0).floor().max(1.0);
    let mut axis = Axis::of_values(0.0, last, most.min(last));
    axis.high = last;
    axis.ticks.retain(|&tick| tick <= last);
    axis
}

/// Draws the axes around a plot, with their numbers.
fn axes(look: Look, x: &Axis, y: &Axis, labels: &[String], plot: Rect, buffer: &mut Buffer) {
    let [vertical, y_tick, corner, horizontal, x_tick] = look.glyphs().axes;
    let left = plot.x - 1;
    let mut put = |x: u16, y: u16, text: &str, style: Style| {
        if buffer.area.contains((x, y).into()) {
            buffer.set_stringn(x, y, text, usize::from(plot.right().saturating_sub(x)), style);
        }
    };
    plot.rows().for_each(|row| put(left, row.y, vertical, FAINT));
    for (label, &tick) in labels.iter().zip(&y.ticks) {
        let row = row(y, tick, plot);
        put(left, row, y_tick, FAINT);
        put(left.saturating_sub(1 + columns(label)), row, label, FAINT);
    }
    let below = plot.bottom();
    put(left, below, corner, FAINT);
    put(plot.x, below, &horizontal.repeat(usize::from(plot.width)), FAINT);
    put(left.saturating_sub(6), below + 1, "epoch", FAINT);
    let mut free = plot.x.saturating_sub(1);
    for &tick in &x.ticks {
        let (label, column) = (x.label(tick), plot.x + cell(x.place(tick), plot.width));
        if column > plot.x {
            put(column, below, x_tick, FAINT);
        }
        // The last label ends with the axis.
        let width = columns(&label);
        let start = column.saturating_sub(width / 2).min(plot.right().saturating_sub(width));
        if start >= free {
            put(start, below + 1, &label, FAINT);
            free = start + width + 1;
        }
    }
}

/// The width of a short ASCII text, in columns.
fn columns(text: &str) -> u16 {
    u16::try_from(text.len()).unwrap_or(80)
}

/// The row or column at a fraction of `cells`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a size")]
fn cell(share: f64, cells: u16) -> u16 {
    (share.clamp(0.0, 1.0) * f64::from(cells.saturating_sub(1))).round() as u16
}

/// The row of a value.
fn row(y: &Axis, value: f64, plot: Rect) -> u16 {
    plot.bottom() - 1 - cell(y.place(value), plot.height)
}

/// Draws the legend: the name of the metric, and the latest metrics with the glyphs of their curves. It uses the longest
/// form that fits.
fn legend(known: &RunData, metric: &dyn Metric, look: Look, marked: bool, area: Rect, buffer: &mut Buffer) {
    let glyphs = look.glyphs();
    let last = known.history.last();
    let metrics = known.progress.as_ref().map(|progress| &progress.metrics).or(last.map(|epoch| &epoch.metrics));
    let training = (glyphs.line_sign, glyphs.mean, look.training(), ["training ", "train ", ""], metrics);
    let metrics = last.and_then(|epoch| epoch.validation.as_ref());
    let validation = (glyphs.dots_sign, glyphs.validation, look.validation(), ["validation ", "val ", ""], metrics);
    let line = |name: usize, gap: &'static str, both: bool| {
        let mut spans = vec![Span::styled(metric.name(), STRONG)];
        for (line, mark, style, names, metrics) in [training, validation] {
            let Some(metrics) = metrics else { continue };
            spans.push(Span::raw(gap));
            let [line, mark] = [if marked && !both { "" } else { line }, if marked { mark } else { "" }];
            spans.push(Span::styled(format!("{line}{mark}"), style));
            spans.push(Span::styled(format!(" {}", names[name]), FAINT));
            spans.push(Span::raw(metric.style().text(metrics.value(metric), number)));
        }
        Line::from(spans)
    };
    let forms =
        [(0, "   ", true), (0, "  ", true), (1, "  ", true), (1, "  ", false), (1, " ", false), (2, " ", false)];
    let lines = forms.map(|(name, gap, both)| line(name, gap, both));
    // Reserve room for the longest name, so that all charts use the same form.
    let longest = known.plan.measures.iter().map(|metric| metric.name().len()).max().unwrap_or(0);
    let room = usize::from(area.width).saturating_sub(longest - metric.name().len());
    let fitting = lines.iter().find(|line| line.width() <= room).unwrap_or(&lines[5]);
    fitting.render(area, buffer);
}
