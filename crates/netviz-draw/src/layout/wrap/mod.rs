//! Turns a long layout so that it fits a page: into columns, or into a U if its long lines nest.
//!
//! Positions are pairs: across the flow and along it.

mod columns;
mod mirror;
mod narrow;

use super::axes::Axes;
use super::place::Place;
use crate::font::Weight;
use crate::scene::{Anchor, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::Theme;

/// The extent of something that is not cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub(crate) across: [f64; 2],
    pub(crate) along: [f64; 2],
    /// Space after it for the text beside the line that leaves it.
    pub(crate) tail: f64,
}

impl Extent {
    /// Its middle across the flow.
    fn axis(&self) -> f64 {
        f64::midpoint(self.across[0], self.across[1])
    }
}

/// What a layout consists of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Things<'a> {
    pub(crate) extents: &'a [Extent],
    /// The corners of the lines.
    pub(crate) routes: &'a [Vec<[f64; 2]>],
    /// The indices of the extents at the ends of each line.
    pub(crate) ends: &'a [[usize; 2]],
    /// Whether data may run back through each extent: whether it looks the same in both directions.
    pub(crate) turns: &'a [bool],
}

/// A line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Route {
    /// The corners of its pieces; each but the last one ends at a port, and the next one starts at another.
    pub(crate) pieces: Vec<Vec<[f64; 2]>>,
    /// Where it is interrupted, each with a number: the same for both ends, and for other lines from the same source.
    pub(crate) ports: Vec<([f64; 2], usize)>,
}

impl Route {
    /// Its pieces, of which the last one may end in an arrowhead, and its ports, moved by `origin`.
    pub(crate) fn items(&self, axes: Axes, origin: [f64; 2], arrow: bool, theme: &Theme) -> Vec<Item> {
        // Opaque, so that lines from one source look like one where they run together.
        let stroke = Stroke::solid(theme.edge, theme.link_width);
        let point = |&[across, along]: &[f64; 2]| axes.point(Point { x: origin[0] + across, y: origin[1] + along });
        let count = self.pieces.len();
        let pieces = self.pieces.iter().enumerate().map(|(index, corners)| Item::Route {
            points: corners.iter().map(point).collect(),
            stroke,
            arrow: arrow && index + 1 == count,
        });
        let ports = self.ports.iter().flat_map(|(at, number)| {
            let center = point(at);
            let corner = Point { x: center.x - PORT, y: center.y - PORT };
            let outline = Outline::Rectangle { corner, size: [2.0 * PORT; 2], radius: PORT / 2.0 };
            let at = Point { y: center.y + 0.36 * theme.text_size, ..center };
            let (anchor, weight, color) = (Anchor::Middle, Weight::Bold, theme.text);
            let name = Text { text: letters(*number), at, anchor, size: theme.text_size, weight, color, angle: 0.0 };
            [Shape::new(outline, theme.surface).bordered(stroke).into(), name.into()]
        });
        pieces.chain(ports).collect()
    }
}

/// A, B, …, Z, AA, AB and so on.
fn letters(number: usize) -> String {
    let last = char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    match number / 26 {
        0 => last.to_string(),
        before => letters(before - 1) + &last.to_string(),
    }
}

impl From<Vec<[f64; 2]>> for Route {
    fn from(corners: Vec<[f64; 2]>) -> Self {
        Self { pieces: vec![corners], ports: Vec::new() }
    }
}

/// A layout that has been turned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrapped {
    pub(crate) size: [f64; 2],
    /// How far each thing is moved.
    pub(crate) shifts: Vec<[f64; 2]>,
    pub(crate) routes: Vec<Route>,
    /// Whether data runs back through each thing, as in the second half of a U.
    pub(crate) back: Vec<bool>,
    /// Whether the legend is beside it.
    pub(crate) is_aside: bool,
}

/// Half the width of a port.
pub(crate) const PORT: f64 = 7.5;
/// The least space between the end of a column and the line that turns there.
const TAIL: f64 = 15.0;
/// Distance of a line that runs back from the boxes.
const TURN: f64 = 12.0;
/// Space between two columns.
const GAP: f64 = 48.0;

/// The layout as a U or in columns; `None` if it fits as it is, or fits no better.
///
/// If it cannot be read by a little, the legend is beside it.
pub(crate) fn wrap(things: &Things, size: [f64; 2], cuts: bool, place: Place, axes: Axes) -> Option<Wrapped> {
    /// How much larger a picture may become by that.
    const MOST: f64 = 1.1;
    let wrapped = turned(things, size, cuts, place, axes);
    let scale = place.scale(axes.turned(wrapped.as_ref().map_or(size, |wrapped| wrapped.size)));
    if place.can_read(scale) || !place.can_read(MOST * scale) {
        return wrapped;
    }
    let place = place.with_legend_beside();
    let beside = turned(things, size, cuts, place, axes);
    let beside = beside.filter(|beside| place.can_read(place.scale(axes.turned(beside.size))));
    beside.map(|beside| Wrapped { is_aside: true, ..beside }).or(wrapped)
}

/// A layout that is turned for a place. A U that is too long to be read stays one unless its lines may be cut.
fn turned(things: &Things, size: [f64; 2], cuts: bool, place: Place, axes: Axes) -> Option<Wrapped> {
    let scale = |size| place.scale(axes.turned(size));
    let now = scale(size);
    if now >= 1.0 {
        return None;
    }
    let columns = || columns::wrap(things.extents, things.routes, size, scale);
    match mirror::mirror(things).filter(|mirrored| scale(mirrored.size) > now) {
        Some(mirrored) if cuts && !place.can_read(scale(mirrored.size)) => {
            let is_larger = |columns: &Wrapped| scale(columns.size) > scale(mirrored.size);
            Some(columns().filter(is_larger).unwrap_or(mirrored))
        }
        Some(mirrored) => Some(mirrored),
        None => columns(),
    }
}
