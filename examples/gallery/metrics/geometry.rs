//! Convex polygons, lines and how they touch.

use netviz::font::width;
use netviz::scene::{Anchor, Outline, Point, Text};

/// A bounding box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: Point,
    pub(crate) max: Point,
}

impl Bounds {
    pub(crate) fn of(points: &[Point]) -> Self {
        let fold = |pick: fn(f64, f64) -> f64, of: fn(&Point) -> f64, start| points.iter().map(of).fold(start, pick);
        Self {
            min: Point { x: fold(f64::min, |p| p.x, f64::INFINITY), y: fold(f64::min, |p| p.y, f64::INFINITY) },
            max: Point { x: fold(f64::max, |p| p.x, f64::NEG_INFINITY), y: fold(f64::max, |p| p.y, f64::NEG_INFINITY) },
        }
    }

    /// The same with half of this space on every side.
    pub(crate) fn wider(self, space: f64) -> Self {
        let half = space / 2.0;
        Self {
            min: Point { x: self.min.x - half, y: self.min.y - half },
            max: Point { x: self.max.x + half, y: self.max.y + half },
        }
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x && other.min.x <= self.max.x && self.min.y <= other.max.y && other.min.y <= self.max.y
    }
}

/// A convex polygon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Polygon(pub(crate) Vec<Point>);

impl Polygon {
    /// The outline of a shape, all of which are convex; an ellipse becomes a polygon of 24 corners.
    pub(crate) fn of(outline: &Outline) -> Self {
        match outline {
            Outline::Polygon(points) => Self(points.clone()),
            Outline::Rectangle { corner, size: [w, h], .. } => Self(rectangle(corner.x, corner.y, *w, *h)),
            Outline::Ellipse { center, radii: [rx, ry] } => {
                let corner = |step: u8| {
                    let (sin, cos) = (f64::from(step) * std::f64::consts::TAU / 24.0).sin_cos();
                    Point { x: center.x + rx * cos, y: center.y + ry * sin }
                };
                Self((0..24).map(corner).collect())
            }
        }
    }

    /// The turned rectangle around a line of text, from the top of its capitals to the bottom of its descenders.
    pub(crate) fn around(text: &Text) -> Self {
        let length = width(&text.text, text.size, text.weight);
        let left = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -length / 2.0,
            Anchor::End => -length,
        };
        let (sin, cos) = text.angle.to_radians().sin_cos();
        let turned =
            |Point { x, y }: &Point| Point { x: text.at.x + x * cos - y * sin, y: text.at.y + x * sin + y * cos };
        Self(rectangle(left, -0.73 * text.size, length, 0.94 * text.size).iter().map(turned).collect())
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = [Point; 2]> + '_ {
        let next = self.0.iter().cycle().skip(1);
        self.0.iter().zip(next).map(|(a, b)| [*a, *b])
    }

    /// How deep two polygons overlap: the least distance by which one would have to move so that they only touch; not
    /// positive if they are apart (separating axes). A line is a polygon of two corners.
    pub(crate) fn depth(&self, other: &Self) -> f64 {
        let normals = self.edges().chain(other.edges()).filter_map(|[a, b]| {
            let length = (b.x - a.x).hypot(b.y - a.y);
            (length > 1e-9).then(|| [(a.y - b.y) / length, (b.x - a.x) / length])
        });
        normals.fold(f64::INFINITY, |least, normal| {
            let ([a, b], [c, d]) = (self.span(normal), other.span(normal));
            least.min((b - c).min(d - a))
        })
    }

    /// Whether the other polygon lies inside, or sticks out by at most `tolerance`; a negative one is a margin.
    pub(crate) fn contains(&self, other: &Self, tolerance: f64) -> bool {
        let turn = self.edges().map(|[a, b]| a.x * b.y - b.x * a.y).sum::<f64>().signum();
        self.edges().all(|[a, b]| {
            let length = (b.x - a.x).hypot(b.y - a.y);
            length < 1e-9 || other.0.iter().all(|p| turn * cross(a, b, *p) / length >= -tolerance)
        })
    }

    fn span(&self, [nx, ny]: [f64; 2]) -> [f64; 2] {
        let along = self.0.iter().map(|p| p.x * nx + p.y * ny);
        along.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], at| [low.min(at), high.max(at)])
    }
}

fn rectangle(x: f64, y: f64, w: f64, h: f64) -> Vec<Point> {
    vec![Point { x, y }, Point { x: x + w, y }, Point { x: x + w, y: y + h }, Point { x, y: y + h }]
}

/// Twice the area of a triangle, positive if `p` is clockwise of the direction from `a` to `b` on a screen.
fn cross(a: Point, b: Point, p: Point) -> f64 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// The point at which two lines cross, if it is inside both; lines that touch or lie on one another do not cross.
pub(crate) fn crossing([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Option<Point> {
    let apart = |p: f64, q: f64| p * q < 0.0 && p.abs().min(q.abs()) > 1e-9;
    let (of_a, of_b) = (cross(c, d, a), cross(c, d, b));
    if !apart(of_a, of_b) || !apart(cross(a, b, c), cross(a, b, d)) {
        return None;
    }
    let share = of_a / (of_a - of_b);
    Some(Point { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) })
}

/// The length along which two parallel lines run closer together than `near`; zero if they are not parallel.
pub(crate) fn shared([a, b]: [Point; 2], [c, d]: [Point; 2], near: f64) -> f64 {
    let length = (b.x - a.x).hypot(b.y - a.y);
    if length < 1e-9 || [c, d].into_iter().any(|p| (cross(a, b, p) / length).abs() > near) {
        return 0.0;
    }
    let along = |p: Point| ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length;
    let (from, to) = (along(c).min(along(d)), along(c).max(along(d)));
    (to.min(length) - from.max(0.0)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    fn square(x: f64, y: f64) -> Polygon {
        Polygon(rectangle(x, y, 10.0, 10.0))
    }

    #[test]
    fn overlap_is_as_deep_as_the_shortest_way_out() {
        assert!((square(0.0, 0.0).depth(&square(8.0, 3.0)) - 2.0).abs() < 1e-9);
        assert!(square(0.0, 0.0).depth(&square(10.0, 0.0)).abs() < 1e-9);
        assert!(square(0.0, 0.0).depth(&square(20.0, 0.0)) < 0.0);
        // The bounding boxes overlap; the diamond does not reach the corner.
        let diamond = Polygon(vec![at(19.0, 9.0), at(29.0, 19.0), at(19.0, 29.0), at(9.0, 19.0)]);
        assert!(square(0.0, 0.0).depth(&diamond) < 0.0);
        let line = Polygon(vec![at(-5.0, 4.0), at(15.0, 4.0)]);
        assert!((square(0.0, 0.0).depth(&line) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn a_polygon_contains_what_does_not_stick_out() {
        for outer in [square(0.0, 0.0), Polygon(square(0.0, 0.0).0.into_iter().rev().collect())] {
            assert!(outer.contains(&Polygon(rectangle(1.0, 1.0, 5.0, 5.0)), 0.0));
            assert!(!outer.contains(&Polygon(rectangle(6.0, 1.0, 5.0, 5.0)), 0.5));
            assert!(outer.contains(&Polygon(rectangle(6.0, 1.0, 5.0, 5.0)), 1.5));
        }
    }

    #[test]
    fn only_lines_that_pass_each_other_cross() {
        let flat = [at(0.0, 5.0), at(10.0, 5.0)];
        assert_eq!(crossing(flat, [at(4.0, 0.0), at(4.0, 10.0)]), Some(at(4.0, 5.0)));
        assert_eq!(crossing(flat, [at(4.0, 0.0), at(4.0, 5.0)]), None, "they touch");
        assert_eq!(crossing(flat, [at(10.0, 0.0), at(10.0, 10.0)]), None, "they touch at a corner");
        assert_eq!(crossing(flat, [at(2.0, 5.0), at(20.0, 5.0)]), None, "they lie on one another");
    }

    #[test]
    fn parallel_lines_share_the_length_of_their_overlap() {
        let flat = [at(0.0, 5.0), at(10.0, 5.0)];
        assert!((shared(flat, [at(20.0, 5.5), at(4.0, 5.5)], 1.0) - 6.0).abs() < 1e-9);
        assert!(shared(flat, [at(4.0, 8.0), at(20.0, 8.0)], 1.0) < 1e-9, "they are too far apart");
        assert!(shared(flat, [at(4.0, 5.0), at(4.0, 20.0)], 1.0) < 1e-9, "they are not parallel");
    }
}
