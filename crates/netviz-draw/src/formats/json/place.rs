//! Positions of layers.

use std::collections::HashMap;

use serde_json::Value;

use super::number;
use crate::scene::{Group, Item, Outline, Point, Scene};

/// The bounding box of the drawn items of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    min: Point,
    max: Point,
}

impl Place {
    /// Its centre and size, as keys of a node.
    pub(super) fn entries(self) -> [(String, Value); 4] {
        let Self { min, max } = self;
        let values = [
            ("x", f64::midpoint(min.x, max.x)),
            ("y", f64::midpoint(min.y, max.y)),
            ("width", max.x - min.x),
            ("height", max.y - min.y),
        ];
        values.map(|(name, value)| (name.to_owned(), number(value)))
    }

    fn with(self, other: Self) -> Self {
        Self {
            min: Point { x: self.min.x.min(other.min.x), y: self.min.y.min(other.min.y) },
            max: Point { x: self.max.x.max(other.max.x), y: self.max.y.max(other.max.y) },
        }
    }
}

/// The layers that a scene draws separately, by name.
pub(super) fn of_layers(scene: &Scene) -> HashMap<&str, Place> {
    let layers = scene.groups.iter().filter(|group| group.class == "layer");
    layers.filter_map(|group| Some((group.id.strip_prefix("layer-")?, of_group(group)?))).collect()
}

fn of_group(group: &Group) -> Option<Place> {
    group.items.iter().filter_map(of_item).reduce(Place::with)
}

/// Text and lines do not count: they are beside a layer.
fn of_item(item: &Item) -> Option<Place> {
    let rectangle = |corner: Point, [width, height]: [f64; 2]| Place {
        min: corner,
        max: Point { x: corner.x + width, y: corner.y + height },
    };
    match item {
        Item::Shape(shape) => match &shape.outline {
            Outline::Ellipse { center, radii: [x, y] } => {
                Some(rectangle(Point { x: center.x - x, y: center.y - y }, [2.0 * x, 2.0 * y]))
            }
            Outline::Rectangle { corner, size, .. } => Some(rectangle(*corner, *size)),
            Outline::Polygon(points) => points.iter().map(|&point| rectangle(point, [0.0; 2])).reduce(Place::with),
        },
        Item::Raster(raster) => Some(rectangle(raster.corner, raster.size)),
        Item::Lines { .. } | Item::Route { .. } | Item::Text(_) => None,
    }
}
