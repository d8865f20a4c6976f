//! The geometry of routes, the same in every format.

use super::{Point, Stroke};

/// A segment of a route, from the end of the previous one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Piece {
    /// A straight line to a point.
    Line(Point),
    /// A quadratic Bézier curve: its control point and its end.
    Curve(Point, Point),
}

/// Distance before a corner at which a route starts to turn.
const TURN: f64 = 14.0;

/// The first point of a route and its segments, with rounded corners; a route with an arrowhead ends at the head's
/// base.
///
/// # Panics
/// If there are no points.
pub fn pieces(points: &[Point], stroke: Stroke, arrow: bool) -> (Point, Vec<Piece>) {
    let mut points = points.to_vec();
    if let ([.., before, last], true) = (points.as_mut_slice(), arrow) {
        *last = toward(*last, *before, head_size(stroke)[0] * 0.9, 1.0);
    }
    let pieces = points.windows(2).enumerate().flat_map(|(index, pair)| match points.get(index + 2) {
        None => vec![Piece::Line(pair[1])],
        Some(&next) => {
            let (before, after) = (toward(pair[1], pair[0], TURN, 0.5), toward(pair[1], next, TURN, 0.5));
            vec![Piece::Line(before), Piece::Curve(pair[1], after)]
        }
    });
    (points[0], pieces.collect())
}

/// The corners of the arrowhead at the end of a route, the tip first.
pub fn arrowhead(points: &[Point], stroke: Stroke) -> Option<[Point; 3]> {
    let [.., before, tip] = points else { return None };
    let length = (tip.x - before.x).hypot(tip.y - before.y);
    if length == 0.0 {
        return None;
    }
    let (along, across) = ((tip.x - before.x) / length, (tip.y - before.y) / length);
    let [size, half] = head_size(stroke);
    let corner = |half: f64| Point { x: tip.x - along * size - across * half, y: tip.y - across * size + along * half };
    Some([*tip, corner(half), corner(-half)])
}

/// Length of an arrowhead and half of its width.
pub(crate) fn head_size(stroke: Stroke) -> [f64; 2] {
    let size = 4.0 + 2.4 * stroke.width;
    [size, 0.45 * size]
}

/// The point at this distance from one point towards another, at most the fraction `share` of the way.
fn toward(from: Point, to: Point, distance: f64, share: f64) -> Point {
    let length = (to.x - from.x).hypot(to.y - from.y);
    let share = if length == 0.0 { 0.0 } else { (distance / length).min(share) };
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}
