//! Turns a long layout so that it fits a page: into columns, or into a U if its long lines nest.
//!
//! Positions are pairs: across the flow and along it.

mod columns;
mod mirror;

/// The extent of something that is not cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub(crate) across: [f64; 2],
    pub(crate) along: [f64; 2],
    /// Space after it for the text beside the line that leaves it.
    pub(crate) tail: f64,
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

/// A layout that has been turned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrapped {
    pub(crate) size: [f64; 2],
    /// How far each thing is moved.
    pub(crate) shifts: Vec<[f64; 2]>,
    pub(crate) routes: Vec<Vec<[f64; 2]>>,
    /// Whether data runs back through each thing, as in the second half of a U.
    pub(crate) back: Vec<bool>,
}

/// The least space between the end of a column and the line that turns there.
const TAIL: f64 = 15.0;
/// Distance of a line that runs back from the boxes.
const TURN: f64 = 12.0;
/// Space between two columns.
const GAP: f64 = 48.0;

/// The layout as a U or in columns; `None` if it fits as it is, or fits no better.
///
/// `scale` is that at which a layout of a size, across and along the flow, fits.
pub(crate) fn wrap(things: &Things, size: [f64; 2], scale: impl Fn([f64; 2]) -> f64) -> Option<Wrapped> {
    let now = scale(size);
    if now >= 1.0 {
        return None;
    }
    let mirrored = mirror::mirror(things).filter(|mirrored| scale(mirrored.size) > now);
    mirrored.or_else(|| columns::wrap(things.extents, things.routes, size, scale))
}
