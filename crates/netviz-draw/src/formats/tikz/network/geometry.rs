//! Rectangles, and the anchors of nodes.

use crate::scene::{Outline, Point};

/// Points closer together than this are the same.
pub(super) const SAME: f64 = 0.3;
/// Distance up per distance to the right of the back of a solid, as in the shape that the head of a file declares.
pub(super) const RISE: f64 = 0.8;

/// A rectangle, in the pixels of the scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) min: Point,
    pub(super) max: Point,
}

impl Rect {
    /// The bounding box of points.
    pub(super) fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let none = Self {
            min: Point { x: f64::INFINITY, y: f64::INFINITY },
            max: Point { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
        };
        points.into_iter().fold(none, |Self { min, max }, point| Self {
            min: Point { x: min.x.min(point.x), y: min.y.min(point.y) },
            max: Point { x: max.x.max(point.x), y: max.y.max(point.y) },
        })
    }

    /// The bounding box of an outline.
    pub(super) fn around(outline: &Outline) -> Self {
        match outline {
            Outline::Ellipse { center, radii: [x, y] } => {
                Self::of([Point { x: center.x - x, y: center.y - y }, Point { x: center.x + x, y: center.y + y }])
            }
            Outline::Rectangle { corner, size: [width, height], .. } => {
                Self::of([*corner, Point { x: corner.x + width, y: corner.y + height }])
            }
            Outline::Polygon(points) => Self::of(points.iter().copied()),
        }
    }

    pub(super) fn joined(self, other: Self) -> Self {
        Self::of([self.min, self.max, other.min, other.max])
    }

    pub(super) fn center(self) -> Point {
        Point { x: f64::midpoint(self.min.x, self.max.x), y: f64::midpoint(self.min.y, self.max.y) }
    }

    pub(super) fn width(self) -> f64 {
        self.max.x - self.min.x
    }

    pub(super) fn height(self) -> f64 {
        self.max.y - self.min.y
    }

    pub(super) fn holds(self, point: Point) -> bool {
        let within = |value: f64, from: f64, to: f64| value >= from - SAME && value <= to + SAME;
        within(point.x, self.min.x, self.max.x) && within(point.y, self.min.y, self.max.y)
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.holds(other.min) && self.holds(other.max)
    }
}

/// A node of the file that others are placed relative to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) rect: Rect,
    /// How far the back of a solid is to the right of its front; 0 for other nodes.
    pub(super) depth: f64,
    /// Whether its outline is not that of the node, so that lines run to its centre, below it.
    pub(super) is_drawn_over: bool,
}

impl Node {
    /// Where the axes cross along which data flows.
    pub(super) fn axis(&self) -> Point {
        let center = self.rect.center();
        Point { x: center.x + self.depth / 2.0, y: center.y - RISE * self.depth / 2.0 }
    }

    /// Whether it is the frame around other nodes.
    pub(super) fn is_frame(&self) -> bool {
        self.name.starts_with("frame-")
    }

    /// Its anchors on the border, those in the middle of a side first.
    pub(super) fn anchors(&self) -> Vec<(&'static str, Point)> {
        let Rect { min, max } = self.rect;
        let Point { x, y } = self.rect.center();
        let mut anchors = vec![
            ("north", Point { x, ..min }),
            ("south", Point { x, ..max }),
            ("west", Point { y, ..min }),
            ("east", Point { y, ..max }),
        ];
        if self.depth > 0.0 {
            let (axis, up) = (self.axis(), RISE * self.depth);
            anchors.extend([
                ("left", Point { x: min.x, y: axis.y }),
                ("right", Point { x: max.x + self.depth, y: axis.y }),
                ("top", Point { x: axis.x, y: min.y - up / 2.0 }),
                ("bottom", Point { x: axis.x, y: max.y }),
            ]);
        }
        anchors
    }
}

pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}
