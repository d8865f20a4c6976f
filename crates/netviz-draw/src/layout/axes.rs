//! The axes of a picture: data flows along one; the other runs across the flow.

use crate::picture::Direction;
use crate::scene::{Item, Outline, Point};

/// Converts coordinates across and along the flow to picture coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axes(pub(crate) Direction);

impl Axes {
    /// Whether data flows from top to bottom.
    pub(crate) fn is_down(self) -> bool {
        self.0 == Direction::Down
    }

    /// Converts lengths from (across, along) to (width, height), or back.
    pub(crate) fn turned(self, [across, along]: [f64; 2]) -> [f64; 2] {
        if self.is_down() { [across, along] } else { [along, across] }
    }

    /// Converts a point whose `x` is across and whose `y` is along the flow.
    pub(crate) fn point(self, Point { x, y }: Point) -> Point {
        let [x, y] = self.turned([x, y]);
        Point { x, y }
    }

    /// Converts the lines and polygons of an item whose `x` is across and whose `y` is along the flow. Text, rasters
    /// and other shapes are left unchanged.
    pub(crate) fn turn_lines(self, item: &mut Item) {
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
