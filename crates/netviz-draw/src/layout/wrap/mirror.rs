//! Lays out a network whose long lines nest, such as a U-Net, as a U: the first half runs along the flow, the second half
//! beside it and back, so that each of these lines is short and straight.
//!
//! Positions are pairs: across the flow and along it.

use super::narrow::Narrow;
use super::{Extent, GAP, Route, TAIL, TURN, Things, Wrapped};

/// The least number of lines from one half to the other, the one at the turn among them.
const LEAST_LINES: usize = 3;

/// A layout as a U; `None` if the lines do not nest.
pub(super) fn mirror(&Things { extents, routes, ends, turns }: &Things) -> Option<Wrapped> {
    let mut order: Vec<usize> = (0..extents.len()).collect();
    order.sort_by(|&a, &b| extents[a].along[0].total_cmp(&extents[b].along[0]));
    let mut place = vec![0; extents.len()];
    for (index, &extent) in order.iter().enumerate() {
        place[extent] = index;
    }
    let halves = Halves { extents, routes, ends, order: &order, place: &place };
    // All that follow the turn must look the same in both directions.
    let first =
        order.iter().rposition(|&extent| !turns[extent] || extents[extent].tail > 0.0).map_or(1, |last| last + 1);
    let mut turns: Vec<usize> = (first.max(1)..extents.len()).collect();
    // The halves of a U have similar lengths.
    turns.sort_by_key(|turn| turn.abs_diff(extents.len() / 2));
    let possible = turns.into_iter().take(MOST_TURNS).filter_map(|turn| Some((turn, halves.lines(turn)?)));
    let layouts = possible.filter_map(|(turn, lines)| {
        let narrow = Narrow::new(extents, routes, ends, |extent| place[extent] < turn);
        let mut wrapped = Halves { extents: &narrow.extents, routes: &narrow.routes, ..halves }.layout(turn, &lines)?;
        for ((shift, narrow), extent) in wrapped.shifts.iter_mut().zip(&narrow.extents).zip(extents) {
            shift[0] += narrow.across[0] - extent.across[0];
        }
        Some(wrapped)
    });
    layouts.min_by(|a, b| a.size[1].total_cmp(&b.size[1]))
}

/// How many places are tried for the turn, those in the middle first.
const MOST_TURNS: usize = 200;
/// The least distance between two boxes, in which an arrow is seen.
const NEAREST: f64 = 16.0;

struct Halves<'a> {
    extents: &'a [Extent],
    routes: &'a [Vec<[f64; 2]>],
    ends: &'a [[usize; 2]],
    /// The extents along the flow.
    order: &'a [usize],
    /// The place of each extent in that order.
    place: &'a [usize],
}

impl Halves<'_> {
    /// The lines from what comes before a place in the order to what follows, from the longest to the one at the turn;
    /// `None` if they do not nest.
    fn lines(&self, turn: usize) -> Option<Vec<usize>> {
        let end =
            self.order[..turn].iter().map(|&extent| self.extents[extent].along[1]).fold(f64::NEG_INFINITY, f64::max);
        if end > self.extents[self.order[turn]].along[0] {
            return None;
        }
        let places = |line: usize| self.ends[line].map(|end| self.place[end]);
        let crosses = |line: &usize| matches!(places(*line), [source, target] if source < turn && target >= turn);
        let mut lines: Vec<usize> = (0..self.ends.len()).filter(crosses).collect();
        lines.sort_by_key(|&line| places(line));
        let nest = |pair: &[usize]| {
            let [outer, inner] = [places(pair[0]), places(pair[1])];
            outer[0] < inner[0] && outer[1] > inner[1]
        };
        let is_turn = |line: &usize| places(*line) == [turn - 1, turn];
        let all_nest = lines.windows(2).all(nest) && lines.last().is_some_and(is_turn);
        (lines.len() >= LEAST_LINES && all_nest).then_some(lines)
    }

    /// The layout that turns at a place in the order; `None` if a line would run through a box.
    fn layout(&self, turn: usize, lines: &[usize]) -> Option<Wrapped> {
        let (skips, last) = (&lines[..lines.len() - 1], *lines.last()?);
        let is_back = |extent: usize| self.place[extent] >= turn;
        let mut halves = [Half::new(1.0), Half::new(-1.0)];
        for (extent, it) in self.extents.iter().enumerate() {
            halves[usize::from(is_back(extent))].add(it.across, it.along);
        }
        for (line, route) in self.routes.iter().enumerate() {
            let [source, target] = self.ends[line].map(is_back);
            if source == target {
                for &[x, y] in route {
                    halves[usize::from(source)].add([x, x], [y, y]);
                }
            }
        }
        halves[1].part(self.order[turn..].iter().rev().map(|&extent| self.extents[extent]));
        for (index, &skip) in skips.iter().enumerate() {
            let [out, back] = self.ends[skip].map(|end| self.extents[end].along);
            let behind = halves[1].along(back[1]) - halves[0].along(out[0]);
            let centre = |[from, to]: [f64; 2]| (to - from) / 2.0;
            let more = behind + centre(back) - centre(out);
            // A half is stretched after the end of the line before; the longest line moves all of it.
            let before = index.checked_sub(1).map(|before| self.ends[skips[before]].map(|end| self.extents[end].along));
            let half = usize::from(more < 0.0);
            let from = before.map_or(f64::NEG_INFINITY, |[out, back]| [out[1], -back[0]][half] + 1.0);
            halves[half].stretch(from, more.abs());
        }
        let width = halves[0].width();
        let offsets = [-halves[0].low, width + GAP - halves[1].low];
        let top = halves.iter().map(Half::start).fold(f64::INFINITY, f64::min);
        let moved = |[x, y]: [f64; 2], back: bool| {
            let half = usize::from(back);
            [x + offsets[half], halves[half].along(y) - top]
        };
        let boxes: Vec<Extent> = self
            .extents
            .iter()
            .enumerate()
            .map(|(extent, it)| {
                let back = is_back(extent);
                let corners = [moved([it.across[0], it.along[0]], back), moved([it.across[1], it.along[1]], back)];
                let mut along = [corners[0][1], corners[1][1]];
                along.sort_by(f64::total_cmp);
                Extent { across: [corners[0][0], corners[1][0]], along, tail: 0.0 }
            })
            .collect();
        let bottom = boxes.iter().map(|it| it.along[1]).fold(0.0, f64::max);
        let mut routes: Vec<Vec<[f64; 2]>> = Vec::with_capacity(self.routes.len());
        for (line, route) in self.routes.iter().enumerate() {
            let [source, target] = self.ends[line];
            routes.push(if is_back(source) == is_back(target) {
                route.iter().map(|&point| moved(point, is_back(source))).collect()
            } else if line == last {
                let turn = bottom + TAIL.max(self.extents[source].tail) + TURN;
                let ends = [route.first()?, route.last()?].map(|point| *point);
                let [from, to] = [moved(ends[0], false), moved(ends[1], true)];
                vec![from, [from[0], turn], [to[0], turn], to]
            } else {
                let [from, to] = [&boxes[source], &boxes[target]];
                let y = f64::midpoint(from.along[0], from.along[1]);
                let (start, end) = (from.across[1], to.across[0]);
                let is_hit =
                    |it: &Extent| it.along[0] < y && it.along[1] > y && it.across[0] < end && it.across[1] > start;
                if boxes.iter().any(is_hit) {
                    return None;
                }
                vec![[start, y], [end, y]]
            });
        }
        let shift = |(extent, it): (&Extent, &Extent)| [it.across[0] - extent.across[0], it.along[0] - extent.along[0]];
        Some(Wrapped {
            size: [width + GAP + halves[1].width(), bottom + TAIL + 2.0 * TURN],
            shifts: self.extents.iter().zip(&boxes).map(shift).collect(),
            routes: routes.into_iter().map(Route::from).collect(),
            back: (0..self.extents.len()).map(is_back).collect(),
            is_aside: false,
        })
    }
}

/// One half: what runs along the flow, or what runs back.
struct Half {
    /// 1, or -1 for the one that runs back.
    sign: f64,
    /// Across the flow.
    low: f64,
    high: f64,
    /// Along the flow, or back.
    least: f64,
    /// From where on it is stretched, along the flow or back, and how far.
    stretches: Vec<(f64, f64)>,
}

impl Half {
    fn new(sign: f64) -> Self {
        Self { sign, low: f64::INFINITY, high: f64::NEG_INFINITY, least: f64::INFINITY, stretches: Vec::new() }
    }

    fn add(&mut self, across: [f64; 2], along: [f64; 2]) {
        self.low = self.low.min(across[0]);
        self.high = self.high.max(across[1]);
        self.least = along.iter().map(|along| self.sign * along).fold(self.least, f64::min);
    }

    /// Stretches it so that boxes, in the order of the picture, do not overlap: they may stand closer in one direction than
    /// in the other.
    fn part(&mut self, boxes: impl Iterator<Item = Extent>) {
        let mut end = f64::NEG_INFINITY;
        for Extent { along, .. } in boxes {
            let [start, stop] = [-along[1], -along[0]];
            let missing = end + NEAREST - self.at(start);
            if missing > 0.0 {
                self.stretch(start, missing);
            }
            end = end.max(self.at(stop));
        }
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }

    fn stretch(&mut self, from: f64, length: f64) {
        self.stretches.push((from, length));
    }

    /// Where it starts in the picture.
    fn start(&self) -> f64 {
        self.at(self.least)
    }

    /// Where something along the flow is in the picture.
    fn along(&self, along: f64) -> f64 {
        self.at(self.sign * along)
    }

    fn at(&self, along: f64) -> f64 {
        let stretches = self.stretches.iter().filter(|(from, _)| *from <= along + 1e-6);
        along - self.least + stretches.map(|(_, length)| length).sum::<f64>()
    }
}
