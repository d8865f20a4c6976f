//! A finished picture: every item has its position, colour and text, and nothing is left to resolve.
//!
//! A format draws the groups in order, and the items of each group in order. Lengths are in pixels, y points down.

pub mod relayout;
pub mod route;

use crate::font::Weight;
use crate::page::Unit;
use crate::theme::Paint;
use netviz_model::graph::Mark;
use relayout::{FrameSize, Region, Relayout};

/// A point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Distance from the left edge.
    pub x: f64,
    /// Distance from the upper edge.
    pub y: f64,
}

/// A finished picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width of the picture.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
    /// The title.
    pub title: String,
    /// A description for readers who cannot see the picture.
    pub description: String,
    /// Properties of the whole network for interactive formats: names and values, such as `parameters` and `407,050`.
    pub details: Vec<(String, String)>,
    /// How large it is shown.
    pub shown: Shown,
    /// The background.
    pub background: Paint,
    /// Whether the background is left out, so that what is behind the picture shows through.
    pub transparent: bool,
    /// The parts of the picture.
    pub groups: Vec<Group>,
    /// The frames that an interactive format can collapse.
    pub folds: Vec<Fold>,
    /// How it is laid out again then; `None` if there are no frames.
    pub relayout: Option<Relayout>,
}

/// How large a picture is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// CSS pixels, of which 96 are an inch, per pixel of the scene.
    pub scale: f64,
    /// What its size is written in.
    pub unit: Unit,
}

impl Default for Shown {
    fn default() -> Self {
        Self { scale: 1.0, unit: Unit::Pixel }
    }
}

/// Items that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique and stable id, valid in XML: `layer-dense_1`.
    pub id: String,
    /// The class: `layer`, `connections`, `title`, `legend`, `fold`, `bracket`.
    pub class: &'static str,
    /// A description; empty if the items speak for themselves.
    pub label: String,
    /// Properties for interactive formats: names and values, such as `kernel` and `3×3`.
    pub details: Vec<(String, String)>,
    /// What is new about what it draws, in a comparison of two networks.
    pub mark: Option<Mark>,
    /// Ids of the source and target groups of connections; `None` for other groups.
    pub ends: Option<[String; 2]>,
    /// The items.
    pub items: Vec<Item>,
}

impl Group {
    /// A group without a label or details.
    pub fn new(id: impl Into<String>, class: &'static str, items: Vec<Item>) -> Self {
        Self { id: id.into(), class, label: String::new(), details: Vec::new(), mark: None, ends: None, items }
    }
}

/// A frame around layers that can be collapsed to a box.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// Id of the group that draws the expanded frame.
    pub group: String,
    /// What is drawn instead of the frame and its members when it is collapsed. It is not one of the scene's groups, so
    /// formats that cannot collapse frames do not draw it.
    pub stand_in: Group,
    /// Ids of the groups inside the frame, including connections between them and inner frames.
    pub members: Vec<String>,
    /// Whether data flows down; otherwise, to the right.
    pub down: bool,
    /// Start and end of the frame along that axis.
    pub band: [f64; 2],
    /// Length along that axis when collapsed.
    pub closed: f64,
    /// Its sizes.
    pub size: FrameSize,
    /// Its contents, if there are frames among them; otherwise, they only move as a whole.
    pub region: Option<Region>,
}

/// A drawn item.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A filled shape.
    Shape(Shape),
    /// Straight lines with the same stroke; drawn as one path, so that their opacity does not add up.
    Lines {
        /// Both ends of each line.
        segments: Vec<[Point; 2]>,
        /// The stroke.
        stroke: Stroke,
    },
    /// A polyline with rounded corners.
    Route {
        /// The points, at least two.
        points: Vec<Point>,
        /// The stroke.
        stroke: Stroke,
        /// Whether it ends in an arrowhead, whose tip is the last point.
        arrow: bool,
    },
    /// One line of text.
    Text(Text),
    /// Pixels.
    Raster(Raster),
}

impl Item {
    /// Moves the item.
    pub fn shift(&mut self, dx: f64, dy: f64) {
        let shift = |point: &mut Point| {
            point.x += dx;
            point.y += dy;
        };
        match self {
            Self::Shape(shape) => match &mut shape.outline {
                Outline::Ellipse { center, .. } => shift(center),
                Outline::Rectangle { corner, .. } => shift(corner),
                Outline::Polygon(points) => points.iter_mut().for_each(shift),
            },
            Self::Lines { segments, .. } => segments.iter_mut().flatten().for_each(shift),
            Self::Route { points, .. } => points.iter_mut().for_each(shift),
            Self::Text(text) => shift(&mut text.at),
            Self::Raster(raster) => shift(&mut raster.corner),
        }
    }
}

/// A filled shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Unique and stable id, valid in XML: `neuron-dense_1.3`; empty if it has none.
    pub id: String,
    /// Its outline.
    pub outline: Outline,
    /// The fill.
    pub fill: Fill,
    /// Opacity of the fill, from 0 to 1.
    pub opacity: f64,
    /// The border.
    pub border: Option<Stroke>,
}

impl Shape {
    /// A shape with a single fill colour and no border.
    pub fn new(outline: Outline, fill: impl Into<Fill>) -> Self {
        Self { id: String::new(), outline, fill: fill.into(), opacity: 1.0, border: None }
    }

    /// The same shape with a border.
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
    /// Position of the anchor, on the baseline.
    pub at: Point,
    /// Which end of the text is at the anchor.
    pub anchor: Anchor,
    /// Font size.
    pub size: f64,
    /// Font weight.
    pub weight: Weight,
    /// Colour.
    pub color: Paint,
    /// Rotation around the anchor, in degrees, clockwise.
    pub angle: f64,
}

impl From<Text> for Item {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

/// An image of equally large pixels in a rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    /// The upper left corner.
    pub corner: Point,
    /// Width and height.
    pub size: [f64; 2],
    /// Number of columns.
    pub columns: usize,
    /// The pixels, row by row from the top, each row from the left.
    pub pixels: Vec<crate::theme::Color>,
}

/// The outline of a shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// An ellipse, or a circle if both radii are equal.
    Ellipse {
        /// The centre.
        center: Point,
        /// Horizontal and vertical radius.
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
    /// A polygon: corners joined by straight lines.
    Polygon(Vec<Point>),
}

/// The fill of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Nothing.
    None,
    /// One colour.
    Plain(Paint),
    /// A gradient from the left to the right colour.
    Gradient(Paint, Paint),
}

impl From<Paint> for Fill {
    fn from(paint: Paint) -> Self {
        Self::Plain(paint)
    }
}

/// A stroke.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Paint,
    /// Width.
    pub width: f64,
    /// Opacity, from 0 to 1.
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

/// Which end of a text is at its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}
