//! The legend: what the colours and lines of a picture mean.

use super::{bordered, mark};
use crate::font::{Weight, width, wrapped};
use crate::scene::{Anchor, Group, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::{Paint, Theme};
use netviz_model::graph::Mark;

/// An entry of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) swatch: Swatch,
    pub(crate) label: String,
}

impl Entry {
    /// The entry, or a remark that is longer than `most` as several.
    fn lines(&self, most: f64, theme: &Theme) -> Vec<(&Swatch, String)> {
        let lines = match self.swatch {
            Swatch::None => wrapped(&self.label, theme.text_size, Weight::Regular, most, REMARK_LINES),
            _ => vec![self.label.clone()],
        };
        lines.into_iter().map(|line| (&self.swatch, line)).collect()
    }
}

/// Symbol before a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Swatch {
    /// A neuron.
    Circle(Paint),
    /// A bias neuron.
    Ring(Paint),
    /// A box or a glyph.
    Square(Paint),
    /// A connection.
    Line(Stroke),
    /// Several strokes, one after another.
    Lines(Vec<Stroke>),
    /// A curve: its mark, whose origin is its centre, with a line or alone.
    Curve(Option<Stroke>, Shape),
    /// The badge of a mark.
    Mark(Mark),
    /// No symbol: the entry is a remark.
    None,
}

/// Lengths in em: a swatch, the swatch of a line, each of several lines, the gap after a swatch and the gap between
/// entries.
const SWATCH: f64 = 1.15;
const LINE: f64 = 2.3;
const STEP: f64 = 1.3;
const GAPS: [f64; 2] = [0.6, 1.85];
/// The least width at which a remark is broken into lines, in em, and the most lines.
const REMARK: f64 = 24.0;
const REMARK_LINES: usize = 6;

/// The legend with its upper left corner at the origin, and its size; `None` without entries. Entries are placed side
/// by side and wrap at the width `room`.
pub(crate) fn place(entries: &[Entry], room: f64, theme: &Theme) -> Option<(Group, [f64; 2])> {
    if entries.is_empty() {
        return None;
    }
    let em = theme.text_size;
    let row_height = SWATCH * em * 1.5;
    let (mut x, mut row, mut widest) = (0.0, 0.0, 0.0_f64);
    let mut items = Vec::new();
    for (swatch, label) in entries.iter().flat_map(|entry| entry.lines(room.max(REMARK * em), theme)) {
        let swatch_width = match swatch {
            Swatch::Circle(_) | Swatch::Ring(_) | Swatch::Square(_) | Swatch::Mark(_) | Swatch::Curve(None, _) => {
                (SWATCH + GAPS[0]) * em
            }
            Swatch::Line(_) | Swatch::Curve(Some(_), _) => (LINE + GAPS[0]) * em,
            Swatch::Lines(strokes) => (strokes.len() as f64 * STEP + GAPS[0]) * em,
            Swatch::None => 0.0,
        };
        let length = swatch_width + width(&label, theme.text_size, Weight::Regular);
        if x > 0.0 && x + length > room {
            (x, row) = (0.0, row + 1.0);
        }
        let middle = Point { x, y: (row + 0.5) * row_height };
        items.extend(draw(swatch, middle, theme));
        items.push(
            Text {
                text: label,
                at: Point { x: x + swatch_width, y: middle.y + 0.35 * theme.text_size },
                anchor: Anchor::Start,
                size: theme.text_size,
                weight: Weight::Regular,
                color: theme.muted,
                angle: 0.0,
            }
            .into(),
        );
        widest = widest.max(x + length);
        x += length + GAPS[1] * em;
    }
    Some((Group::new("legend", "legend", items), [widest, (row + 1.0) * row_height]))
}

/// A swatch whose left edge is at `x`.
fn draw(swatch: &Swatch, Point { x, y }: Point, theme: &Theme) -> Vec<Item> {
    let em = theme.text_size;
    let half = SWATCH * em / 2.0;
    let circle = |radius: f64| Outline::Ellipse { center: Point { x: x + half, y }, radii: [radius; 2] };
    let line = |from: f64, length: f64, stroke: Stroke| Item::Lines {
        segments: vec![[Point { x: from, y }, Point { x: from + length, y }]],
        stroke,
    };
    let item = match swatch {
        Swatch::Circle(paint) => bordered(Shape::new(circle(half), *paint), theme).into(),
        Swatch::Ring(paint) => {
            let width = theme.link_width;
            Shape::new(circle(half - width / 2.0), theme.background).bordered(Stroke::solid(*paint, width)).into()
        }
        Swatch::Square(paint) => {
            let outline = Outline::Rectangle { corner: Point { x, y: y - half }, size: [2.0 * half; 2], radius: 3.0 };
            bordered(Shape::new(outline, *paint), theme).into()
        }
        Swatch::Line(stroke) => line(x, LINE * em, *stroke),
        Swatch::Lines(strokes) => {
            let lines = strokes.iter().enumerate();
            return lines.map(|(index, stroke)| line(x + index as f64 * STEP * em, STEP * em, *stroke)).collect();
        }
        Swatch::Curve(stroke, point) => {
            let length = if stroke.is_some() { LINE } else { SWATCH } * em;
            let mut point = Item::from(point.clone());
            point.shift(x + length / 2.0, y);
            return stroke.map(|stroke| line(x, length, stroke)).into_iter().chain([point]).collect();
        }
        Swatch::Mark(sign) => return mark::badge(*sign, Point { x: x + half, y }, theme),
        Swatch::None => return Vec::new(),
    };
    vec![item]
}
