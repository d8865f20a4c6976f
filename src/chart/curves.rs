//! Curves: how figures changed from epoch to epoch.

use super::axis::Axis;
use super::{Look, moved};
use crate::layout::frame::Content;
use crate::layout::legend::{Entry, Swatch};
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Scene, Shape, Stroke, Text};
use crate::text::{Weight, width};
use crate::theme::{Paint, Theme};

/// One figure of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel<'a> {
    /// Its name, such as `loss`.
    pub name: &'a str,
    /// What it can be.
    pub range: Range,
    /// On the training samples, in every epoch from the first on.
    pub training: Vec<f64>,
    /// On the samples kept apart; empty where there are none.
    pub validation: Vec<f64>,
    /// On the test samples, after the last epoch.
    pub test: Option<f64>,
}

/// The values that a figure can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// From 0 on. The axis begins with 0.
    Amount,
    /// From 0 to 1. The axis has the part where there are values.
    Share,
}

/// Width and height of what is inside of the axes.
const PLOT: [f64; 2] = [340.0, 220.0];
/// From one panel to the next, and from an axis to what is written at it.
const GAP: f64 = 40.0;
const PAD: f64 = 9.0;
/// The most steps of an axis.
const STEPS: [f64; 2] = [8.0, 5.0];
/// Width of a curve, radius of a point on it, and of the ring of the test figure.
const CURVE: f64 = 2.0;
const POINT: f64 = 3.2;
const RING: f64 = 5.5;
/// A curve with more points than the first shows none; one with more than the second is thinned.
const POINTS: [usize; 2] = [40, 1000];

/// Draws panels side by side.
pub fn curves(panels: &[Panel], look: &Look) -> Scene {
    let (mut groups, mut right, mut height) = (Vec::new(), 0.0, 0.0_f64);
    for panel in panels {
        let left = if groups.is_empty() { 0.0 } else { right + GAP };
        let (items, size) = draw(panel, look);
        groups.push(Group::new(format!("curves-{}", panel.name), "chart", moved(items, left, 0.0)));
        right = left + size[0];
        height = height.max(size[1]);
    }
    let names: Vec<&str> = panels.iter().map(|panel| panel.name).collect();
    let content = Content {
        size: [right, height],
        axis: right / 2.0,
        description: panels.iter().map(told).collect::<Vec<_>>().join(" "),
        groups,
        folds: Vec::new(),
        legend: legend(panels, look.theme),
    };
    look.scene(content, format!("{}: {} by epoch", look.name, names.join(" and ")))
}

/// The panel in words.
fn told(panel: &Panel) -> String {
    let told = |value: Option<&f64>, what: &str| {
        value.filter(|value| value.is_finite()).map(|&value| format!("{} {what}", figure(value)))
    };
    let parts = [
        told(panel.training.last(), "in training"),
        told(panel.validation.last(), "in validation"),
        told(panel.test.as_ref(), "on the test samples"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("The {} after epoch {}: {}.", panel.name, panel.training.len(), parts.join(", "))
}

fn legend(panels: &[Panel], theme: &Theme) -> Vec<Entry> {
    let line = |paint: Paint| Swatch::Line(Stroke::solid(paint, CURVE));
    let entry = |swatch: Swatch, label: &str| Entry { swatch, label: label.to_owned() };
    let [training, validation, test] = paints(theme);
    let has = |has: fn(&Panel) -> bool| panels.iter().any(has);
    let entries = [
        Some(entry(line(training), "training, mean over the epoch")),
        has(|panel| !panel.validation.is_empty()).then(|| entry(line(validation), "validation, after the epoch")),
        has(|panel| panel.test.is_some()).then(|| entry(Swatch::Ring(test), "test, after the last epoch")),
    ];
    entries.into_iter().flatten().collect()
}

/// Of training, validation and test.
fn paints(theme: &Theme) -> [Paint; 3] {
    [theme.positive, theme.negative, theme.text]
}

/// A panel with its upper left corner at the origin, and its size.
fn draw(panel: &Panel, look: &Look) -> (Vec<Item>, [f64; 2]) {
    let theme = look.theme;
    let across = Axis::of_epochs(panel.training.len(), STEPS[0]);
    let up = values_axis(panel);
    let labels = up.ticks.iter().map(|&tick| width(&up.label(tick), theme.text_size, Weight::Regular));
    let corner = Point { x: labels.fold(0.0, f64::max) + PAD, y: 2.0 * theme.name_size };
    let plot = Plot { across, up, corner };

    let heading = Point { x: corner.x, y: theme.name_size };
    let heading = look.text(panel.name, heading, Anchor::Start, theme.text);
    let mut items = vec![Text { size: theme.name_size, weight: Weight::Bold, ..heading }.into()];
    items.extend(plot.axes(look));
    let [training, validation, test] = paints(theme);
    items.extend(plot.curve(&panel.training, training));
    items.extend(plot.curve(&panel.validation, validation));
    let last = [panel.training.last(), panel.validation.last(), panel.test.as_ref()].map(Option::<&f64>::copied);
    if let Some(value) = panel.test.filter(|value| value.is_finite()) {
        let outline = Outline::Ellipse { center: plot.point(panel.training.len(), value), radii: [RING; 2] };
        // Open, so that the ends of the curves are seen in it.
        let ring = Shape { fill: Fill::None, ..Shape::new(outline, theme.background) };
        items.push(ring.bordered(Stroke::solid(test, CURVE)).into());
    }
    let ends = plot.ends(last, [training, validation, test], look);
    let widest = ends.iter().map(|text| width(&text.text, text.size, text.weight)).fold(0.0, f64::max);
    items.extend(ends.into_iter().map(Item::from));
    let right = corner.x + PLOT[0] + PAD + widest;
    (items, [right, corner.y + PLOT[1] + PAD + 3.0 * theme.text_size])
}

fn values_axis(panel: &Panel) -> Axis {
    let values = panel.training.iter().chain(&panel.validation).chain(&panel.test).filter(|value| value.is_finite());
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    match panel.range {
        Range::Amount => Axis::of_values(0.0, if high > 0.0 { high } else { 1.0 }, STEPS[1]),
        Range::Share if low > high => Axis::of_values(0.0, 1.0, STEPS[1]),
        // Equal values are no reason for a scale of millionths.
        Range::Share if high - low < 0.01 => Axis::of_values((low - 0.02).max(0.0), (high + 0.02).min(1.0), STEPS[1]),
        Range::Share => Axis::of_values(low, high, STEPS[1]),
    }
}

/// A value as text: four digits behind the point, as far as they say something.
fn figure(value: f64) -> String {
    match value.abs() {
        0.0..1000.0 => format!("{value:.4}"),
        1000.0..1e6 => format!("{value:.1}"),
        _ => format!("{value:.3e}"),
    }
}

/// The inside of a panel's axes.
struct Plot {
    across: Axis,
    up: Axis,
    /// The upper left corner.
    corner: Point,
}

impl Plot {
    fn point(&self, epoch: usize, value: f64) -> Point {
        Point { x: self.x(epoch as f64), y: self.y(value) }
    }

    fn x(&self, epoch: f64) -> f64 {
        self.corner.x + PLOT[0] * self.across.place(epoch)
    }

    fn y(&self, value: f64) -> f64 {
        self.corner.y + PLOT[1] * (1.0 - self.up.place(value))
    }

    /// Lines, ticks and what is written at them.
    fn axes(&self, look: &Look) -> Vec<Item> {
        let (theme, Point { x, y }) = (look.theme, self.corner);
        let [right, bottom] = [x + PLOT[0], y + PLOT[1]];
        let line = |from: [f64; 2], to: [f64; 2]| [from, to].map(|[x, y]| Point { x, y });
        let rows = self.up.ticks.iter().map(|&tick| self.y(tick));
        let grid = rows.filter(|&row| row < bottom - 0.5).map(|row| line([x, row], [right, row])).collect();
        let ticks = self.across.ticks.iter().map(|&tick| self.x(tick));
        let mut axis: Vec<_> = ticks.map(|tick| line([tick, bottom], [tick, bottom + 4.0])).collect();
        axis.push(line([x, bottom], [right, bottom]));
        let faint = Stroke { opacity: 0.6, ..Stroke::solid(theme.outline, 1.0) };
        let mut items = vec![
            Item::Lines { segments: grid, stroke: faint },
            Item::Lines { segments: axis, stroke: Stroke::solid(theme.muted, 1.0) },
        ];
        let text = |text: String, x: f64, y: f64, anchor: Anchor| look.text(text, Point { x, y }, anchor, theme.muted);
        let em = theme.text_size;
        let values = self.up.ticks.iter();
        items.extend(
            values.map(|&tick| text(self.up.label(tick), x - PAD, self.y(tick) + 0.35 * em, Anchor::End).into()),
        );
        let epochs = self.across.ticks.iter();
        items.extend(
            epochs.map(|&tick| text(self.across.label(tick), self.x(tick), bottom + PAD + em, Anchor::Middle).into()),
        );
        items.push(text("epoch".into(), f64::midpoint(x, right), bottom + PAD + 2.6 * em, Anchor::Middle).into());
        items
    }

    /// Straight lines from epoch to epoch. Points are at the least as wide as the line, whose corners they round.
    fn curve(&self, values: &[f64], paint: Paint) -> Vec<Item> {
        let values = values.iter().enumerate().filter(|(_, value)| value.is_finite());
        let points: Vec<(usize, f64)> = values.map(|(index, &value)| (index + 1, value)).collect();
        let radius = if points.len() > POINTS[0] { CURVE / 2.0 } else { POINT };
        let points: Vec<Point> = thinned(&points).iter().map(|&(epoch, value)| self.point(epoch, value)).collect();
        let segments = points.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        let mut items = vec![Item::Lines { segments, stroke: Stroke::solid(paint, CURVE) }];
        items.extend(
            points.into_iter().map(|center| Shape::new(Outline::Ellipse { center, radii: [radius; 2] }, paint).into()),
        );
        items
    }

    /// The last values, beside the ends of their curves and below each other.
    fn ends(&self, values: [Option<f64>; 3], paints: [Paint; 3], look: &Look) -> Vec<Text> {
        let x = self.corner.x + PLOT[0] + PAD + 1.0;
        let ends = values.into_iter().zip(paints);
        let ends = ends.filter_map(|(value, paint)| Some((value.filter(|value| value.is_finite())?, paint)));
        let mut texts: Vec<Text> = ends
            .map(|(value, paint)| {
                let at = Point { x, y: self.y(value) + 0.35 * look.theme.text_size };
                look.text(figure(value), at, Anchor::Start, paint)
            })
            .collect();
        texts.sort_by(|a, b| a.at.y.total_cmp(&b.at.y));
        let gap = 1.2 * look.theme.text_size;
        let mut limit = f64::NEG_INFINITY;
        for text in &mut texts {
            text.at.y = text.at.y.max(limit);
            limit = text.at.y + gap;
        }
        let mut limit = self.corner.y + PLOT[1] + 0.35 * look.theme.text_size;
        for text in texts.iter_mut().rev() {
            text.at.y = text.at.y.min(limit);
            limit = text.at.y - gap;
        }
        texts
    }
}

/// The least and the greatest of as many neighbours as it takes for a curve of a thousand points.
fn thinned(points: &[(usize, f64)]) -> Vec<(usize, f64)> {
    if points.len() <= POINTS[1] {
        return points.to_vec();
    }
    let by_value = |a: &&(usize, f64), b: &&(usize, f64)| a.1.total_cmp(&b.1);
    let chosen = points.chunks(points.len().div_ceil(POINTS[1] / 2)).flat_map(|chunk| {
        let mut pair: Vec<_> =
            [chunk.iter().min_by(by_value), chunk.iter().max_by(by_value)].into_iter().flatten().copied().collect();
        pair.sort_by_key(|point| point.0);
        pair
    });
    let mut chosen: Vec<_> = chosen.chain(points.last().copied()).collect();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(scene: &Scene) -> Vec<&Text> {
        let items = scene.groups.iter().flat_map(|group| &group.items);
        items.filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect()
    }

    #[test]
    fn equal_ends_are_told_below_each_other() {
        for value in [0.0, 0.5, 1.0] {
            let (training, validation) = (vec![0.2, value], vec![0.7, value]);
            let panel = Panel { name: "loss", range: Range::Amount, training, validation, test: Some(value) };
            let theme = Theme::light();
            let scene = curves(&[panel], &Look { name: "n", theme: &theme, titled: true });
            let ends = texts(&scene).into_iter().filter(|text| text.text == figure(value));
            let mut places: Vec<f64> = ends.map(|text| text.at.y).collect();
            places.sort_by(f64::total_cmp);
            assert_eq!(places.len(), 3);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= theme.text_size), "{value}: {places:?}");
        }
    }

    #[test]
    fn a_long_curve_keeps_its_extremes() {
        let points: Vec<(usize, f64)> = (1..=100_000).map(|epoch| (epoch, (epoch % 977) as f64)).collect();
        let kept = thinned(&points);
        assert!(kept.len() <= POINTS[1] + 1 && kept.is_sorted_by_key(|point| point.0), "{}", kept.len());
        assert_eq!(kept.last(), points.last());
        let greatest = |points: &[(usize, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
        assert!((greatest(&kept) - greatest(&points)).abs() < 1e-9);
    }

    #[test]
    fn values_that_are_no_numbers_are_left_out() {
        let training = vec![f64::NAN, 0.5, f64::INFINITY];
        let panel = Panel { name: "loss", range: Range::Share, training, validation: Vec::new(), test: Some(f64::NAN) };
        let scene = curves(&[panel], &Look { name: "n", theme: &Theme::auto(), titled: true });
        assert!(!crate::render::svg(&scene).contains("NaN"));
    }
}
