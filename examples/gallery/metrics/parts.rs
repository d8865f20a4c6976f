//! The parts of a scene that can overlap, and the pairs of them that are close enough.

use netviz::scene::{Fill, Item, Point, Scene};

use super::geometry::{Bounds, Polygon};

/// Lines that run this close together look like one.
pub(super) const NEAR: f64 = 1.5;

/// A text, a shape, or one straight line of a connection.
pub(super) struct Part<'a> {
    /// Index of its group.
    pub(super) group: usize,
    pub(super) bounds: Bounds,
    pub(super) body: Body<'a>,
}

pub(super) enum Body<'a> {
    Text { text: &'a str, around: Polygon },
    Shape { outline: Polygon, is_filled: bool },
    Line { ends: [Point; 2], is_bundle: bool },
}

/// The parts of a scene, in the order in which they are drawn. Lines that are not connections, such as hatching, are
/// decoration and left out.
pub(super) fn parts(scene: &Scene) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (group, of) in scene.groups.iter().enumerate() {
        let is_link = of.ends.is_some();
        let mut push =
            |points: &[Point], body| parts.push(Part { group, bounds: Bounds::of(points).wider(NEAR), body });
        for item in &of.items {
            match item {
                Item::Text(text) => {
                    let around = Polygon::around(text);
                    push(&around.0.clone(), Body::Text { text: &text.text, around });
                }
                Item::Shape(shape) => {
                    let outline = Polygon::of(&shape.outline);
                    let is_filled = shape.fill != Fill::None && shape.opacity > 0.0;
                    push(&outline.0.clone(), Body::Shape { outline, is_filled });
                }
                Item::Route { points, .. } if is_link => {
                    for pair in points.windows(2) {
                        push(pair, Body::Line { ends: [pair[0], pair[1]], is_bundle: false });
                    }
                }
                Item::Lines { segments, .. } if is_link => {
                    for &ends in segments {
                        push(&ends, Body::Line { ends, is_bundle: true });
                    }
                }
                Item::Route { .. } | Item::Lines { .. } | Item::Raster(_) => {}
            }
        }
    }
    parts
}

/// Calls `see` with every pair of parts whose bounding boxes meet, the one that is drawn first as the first. The sweep
/// runs along the longer side of the picture, on which fewer parts are beside one another.
pub(super) fn pairs(parts: &[Part], [width, height]: [f64; 2], mut see: impl FnMut(&Part, &Part)) {
    let span = |part: &Part| {
        let Bounds { min, max } = part.bounds;
        if width > height { [min.x, max.x] } else { [min.y, max.y] }
    };
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| span(&parts[a])[0].total_cmp(&span(&parts[b])[0]));
    for (place, &index) in order.iter().enumerate() {
        let part = &parts[index];
        let end = span(part)[1];
        for &other in order[place + 1..].iter().take_while(|&&other| span(&parts[other])[0] <= end) {
            if part.bounds.meets(&parts[other].bounds) {
                see(&parts[index.min(other)], &parts[index.max(other)]);
            }
        }
    }
}
