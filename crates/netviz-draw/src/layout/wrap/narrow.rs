//! Makes the first half of a U narrow: lines to the other half run across it, so that what stands beside the main path,
//! such as a crop of a U-Net, need not leave them room to pass along the flow.
//!
//! Positions are pairs: across the flow and along it.

use std::collections::BTreeMap;

use super::Extent;

/// The things and the lines of a layout, those of its first half moved together.
pub(super) struct Narrow {
    pub(super) extents: Vec<Extent>,
    pub(super) routes: Vec<Vec<[f64; 2]>>,
}

/// Space before what is moved.
const GAP: f64 = 36.0;
/// Where two positions are the same.
const SAME: f64 = 0.5;

impl Narrow {
    /// Moves what is in the first half towards its start, lane after lane, each up to what is in the way.
    pub(super) fn new(
        extents: &[Extent],
        routes: &[Vec<[f64; 2]>],
        ends: &[[usize; 2]],
        is_first: impl Fn(usize) -> bool,
    ) -> Self {
        let mut narrow = Self { extents: extents.to_vec(), routes: routes.to_vec() };
        // The lines within the half; the others are drawn anew.
        let lines: Vec<usize> = (0..ends.len()).filter(|&line| ends[line].iter().all(|&end| is_first(end))).collect();
        let mut by_axis: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for extent in (0..extents.len()).filter(|&extent| is_first(extent)) {
            #[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller")]
            let axis = extents[extent].axis().round() as i64;
            by_axis.entry(axis).or_default().push(extent);
        }
        let mut before: Vec<usize> = Vec::new();
        for lane in by_axis.into_values() {
            let room =
                lane.iter().map(|&extent| narrow.room(extent, &before, &lines, ends)).fold(f64::INFINITY, f64::min);
            // Those of the first lane stay.
            if !before.is_empty() && room.is_finite() && room > 0.0 {
                narrow.shift(&lane, room, ends);
            }
            before.extend(lane);
        }
        narrow
    }

    /// How far something can be moved, given what stands before it.
    fn room(&self, extent: usize, before: &[usize], lines: &[usize], ends: &[[usize; 2]]) -> f64 {
        let own = self.extents[extent];
        let mut along = own.along;
        for &line in lines.iter().filter(|&&line| ends[line].contains(&extent)) {
            for [_, y] in self.run(line, ends[line][1] == extent) {
                along = [along[0].min(y), along[1].max(y)];
            }
        }
        let meets = |other: [f64; 2]| other[0] <= along[1] && along[0] <= other[1];
        let things = before.iter().map(|&other| self.extents[other]).filter(|other| meets(other.along));
        let others =
            lines.iter().filter(|&&line| !ends[line].contains(&extent)).flat_map(|&line| self.routes[line].windows(2));
        let passing = others.filter(|pair| meets([pair[0][1].min(pair[1][1]), pair[0][1].max(pair[1][1])]));
        let passing = passing.map(|pair| pair[0][0].max(pair[1][0])).filter(|x| *x < own.across[0]);
        let nearest = things.map(|other| other.across[1]).chain(passing).fold(f64::NEG_INFINITY, f64::max);
        own.across[0] - nearest - GAP
    }

    /// The corners of a line on the axis of its end, or of its start.
    fn run(&self, line: usize, at_end: bool) -> Vec<[f64; 2]> {
        let route = &self.routes[line];
        let Some(axis) = (if at_end { route.last() } else { route.first() }).map(|point| point[0]) else {
            return Vec::new();
        };
        let on_axis = |point: &&[f64; 2]| (point[0] - axis).abs() < SAME;
        if at_end {
            route.iter().rev().take_while(on_axis).copied().collect()
        } else {
            route.iter().take_while(on_axis).copied().collect()
        }
    }

    /// Moves what is in a lane, with the ends of its lines.
    fn shift(&mut self, lane: &[usize], room: f64, ends: &[[usize; 2]]) {
        for &extent in lane {
            self.extents[extent].across = self.extents[extent].across.map(|end| end - room);
        }
        for (line, [source, target]) in ends.iter().enumerate() {
            let [starts, stops] = [source, target].map(|end| lane.contains(end));
            let count = self.routes[line].len();
            let first = if starts { self.run(line, false).len() } else { 0 };
            let last = if stops { self.run(line, true).len() } else { 0 };
            for (index, point) in self.routes[line].iter_mut().enumerate() {
                if index < first || index + last >= count || starts && stops {
                    point[0] -= room;
                }
            }
        }
    }
}
