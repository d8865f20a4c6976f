//! One solid in parallel projection, in which depth goes up and to the right.

use crate::picture::Direction;
use crate::scene::{Fill, Item, Outline, Point, Shape, Stroke};
use crate::theme::{Color, Paint, Theme};

/// Distance to the right and up per pixel of depth.
pub(super) const DEPTH: [f64; 2] = [0.30, 0.24];

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) min: Point,
    pub(super) max: Point,
}

/// A box: its front, and the offset of its back to the right and up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cuboid {
    pub(super) front: Area,
    pub(super) depth: [f64; 2],
}

/// A visible face of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Front,
    Top,
    Side,
}

impl Face {
    /// The faces that a band around a box crosses. The third one, which data goes through, stays whole.
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
    /// A box around the axis along which data flows, from one position on it to another.
    ///
    /// `across` is its height if data flows to the right, and its width if data flows down.
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

    /// The part of it between two distances from the face where data enters.
    pub(super) fn part(self, direction: Direction, [from, to]: [f64; 2]) -> Self {
        let Area { mut min, mut max } = self.front;
        match direction {
            Direction::Right => (min.x, max.x) = (min.x + from, min.x + to),
            Direction::Down => (min.y, max.y) = (min.y + from, min.y + to),
        }
        Self { front: Area { min, max }, ..self }
    }

    /// Its bounding box.
    pub(super) fn area(self) -> Area {
        let Area { min, max } = self.front;
        let [right, up] = self.depth;
        Area { min: Point { y: min.y - up, ..min }, max: Point { x: max.x + right, ..max } }
    }

    /// Distance of a point from the line through the lower edge of the side; positive at the upper left of that line.
    pub(super) fn beyond(self, Point { x, y }: Point) -> f64 {
        let [right, up] = DEPTH;
        ((self.front.max.x - x) * up + (self.front.max.y - y) * right) / right.hypot(up)
    }

    /// The corner of the back that belongs to a corner of the front.
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

    /// Positions on the axis where lines meet it: on its outline, and in the middle of its top if they come from above.
    pub(super) fn ends(self, direction: Direction) -> [f64; 2] {
        let Area { min, max } = self.front;
        let [right, up] = self.depth;
        // The axis goes through the middle of the box, half of its depth behind the front.
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

/// Fill of faces, and the line around them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    paint: Paint,
    outline: Stroke,
}

/// How far the top is mixed with white, the side with black and an outline with black, from 0 to 255.
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

    /// Faces of a box, shaded by their direction.
    pub(super) fn faces(self, cuboid: Cuboid, faces: &[Face]) -> Vec<Item> {
        faces.iter().map(|&face| self.face(cuboid, face, self.fill(face).into())).collect()
    }

    /// A face with its own fill.
    pub(super) fn face(self, cuboid: Cuboid, face: Face, fill: Fill) -> Item {
        Shape::new(Outline::Polygon(cuboid.corners(face)), fill).bordered(self.outline).into()
    }

    /// Another shape with the fill and outline of a front.
    pub(super) fn shape(self, outline: Outline) -> Item {
        Shape::new(outline, self.paint).bordered(self.outline).into()
    }
}
