//! A finished picture: everything has its place, its colour and its text, and nothing is left to resolve.
//!
//! A format draws the groups in order, and in each the items in order. Lengths are in pixels, y goes down.

pub mod route;

use crate::text::Weight;
use crate::theme::Paint;

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
    /// What an interactive format tells about the whole: names and values, such as `parameters` and `407,050`.
    pub details: Vec<(String, String)>,
    /// Behind everything.
    pub background: Paint,
    /// The parts of the picture.
    pub groups: Vec<Group>,
    /// The frames that an interactive format can close.
    pub folds: Vec<Fold>,
}

/// Items that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique and stable, fit for an XML id: `layer-dense_1`.
    pub id: String,
    /// What kind of part it is: `layer`, `connections`, `title`, `legend`, `fold`.
    pub class: &'static str,
    /// What it is, in words; empty where the items say it.
    pub label: String,
    /// What an interactive format tells about it: names and values, such as `kernel` and `3×3`.
    pub details: Vec<(String, String)>,
    /// The ids of the groups that connections lead from and to; none for other parts.
    pub ends: Option<[String; 2]>,
    /// What is drawn.
    pub items: Vec<Item>,
}

impl Group {
    /// A part without a label or details.
    pub fn new(id: impl Into<String>, class: &'static str, items: Vec<Item>) -> Self {
        Self { id: id.into(), class, label: String::new(), details: Vec::new(), ends: None, items }
    }
}

/// A frame round layers that can be closed to a box of its own.
///
/// Closing it is a monotone map of the axis along which data flows: the band shrinks to `closed` pixels,
/// and what follows moves up.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// The id of the group that draws the open frame.
    pub group: String,
    /// What is drawn instead of the frame and its members when it is closed. It is not among the scene's
    /// groups: a format that cannot close frames does not draw it.
    pub stand_in: Group,
    /// The ids of the groups inside the frame, connections between them and inner frames included.
    pub members: Vec<String>,
    /// Whether data flows down (else to the right).
    pub down: bool,
    /// Start and end of the frame along that axis.
    pub band: [f64; 2],
    /// Its length along that axis when it is closed.
    pub closed: f64,
}

/// Something drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A filled shape.
    Shape(Shape),
    /// Straight lines that are drawn alike; they look as one, so their opacity does not add up.
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
        /// Whether it ends in an arrowhead, whose tip is the last point.
        arrow: bool,
    },
    /// One line of text.
    Text(Text),
    /// Pixels.
    Raster(Raster),
}

/// A filled shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Unique and stable, fit for an XML id: `neuron-dense_1.3`; empty where it has none.
    pub id: String,
    /// Its outline.
    pub outline: Outline,
    /// Inside it.
    pub fill: Fill,
    /// How much of the fill is seen, from 0 to 1.
    pub opacity: f64,
    /// Round it.
    pub border: Option<Stroke>,
}

impl Shape {
    /// A shape of one colour, without a border.
    pub fn new(outline: Outline, fill: impl Into<Fill>) -> Self {
        Self { id: String::new(), outline, fill: fill.into(), opacity: 1.0, border: None }
    }

    /// With a border.
    #[must_use]
    pub fn bordered(self, border: Stroke) -> Self {
        Self { border: Some(border), ..self }
    }
}

impl From<Shape> for Item {
    fn from(shape: Shape) -> Self {
        Self::Shape(shape)
    }
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// The anchor, on the baseline.
    pub at: Point,
    /// Which part of the text is at the anchor.
    pub anchor: Anchor,
    /// Font size.
    pub size: f64,
    /// Font weight.
    pub weight: Weight,
    /// Colour.
    pub color: Paint,
    /// How far it is turned about its anchor, in degrees, clockwise.
    pub angle: f64,
}

impl From<Text> for Item {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// Pixels in a rectangle, each as large as the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    /// The upper left corner.
    pub corner: Point,
    /// Width and height.
    pub size: [f64; 2],
    /// Number of pixels in a row.
    pub columns: usize,
    /// Row after row from the top, each from the left.
    pub pixels: Vec<crate::theme::Color>,
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
    /// Nothing.
    None,
    /// One colour.
    Plain(Paint),
    /// From one colour at the left to another at the right.
    Gradient(Paint, Paint),
}

impl From<Paint> for Fill {
    fn from(paint: Paint) -> Self {
        Self::Plain(paint)
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Paint,
    /// Width.
    pub width: f64,
    /// From 0, unseen, to 1.
    pub opacity: f64,
    /// Whether it is dashed.
    pub dashed: bool,
}

impl Stroke {
    /// A solid line.
    pub fn solid(color: Paint, width: f64) -> Self {
        Self { color, width, opacity: 1.0, dashed: false }
    }
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
