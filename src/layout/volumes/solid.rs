//! One solid in perspective: a parallel projection in which depth goes up and to the right.

use crate::picture::Direction;
use crate::scene::{Fill, Item, Outline, Point, Shape, Stroke};
use crate::theme::{Color, Paint, Theme};

/// What a pixel of depth is to the right and up.
pub(super) const DEPTH: [f64; 2] = [0.30, 0.24];

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) min: Point,
    pub(super) max: Point,
}

/// A box: its front, and how far its back is to the right and up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cuboid {
    pub(super) front: Area,
    pub(super) depth: [f64; 2],
}

/// A face of a box that is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Front,
    Top,
    Side,
}

impl Face {
    /// The faces that a band of a box goes round; the third one is seen as a whole.
    pub(super) fn round(direction: Direction) -> [Self; 2] {
        match direction {
            Direction::Right => [Self::Front, Self::Top],
            Direction::Down => [Self::Front, Self::Side],
        }
    }

    /// The face that data goes through.
    pub(super) fn across(direction: Direction) -> Self {
        match direction {
            Direction::Right => Self::Side,
            Direction::Down => Self::Top,
        }
    }
}

impl Area {
    pub(super) fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let empty = Self {
            min: Point { x: f64::INFINITY, y: f64::INFINITY },
            max: Point { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
        };
        points.into_iter().fold(empty, |Self { min, max }, point| Self {
            min: Point { x: min.x.min(point.x), y: min.y.min(point.y) },
            max: Point { x: max.x.max(point.x), y: max.y.max(point.y) },
        })
    }
}

impl Cuboid {
    /// A box round the axis along which data flows, from one place on it to another.
    ///
    /// `across` is its height where data flows to the right and its width where it flows down.
    pub(super) fn new(direction: Direction, [from, to]: [f64; 2], across: f64, depth: f64) -> Self {
        let depth = DEPTH.map(|share| share * depth);
        let [right, up] = depth.map(|length| length / 2.0);
        let half = across / 2.0;
        let front = match direction {
            Direction::Right => [Point { x: from - right, y: up - half }, Point { x: to - right, y: up + half }],
            Direction::Down => [Point { x: -right - half, y: from + up }, Point { x: half - right, y: to + up }],
        };
        Self { front: Area { min: front[0], max: front[1] }, depth }
    }

    /// The part of it between two distances from where data enters it.
    pub(super) fn part(self, direction: Direction, [from, to]: [f64; 2]) -> Self {
        let Area { mut min, mut max } = self.front;
        match direction {
            Direction::Right => (min.x, max.x) = (min.x + from, min.x + to),
            Direction::Down => (min.y, max.y) = (min.y + from, min.y + to),
        }
        Self { front: Area { min, max }, ..self }
    }

    /// What it covers, as a rectangle.
    pub(super) fn area(self) -> Area {
        let Area { min, max } = self.front;
        let [right, up] = self.depth;
        Area { min: Point { y: min.y - up, ..min }, max: Point { x: max.x + right, ..max } }
    }

    /// How far a point is from the lower edge of the side, at its upper left.
    pub(super) fn beyond(self, Point { x, y }: Point) -> f64 {
        let [right, up] = DEPTH;
        ((self.front.max.x - x) * up + (self.front.max.y - y) * right) / right.hypot(up)
    }

    /// The corner behind one of the front's.
    fn behind(self, Point { x, y }: Point) -> Point {
        Point { x: x + self.depth[0], y: y - self.depth[1] }
    }

    /// The corners of a face.
    fn corners(self, face: Face) -> Vec<Point> {
        let Area { min, max } = self.front;
        let [left, right] = [min, Point { x: max.x, ..min }];
        let bottom = Point { x: min.x, ..max };
        match face {
            Face::Front => vec![left, right, max, bottom],
            Face::Top => vec![left, self.behind(left), self.behind(right), right],
            Face::Side => vec![right, self.behind(right), self.behind(max), max],
        }
    }

    /// Where lines along the axis meet it: its outline, and the middle of its top.
    pub(super) fn ends(self, direction: Direction) -> [f64; 2] {
        let Area { min, max } = self.front;
        let [right, up] = self.depth;
        // The axis goes through the middle of the box: half of the depth behind the front.
        match direction {
            Direction::Right => {
                let hidden = (min.y / up.max(1e-9)).max(0.0);
                [min.x + hidden * right, max.x + right * (max.y / up.max(1e-9)).min(1.0)]
            }
            Direction::Down => {
                let hidden = (-max.x / right.max(1e-9)).max(0.0);
                [min.y - up / 2.0, max.y - hidden * up]
            }
        }
    }
}

/// What a face is filled with, and the line round it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    paint: Paint,
    outline: Stroke,
}

/// How far the top is toward white, the side toward black and an outline toward black.
const LIGHT: u8 = 84;
const SHADE: u8 = 44;
const OUTLINE: u8 = 120;

impl Look {
    pub(super) fn new(paint: Paint, theme: &Theme) -> Self {
        let outline = if theme.border_width > 0.0 {
            Stroke::solid(theme.border, 0.75 * theme.border_width)
        } else {
            Stroke::solid(paint.toward(Paint::plain(Color::BLACK), OUTLINE), 0.75)
        };
        Self { paint, outline }
    }

    fn fill(self, face: Face) -> Paint {
        match face {
            Face::Front => self.paint,
            Face::Top => self.paint.toward(Paint::plain(Color::WHITE), LIGHT),
            Face::Side => self.paint.toward(Paint::plain(Color::BLACK), SHADE),
        }
    }

    /// Faces of a box in its paint.
    pub(super) fn faces(self, cuboid: Cuboid, faces: &[Face]) -> Vec<Item> {
        faces.iter().map(|&face| self.face(cuboid, face, self.fill(face).into())).collect()
    }

    /// One face with a fill of its own.
    pub(super) fn face(self, cuboid: Cuboid, face: Face, fill: Fill) -> Item {
        Shape::new(Outline::Polygon(cuboid.corners(face)), fill).bordered(self.outline).into()
    }

    /// Another shape that looks like a front.
    pub(super) fn shape(self, outline: Outline) -> Item {
        Shape::new(outline, self.paint).bordered(self.outline).into()
    }
}
