//! A panel: axes with curves in them.

use super::axis::Axis;
use super::line::{dashes, pairs, some, thinned};
use super::mark::Mark;
use super::{Look, moved};
use crate::font::{Weight, width};
use crate::layout::frame::Content;
use crate::layout::legend::Entry;
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Scene, Shape, Stroke, Text};
use crate::theme::Paint;
use netviz_model::metric::{Measure, Range};

/// One metric by epoch.
pub(super) struct Panel<'a> {
    pub(super) measure: &'a Measure,
    /// The last epoch of the axis.
    pub(super) epochs: usize,
    pub(super) curves: Vec<Curve<'a>>,
    /// Single values with their epochs.
    pub(super) rings: Vec<(usize, f64, Paint)>,
    /// Values written at the right.
    pub(super) ends: Vec<End>,
}

/// Values of one metric from the first epoch on.
#[derive(Clone, Copy)]
pub(super) struct Curve<'a> {
    pub(super) values: &'a [f64],
    pub(super) stroke: Stroke,
    pub(super) points: Points,
}

/// Points on a curve.
#[derive(Clone, Copy)]
pub(super) enum Points {
    /// Dots at every epoch of a short curve.
    Dots,
    /// Marks, drawn over all curves: at every epoch of a short curve, and at some epochs of a long one, which depend
    /// on the number.
    Marks(Mark, usize),
    /// A mark if there is only one epoch.
    Single(Mark),
}

impl Curve<'_> {
    /// The finite values, with their epochs.
    fn finite(&self) -> Vec<(usize, f64)> {
        let values = self.values.iter().enumerate().filter(|(_, value)| value.is_finite());
        values.map(|(index, &value)| (index + 1, value)).collect()
    }
}

/// A value written at the right, in a colour.
pub(super) struct End {
    pub(super) value: f64,
    pub(super) color: Paint,
    /// The mark before it.
    pub(super) mark: Option<(Mark, Paint)>,
}

/// Texts around the panels.
pub(super) struct Labels {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) legend: Vec<Entry>,
}

/// Width and height of the area inside the axes.
const PLOT: [f64; 2] = [340.0, 220.0];
/// Space between two panels, and between an axis and its labels.
const GAP: f64 = 40.0;
const PAD: f64 = 9.0;
/// Maximum number of steps of the horizontal and of the vertical axis.
const STEPS: [f64; 2] = [8.0, 5.0];
/// Ratio of amounts above which the axis is logarithmic.
const FACTOR: f64 = 100.0;
/// Width of a curve, radius of a point on it, and of a ring.
pub(super) const CURVE: f64 = 2.0;
pub(super) const POINT: f64 = 3.2;
const RING: f64 = 5.5;
/// A curve with more points shows no dots, or only some of its marks.
const POINTS: usize = 40;

/// Draws panels side by side.
pub(super) fn draw(panels: &[Panel], labels: Labels, look: &Look) -> Scene {
    let (mut groups, mut right, mut height) = (Vec::new(), 0.0, 0.0_f64);
    for panel in panels {
        let left = if groups.is_empty() { 0.0 } else { right + GAP };
        let (items, size) = panel.draw(look);
        groups.push(Group::new(format!("curves-{}", panel.measure.name), "chart", moved(items, left, 0.0)));
        right = left + size[0];
        height = height.max(size[1]);
    }
    let Labels { title, description, legend } = labels;
    let content = Content {
        size: [right, height],
        axis: right / 2.0,
        description,
        groups,
        folds: Vec::new(),
        relayout: None,
        is_aside: false,
        legend,
    };
    look.scene(content, title)
}

impl Panel<'_> {
    /// The panel with its upper left corner at the origin, and its size.
    fn draw(&self, look: &Look) -> (Vec<Item>, [f64; 2]) {
        let theme = look.theme;
        let across = Axis::of_epochs(self.epochs, STEPS[0]);
        let up = self.axis();
        let labels = up.ticks.iter().map(|&tick| width(&up.label(tick), theme.text_size, Weight::Regular));
        let corner = Point { x: labels.fold(0.0, f64::max) + PAD, y: 2.0 * theme.name_size };
        let plot = Plot { across, up, corner };

        let heading = Point { x: corner.x, y: theme.name_size };
        let heading = look.text(&self.measure.name, heading, Anchor::Start, theme.text);
        let mut items = vec![Text { size: theme.name_size, weight: Weight::Bold, ..heading }.into()];
        if plot.up.is_logarithmic {
            let x = corner.x + width(&self.measure.name, theme.name_size, Weight::Bold) + 0.5 * theme.name_size;
            let at = Point { x, y: theme.name_size };
            items.push(look.text("on a logarithmic axis", at, Anchor::Start, theme.muted).into());
        }
        items.extend(plot.axes(look));
        items.extend(self.curves.iter().flat_map(|curve| plot.curve(curve, theme.background)));
        items.extend(self.curves.iter().flat_map(|curve| plot.marks(curve, theme.background)));
        items.extend(self.rings.iter().filter(|ring| ring.1.is_finite()).map(|&(epoch, value, paint)| {
            let outline = Outline::Ellipse { center: plot.point(epoch, value), radii: [RING; 2] };
            // Open, so that the ends of the curves are visible inside it.
            let ring = Shape { fill: Fill::None, ..Shape::new(outline, theme.background) };
            ring.bordered(Stroke::solid(paint, CURVE)).into()
        }));
        let (ends, widest) = plot.ends(&self.ends, look);
        items.extend(ends);
        let right = corner.x + PLOT[0] + PAD + widest;
        (items, [right, corner.y + PLOT[1] + PAD + 3.0 * theme.text_size])
    }

    /// Vertical axis for all values.
    fn axis(&self) -> Axis {
        let values = self.curves.iter().flat_map(|curve| curve.values).chain(self.rings.iter().map(|ring| &ring.1));
        let values = values.filter(|value| value.is_finite());
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
        match self.measure.range {
            Range::NonNegative if low > 0.0 && high / low > FACTOR => Axis::of_decades(low, high, STEPS[1]),
            // The axis covers every value, even a negative one, which should not occur.
            Range::NonNegative => Axis::of_values(low.min(0.0), if high > 0.0 { high } else { 1.0 }, STEPS[1]),
            Range::Unit if low > high => Axis::of_values(0.0, 1.0, STEPS[1]),
            // Otherwise, nearly equal values would give a scale of millionths.
            Range::Unit if high - low < 0.01 && low >= 0.0 && high <= 1.0 => {
                Axis::of_values((low - 0.02).max(0.0), (high + 0.02).min(1.0), STEPS[1])
            }
            Range::Unit => Axis::of_values(low, high, STEPS[1]),
        }
    }
}

/// A metric as text: with four decimals below 1000, with one below a million, and in scientific notation from there on.
pub fn number(value: f64) -> String {
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

    /// Grid lines, ticks and labels.
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

    /// Straight lines from epoch to epoch, with dots if the curve has them. The corners of a long curve are rounded.
    fn curve(&self, curve: &Curve, page: Paint) -> Vec<Item> {
        let values = curve.finite();
        let line: Vec<Point> = thinned(&values).iter().map(|&(epoch, value)| self.point(epoch, value)).collect();
        let solid = Stroke { dashed: false, ..curve.stroke };
        let segments = if curve.stroke.dashed { dashes(&line, solid) } else { pairs(&line) };
        let dots = match curve.points {
            _ if values.len() > POINTS => Some(CURVE / 2.0).filter(|_| !curve.stroke.dashed),
            Points::Dots => Some(POINT),
            Points::Marks(..) | Points::Single(_) => None,
        };
        let mut items = vec![Item::Lines { segments, stroke: solid }];
        items
            .extend(dots.iter().flat_map(|&radius| {
                line.iter().map(move |&center| Mark::DOT.draw(center, radius, solid, page).into())
            }));
        items
    }

    /// The marks on a curve.
    fn marks(&self, curve: &Curve, page: Paint) -> Vec<Item> {
        let values = curve.finite();
        let (mark, shown) = match curve.points {
            Points::Marks(mark, number) if values.len() > POINTS => (mark, some(&values, number)),
            Points::Marks(mark, _) => (mark, values),
            Points::Single(mark) if values.len() == 1 => (mark, values),
            Points::Dots | Points::Single(_) => return Vec::new(),
        };
        let points = shown.into_iter().map(|(epoch, value)| self.point(epoch, value));
        points.map(|center| mark.draw(center, POINT, curve.stroke, page).into()).collect()
    }

    /// The last values as text, beside the ends of their curves and below each other, and the width of the widest.
    fn ends(&self, ends: &[End], look: &Look) -> (Vec<Item>, f64) {
        let em = look.theme.text_size;
        let mut ends: Vec<(f64, &End)> =
            ends.iter().filter(|end| end.value.is_finite()).map(|end| (self.y(end.value), end)).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        spread(&mut ends, 1.2 * em, self.corner.y + PLOT[1]);
        let x = self.corner.x + PLOT[0] + PAD + 1.0;
        let (mut items, mut widest) = (Vec::new(), 0.0_f64);
        for (y, End { value, color, mark }) in ends {
            let mut left = x;
            if let Some((mark, paint)) = mark {
                let center = Point { x: x + POINT, y };
                items.push(mark.draw(center, POINT, Stroke::solid(*paint, CURVE), look.theme.background).into());
                left += 2.0 * POINT + 0.4 * em;
            }
            let text = look.text(number(*value), Point { x: left, y: y + 0.35 * em }, Anchor::Start, *color);
            widest = widest.max(left - x + width(&text.text, em, Weight::Regular));
            items.push(text.into());
        }
        (items, widest)
    }
}

/// Moves sorted places apart so that there is a gap between each two, and none is below the bottom.
fn spread(places: &mut [(f64, &End)], gap: f64, bottom: f64) {
    let mut limit = f64::NEG_INFINITY;
    for (y, _) in places.iter_mut() {
        *y = y.max(limit);
        limit = *y + gap;
    }
    let mut limit = bottom;
    for (y, _) in places.iter_mut().rev() {
        *y = y.min(limit);
        limit = *y - gap;
    }
}
