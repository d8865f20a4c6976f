//! The axes of a picture: data flows along one, and what is computed side by side stands across it.

use crate::picture::Direction;
use crate::scene::{Item, Outline, Point};

/// Turns places along and across the flow into places of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axes(pub(super) Direction);

impl Axes {
    /// Whether data flows from top to bottom.
    pub(super) fn is_down(self) -> bool {
        self.0 == Direction::Down
    }

    /// A pair of lengths, across and along, as width and height; and the other way round.
    pub(super) fn turned(self, [across, along]: [f64; 2]) -> [f64; 2] {
        if self.is_down() { [across, along] } else { [along, across] }
    }

    /// A place whose `x` is across and whose `y` is along.
    pub(super) fn point(self, Point { x, y }: Point) -> Point {
        let [x, y] = self.turned([x, y]);
        Point { x, y }
    }

    /// Lines that were placed with their `x` across and their `y` along. Text and pixels, which are not to be
    /// turned, and shapes other than polygons stay.
    pub(super) fn turn_lines(self, item: &mut Item) {
        let turn = |point: &mut Point| *point = self.point(*point);
        match item {
            Item::Lines { segments, .. } => segments.iter_mut().flatten().for_each(turn),
            Item::Route { points, .. } => points.iter_mut().for_each(turn),
            Item::Shape(shape) => {
                if let Outline::Polygon(points) = &mut shape.outline {
                    points.iter_mut().for_each(turn);
                }
            }
            Item::Text(_) | Item::Raster(_) => {}
        }
    }
}
