//! A finished picture: everything has its place, its colour and its text, and nothing is left to resolve.
//!
//! A format draws the groups in order, and in each the items in order. Lengths are in pixels, y goes down.

use crate::text::Weight;
use crate::theme::Color;

/// A place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the upper edge.
    pub y: f64,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width of the picture.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// Behind everything.
    pub background: Color,
    /// The parts of the picture.
    pub groups: Vec<Group>,
}

/// Items that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique and stable, fit for an XML id: `layer-dense_1`.
    pub id: String,
    /// What kind of part it is: `layer`, `connections`, `title`.
    pub class: &'static str,
    /// What it is, in words; empty where the items say it.
    pub label: String,
    /// What is drawn.
    pub items: Vec<Item>,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A filled shape.
    Shape {
        /// Its outline.
        outline: Outline,
        /// Inside it.
        fill: Fill,
    },
    /// Straight lines that are drawn alike.
    Lines {
        /// The ends of each.
        segments: Vec<[Point; 2]>,
        /// How they are drawn.
        stroke: Stroke,
    },
    /// A line through several points, its corners rounded.
    Route {
        /// The points, at least two.
        points: Vec<Point>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// One line of text.
    Text {
        /// The text.
        text: String,
        /// The anchor, on the baseline.
        at: Point,
        /// Which part of the text is at the anchor.
        anchor: Anchor,
        /// Font size.
        size: f64,
        /// Font weight.
        weight: Weight,
        /// Colour.
        color: Color,
    },
}

/// The outline of a shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// An ellipse, or a circle where both radii are equal.
    Ellipse {
        /// Its centre.
        center: Point,
        /// Half of its width and half of its height.
        radii: [f64; 2],
    },
    /// A rectangle.
    Rectangle {
        /// The upper left corner.
        corner: Point,
        /// Width and height.
        size: [f64; 2],
        /// Radius of its corners.
        radius: f64,
    },
    /// Corners joined by straight lines.
    Polygon(Vec<Point>),
}

/// The inside of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// One colour.
    Plain(Color),
    /// From one colour at the left to another at the right.
    Gradient(Color, Color),
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Color,
    /// Width.
    pub width: f64,
    /// From 0, unseen, to 1.
    pub opacity: f64,
}

/// Which part of a text is at its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}
