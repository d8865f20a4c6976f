//! Where each node is, relative to one before it.

use super::geometry::{Node, near};
use crate::formats::tikz::length;
use crate::scene::Point;

/// How a node is placed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Index of the other node.
    pub(super) reference: usize,
    pub(super) side: Side,
    /// Distance between the two.
    pub(super) distance: f64,
    /// Distance from the axis of the other node, to the right or down.
    pub(super) shift: f64,
}

/// The side of the other node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Below,
    Right,
    /// At the same centre.
    Center,
}

/// Nodes before a node among which the one is sought that it is placed next to.
const CANDIDATES: usize = 64;
/// What a shift costs, and an overlap, compared with distances.
const SHIFTED: f64 = 1000.0;
const OVERLAP: f64 = 40.0;

/// The place of each node but the first.
pub(super) fn places(nodes: &[Node], down: bool) -> Vec<Place> {
    let place = |index: usize| {
        let first = index.saturating_sub(CANDIDATES);
        let options = (first..index).flat_map(|other| options(nodes, index, other, down));
        options.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
    };
    (1..nodes.len()).filter_map(place).collect()
}

/// The ways to place a node next to another one, each with its cost.
fn options(nodes: &[Node], index: usize, reference: usize, down: bool) -> [(f64, Place); 3] {
    let (node, other) = (&nodes[index], &nodes[reference]);
    let (a, b) = (other.axis(), node.axis());
    let between = |side: Side| match side {
        Side::Below => (end(other, Side::Below), start(node, Side::Below), b.x - a.x),
        Side::Right => (end(other, Side::Right), start(node, Side::Right), b.y - a.y),
        Side::Center => (0.0, 0.0, 0.0),
    };
    let far = |Point { x, y }: Point, to: Point| (x - to.x).abs() + (y - to.y).abs();
    let option = |side: Side| {
        let (end, start, shift) = between(side);
        let distance = start - end;
        let along = if down { Side::Below } else { Side::Right };
        let cost = match side {
            Side::Center if near(a.x, b.x) && near(a.y, b.y) => -1.0,
            Side::Center => f64::INFINITY,
            _ => {
                let shifted = if near(shift, 0.0) { 0.0 } else { SHIFTED + shift.abs() };
                let overlap = if distance < 0.0 { OVERLAP } else { 0.0 };
                let beside = if side == along { 0.0 } else { 1.0 };
                shifted + overlap + beside + distance.abs() + 0.001 * far(a, b)
            }
        };
        let shift = if near(shift, 0.0) { 0.0 } else { shift };
        (cost, Place { reference, side, distance, shift })
    };
    [Side::Below, Side::Right, Side::Center].map(option)
}

/// Where a node ends on the side where another one follows.
fn end(node: &Node, side: Side) -> f64 {
    match side {
        Side::Below => node.rect.max.y,
        Side::Right => node.rect.max.x + node.depth,
        Side::Center => 0.0,
    }
}

/// Where it starts on the axis.
fn start(node: &Node, side: Side) -> f64 {
    match side {
        Side::Below => node.rect.min.y - super::geometry::RISE * node.depth / 2.0,
        Side::Right => node.rect.min.x,
        Side::Center => 0.0,
    }
}

impl Place {
    /// Its options; the distance is left out if it is the usual one.
    pub(super) fn options(&self, nodes: &[Node], node: &Node, usual: [f64; 2]) -> Vec<String> {
        let other = &nodes[self.reference];
        let is_solid = [other.depth > 0.0, node.depth > 0.0];
        let (key, usual, [leaving, arriving]) = match self.side {
            Side::Below => ("below", usual[0], ["bottom", "top"]),
            Side::Right => ("right", usual[1], ["right", "left"]),
            Side::Center => return vec![format!("at=({}.center)", other.name)],
        };
        let distance = if near(self.distance, usual) { String::new() } else { length(self.distance) + " " };
        let anchor = if is_solid[0] { format!(".{leaving}") } else { String::new() };
        let mut options = vec![format!("{key}={distance}of {}{anchor}", other.name)];
        if is_solid[1] {
            options.push(format!("anchor={arriving}"));
        }
        if self.shift != 0.0 {
            options.push(match self.side {
                Side::Below => format!("xshift={}", length(self.shift)),
                _ => format!("yshift={}", length(-self.shift)),
            });
        }
        options
    }
}

/// The most frequent distances below and to the right, of which the smaller wins a tie.
pub(super) fn usual(places: &[Place]) -> [f64; 2] {
    [Side::Below, Side::Right].map(|side| {
        let mut distances: Vec<f64> =
            places.iter().filter(|place| place.side == side).map(|place| place.distance).collect();
        distances.sort_by(f64::total_cmp);
        let groups = distances.chunk_by(|a, b| near(*a, *b));
        let most = groups.fold(&[][..], |most: &[f64], group| if group.len() > most.len() { group } else { most });
        most.first().copied().unwrap_or_default()
    })
}
