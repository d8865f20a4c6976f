//! Texts of a figure: sizes along its edges, and its caption.

use super::Pen;
use super::captions::{self, Line};
use super::figure::Figure;
use super::solid::{Area, DEPTH};
use crate::picture::Direction;
use crate::properties::LayerProperties;
use crate::scene::{Anchor, Group, Point};
use crate::views::volumes::Volume;

/// Space between a solid and a text beside it, and between it and its caption.
const NEAR: f64 = 3.0;
const ASIDE: f64 = 8.0;

/// Maximum ratio of the length of a text beside the slope to that of the slope.
const LONGER: f64 = 1.1;

/// Adds the texts of a volume to its figure.
pub(super) fn write(figure: &mut Figure, volume: &Volume, pen: &Pen) {
    if pen.direction == Direction::Right && figure.radius.is_none() {
        measures(figure, volume, pen);
    }
    captions(figure, volume, pen);
}

/// Writes channels or units below the front, height and width along the slope at its right; if these do not fit there,
/// the whole shape goes below the front.
fn measures(figure: &mut Figure, volume: &Volume, pen: &Pen) {
    let front = figure.front;
    let middle = f64::midpoint(front.min.x, front.max.x);
    let measure =
        |(index, text): (usize, String)| Line::measure(if index == 0 { text } else { format!("→ {text}") }, pen);
    let layers = volume.solids.iter().map(|solid| &solid.layer);
    let count = captions::count(&volume.solids[0]).map(|text| Line::measure(text, pen));
    let half = count.iter().map(Line::width).fold(0.0, f64::max) / 2.0;
    let excess = (middle + half - front.max.x).max(0.0);
    let slope = DEPTH[1].atan2(DEPTH[0]);
    let (sin, cos) = slope.sin_cos();
    let extents = layers.clone().filter_map(|layer| Some((layer, captions::extent(layer.ty())?)));
    let lines: Vec<(&LayerProperties, [f64; 2], Line)> = extents
        .enumerate()
        .map(|(index, (layer, text))| {
            let line = measure((index, text));
            let along = NEAR + excess + index as f64 * line.height();
            let aside = figure.overhang + NEAR + 0.75 * line.size + index as f64 * line.height();
            (layer, [along, aside], line)
        })
        .collect();
    let fits = |(_, [along, aside], line): &(&LayerProperties, [f64; 2], Line)| {
        // The line to the next volume leaves from the middle of the side.
        let is_below = (along + line.width()) * sin - (aside - 0.75 * line.size) * cos <= front.max.y - NEAR;
        is_below && line.width() <= LONGER * figure.slope
    };
    figure.is_split = !lines.is_empty() && lines.iter().all(fits);
    let below: Vec<Line> = if figure.is_split || lines.is_empty() {
        count.into_iter().collect()
    } else {
        layers.map(|layer| layer.ty().to_string()).enumerate().map(measure).collect()
    };
    if figure.is_split {
        for (layer, [along, aside], line) in lines {
            let at = Point { x: front.max.x + along * cos + aside * sin, y: front.max.y - along * sin + aside * cos };
            figure.texts.push(turned(at, line.width(), line.size, [sin, cos]));
            figure.group_of(layer).items.push(line.at(at, Anchor::Start, -slope.to_degrees()));
        }
    }
    let mut y = front.max.y + NEAR;
    for line in below {
        figure.write(&volume.solids[0].layer, &line, Point { x: middle, y }, Anchor::Middle);
        y += line.height();
    }
}

/// Bounding box of a line of text that starts at a point and slopes upwards.
fn turned(at: Point, width: f64, size: f64, [sin, cos]: [f64; 2]) -> Area {
    let corner = |along: f64, up: f64| Point { x: at.x + along * cos - up * sin, y: at.y - along * sin - up * cos };
    Area::of([
        corner(0.0, -0.21 * size),
        corner(0.0, 0.73 * size),
        corner(width, -0.21 * size),
        corner(width, 0.73 * size),
    ])
}

impl Figure {
    fn group_of(&mut self, layer: &LayerProperties) -> &mut Group {
        let id = super::id(&layer.name);
        self.groups.iter_mut().find(|group| group.id == id).expect("every layer has its group")
    }

    /// Writes a line with its upper edge at a point.
    fn write(&mut self, layer: &LayerProperties, line: &Line, at: Point, anchor: Anchor) {
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - line.width() / 2.0,
            Anchor::End => at.x - line.width(),
        };
        let max = Point { x: left + line.width(), y: at.y + line.height() };
        self.texts.push(Area { min: Point { x: left, ..at }, max });
        let baseline = Point { y: at.y + 0.8 * line.size, ..at };
        self.group_of(layer).items.push(line.at(baseline, anchor, 0.0));
    }

    fn bounds(&self) -> Area {
        Area::of(self.solids.iter().chain(&self.texts).flat_map(|area| [area.min, area.max]))
    }
}

/// Writes the captions of the solids, one below the other: below everything, or at the right.
fn captions(figure: &mut Figure, volume: &Volume, pen: &Pen) {
    let captions: Vec<Vec<Line>> = volume.solids.iter().map(|solid| captions::caption(solid, pen)).collect();
    let height: f64 = captions.iter().flatten().map(Line::height).sum();
    let front = figure.front;
    let bounds = figure.bounds();
    let (mut at, anchor) = match pen.direction {
        Direction::Right => {
            (Point { x: f64::midpoint(front.min.x, front.max.x), y: bounds.max.y + NEAR }, Anchor::Middle)
        }
        Direction::Down => {
            let middle = f64::midpoint(bounds.min.y, bounds.max.y);
            (Point { x: bounds.max.x + ASIDE, y: middle - height / 2.0 }, Anchor::Start)
        }
    };
    for (solid, lines) in volume.solids.iter().zip(captions) {
        for line in lines {
            figure.write(&solid.layer, &line, at, anchor);
            at.y += line.height();
        }
    }
}
