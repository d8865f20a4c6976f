//! Columns, or rows if data flows to the right.
//!
//! It is cut between groups, never inside them, where all lines that cross start at one point, so that a turn can be
//! followed: the line leaves the end of one column, runs up beside it, and enters the next one at its start. If a picture
//! becomes much larger by that, a few other lines may cross: each ends in a port and goes on from one of the same name.
//!
//! Positions are pairs: across the flow and along it.

use std::collections::HashSet;

use super::{Extent, GAP, PORT, Route, TAIL, TURN, Wrapped};

/// Space before a column, where the line from the one before arrives.
const HEAD: f64 = 30.0;
/// How much larger a picture must become for one more column.
const WORTH: f64 = 1.03;
/// How much larger it must become if lines are interrupted for that.
const WORTH_PORTS: f64 = 1.2;
/// The most sources of lines that one turn may interrupt.
const MOST_PORTS: usize = 3;
/// Distance of ports from the end of a column, and from the start of the next one.
const PORT_GAPS: [f64; 2] = [PORT + 3.0, PORT + 4.0];

/// A place where a region can be cut: between the end of what comes before and the start of what follows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    /// Along the flow.
    end: f64,
    start: f64,
    /// Where the lines that turn start; others that cross are interrupted.
    source: Start,
}

/// The point where a line starts, by its bits.
type Start = [u64; 2];

fn start(route: &[[f64; 2]]) -> Option<Start> {
    route.first().map(|point| point.map(f64::to_bits))
}

/// A layout in columns, as many as make the picture largest; `None` if that is one.
///
/// `routes` are the corners of the lines. `scale` is that at which a layout of a size, across and along the flow, fits.
pub(super) fn wrap(
    extents: &[Extent],
    routes: &[Vec<[f64; 2]>],
    size: [f64; 2],
    scale: impl Fn([f64; 2]) -> f64,
) -> Option<Wrapped> {
    let now = scale(size);
    let layout = |ports| largest(extents, routes, size, &cuts(extents, routes, ports), &scale);
    let plain = layout(0);
    let without = plain.as_ref().map_or(now, |(scale, _)| *scale);
    let ported = layout(MOST_PORTS).filter(|(with, _)| *with > without * WORTH_PORTS);
    let (_, columns) = ported.or(plain)?;
    Some(columns.wrapped(extents, routes))
}

/// The columns between these cuts that make the picture largest, and their scale; `None` if that is a single one.
fn largest(
    extents: &[Extent],
    routes: &[Vec<[f64; 2]>],
    size: [f64; 2],
    cuts: &[Cut],
    scale: impl Fn([f64; 2]) -> f64,
) -> Option<(f64, Columns)> {
    let mut largest = scale(size);
    let mut best = None;
    for count in 2..=cuts.len() + 1 {
        let Some(chosen) = divided(cuts, size[1], count) else { break };
        let columns = Columns::new(extents, routes, size[1], &chosen);
        let [width, length] = columns.size();
        let own = scale([width, length]);
        if own > largest * WORTH {
            largest = own;
            best = Some((own, columns));
        }
        // More columns are only wider.
        if scale([width, 0.0]) <= largest {
            break;
        }
    }
    best
}

/// Every place that lines cross, if they start at one point but for those from a number of others.
fn cuts<'a>(extents: &[Extent], routes: &'a [Vec<[f64; 2]>], ports: usize) -> Vec<Cut> {
    let mut spans: Vec<[f64; 2]> = extents.iter().map(|extent| extent.along).collect();
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut cuts = Vec::new();
    let mut end = f64::NEG_INFINITY;
    // The lines that have begun and not ended.
    let line = |route: &'a Vec<[f64; 2]>| {
        Some(Line { source: start(route)?, along: [route.first()?[1], route.last()?[1]], corners: route })
    };
    let mut lines: Vec<Line> = routes.iter().filter_map(line).collect();
    lines.sort_by(|a, b| a.along[0].total_cmp(&b.along[0]));
    let mut begun = 0;
    let mut open: Vec<Line> = Vec::new();
    for [begin, stop] in spans {
        if end > f64::NEG_INFINITY && begin > end {
            while let Some(line) = lines.get(begun).filter(|line| line.along[0] <= end) {
                open.push(*line);
                begun += 1;
            }
            open.retain(|line| line.along[1] >= begin);
            // The line that leads least far turns; of several, the one that starts last.
            let nearest = open.iter().map(|line| (line.along, line.source));
            let nearest = nearest.min_by(|(a, _), (b, _)| a[1].total_cmp(&b[1]).then(b[0].total_cmp(&a[0])));
            let sources: HashSet<Start> = open.iter().map(|line| line.source).collect();
            let has_room = sources.len() == 1 || (sources.len() <= ports + 1 && are_apart(&open, [end, begin]));
            if let Some((_, source)) = nearest.filter(|_| has_room) {
                cuts.push(Cut { end, start: begin, source });
            }
        }
        end = end.max(stop);
    }
    cuts
}

/// A line that may cross a cut.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    source: Start,
    /// Where it starts and ends along the flow.
    along: [f64; 2],
    corners: &'a [[f64; 2]],
}

/// Whether lines are so far apart before and after a cut that their ports do not overlap.
fn are_apart(lines: &[Line], [end, start]: [f64; 2]) -> bool {
    let before = |line: &Line| line.corners.iter().rev().find(|[_, y]| *y <= end).map(|[x, _]| (*x, line.source));
    let after = |line: &Line| line.corners.iter().find(|[_, y]| *y >= start).map(|[x, _]| (*x, line.source));
    let places: [Vec<(f64, Start)>; 2] =
        [lines.iter().filter_map(before).collect(), lines.iter().filter_map(after).collect()];
    places.into_iter().all(|mut places| {
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Those of one source may run as one line.
        let are_one = |pair: &[(f64, Start)]| pair[0].1 == pair[1].1 && pair[1].0 - pair[0].0 < 0.5;
        places.windows(2).all(|pair| are_one(pair) || pair[1].0 - pair[0].0 >= 2.0 * PORT)
    })
}

/// The cuts that divide a layout into `count` columns, the longest of which is as short as possible; `None` if there are
/// too few.
fn divided(cuts: &[Cut], length: f64, count: usize) -> Option<Vec<Cut>> {
    // The cuts of columns of at most this length, if that is possible.
    let greedy = |most: f64| {
        let mut chosen: Vec<Cut> = Vec::new();
        let mut begin = 0.0;
        let ends = cuts.iter().map(|cut| cut.end).chain([length]);
        let mut last: Option<Cut> = None;
        for (index, end) in ends.enumerate() {
            if end - begin > most {
                let cut = last.take()?;
                begin = cut.start;
                chosen.push(cut);
                if end - begin > most {
                    return None;
                }
            }
            last = cuts.get(index).copied();
        }
        (chosen.len() < count).then_some(chosen)
    };
    let (mut low, mut high) = (length / count as f64 / 2.0, length);
    let mut best = greedy(high)?;
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        match greedy(middle) {
            Some(chosen) => (best, high) = (chosen, middle),
            None => low = middle,
        }
    }
    (best.len() + 1 == count).then_some(best)
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Column {
    /// Along the flow.
    start: f64,
    end: f64,
    /// Across the flow.
    low: f64,
    high: f64,
    /// Space after its end for the text beside the line that leaves it.
    tail: f64,
}

impl Column {
    /// Space from its end to the line that turns there.
    fn after(&self) -> f64 {
        self.tail.max(TAIL) + TURN
    }
}

struct Columns {
    columns: Vec<Column>,
    cuts: Vec<Cut>,
}

impl Columns {
    fn new(extents: &[Extent], routes: &[Vec<[f64; 2]>], length: f64, cuts: &[Cut]) -> Self {
        let starts = std::iter::once(0.0).chain(cuts.iter().map(|cut| cut.start));
        let ends = cuts.iter().map(|cut| cut.end).chain([length]);
        let mut columns: Vec<Column> = starts
            .zip(ends)
            .map(|(start, end)| Column { start, end, low: f64::INFINITY, high: 0.0, tail: 0.0 })
            .collect();
        for Extent { across, along, tail } in extents {
            let column = &mut columns[of(cuts, along[0])];
            column.low = column.low.min(across[0]);
            column.high = column.high.max(across[1]);
            column.tail = column.tail.max(along[1] + tail - column.end);
        }
        for route in routes {
            for [x, y] in route {
                let column = &mut columns[of(cuts, *y)];
                if (column.start..=column.end).contains(y) {
                    column.low = column.low.min(*x);
                    column.high = column.high.max(*x);
                }
            }
            // A line that is interrupted may pass a column straight.
            for pair in route.windows(2) {
                for cut in of(cuts, pair[0][1])..of(cuts, pair[1][1]) {
                    for column in columns[cut..cut + 2].iter_mut().filter(|_| start(route) != Some(cuts[cut].source)) {
                        column.low = column.low.min(pair[0][0] - PORT);
                        column.high = column.high.max(pair[0][0] + PORT);
                    }
                }
            }
        }
        Self { columns, cuts: cuts.to_vec() }
    }

    fn size(&self) -> [f64; 2] {
        let width: f64 = self.columns.iter().map(|column| column.high - column.low).sum();
        let gaps = GAP * (self.columns.len() - 1) as f64;
        let length = self.columns.iter().map(|column| column.end - column.start + column.after()).fold(0.0, f64::max);
        [width + gaps, HEAD + length]
    }

    /// Where each column begins across the flow.
    fn offsets(&self) -> Vec<f64> {
        let mut at = 0.0;
        let place = |column: &Column| {
            let offset = at - column.low;
            at += column.high - column.low + GAP;
            offset
        };
        self.columns.iter().map(place).collect()
    }

    fn wrapped(&self, extents: &[Extent], routes: &[Vec<[f64; 2]>]) -> Wrapped {
        let offsets = self.offsets();
        let shift = |extent: &Extent| {
            let column = of(&self.cuts, extent.along[0]);
            [offsets[column], HEAD - self.columns[column].start]
        };
        let shifts = extents.iter().map(shift).collect();
        let mut names: Vec<Start> = Vec::new();
        let routes = routes.iter().map(|route| self.turned(route, &offsets, &mut names)).collect();
        Wrapped { size: self.size(), shifts, routes, back: vec![false; extents.len()], is_aside: false }
    }

    /// A line from column to column. `names` are the sources of interrupted lines.
    fn turned(&self, route: &[[f64; 2]], offsets: &[f64], names: &mut Vec<Start>) -> Route {
        let Some((source, first)) = start(route).zip(route.first()) else { return Route::default() };
        let moved = |[x, y]: [f64; 2], column: usize| [x + offsets[column], y - self.columns[column].start + HEAD];
        let mut column = of(&self.cuts, first[1]);
        let mut line = Route::default();
        let mut points: Vec<[f64; 2]> = Vec::new();
        for &[x, y] in route {
            while let Some(cut) = self.cuts.get(column).filter(|cut| y >= cut.start) {
                // What runs sideways between the two columns does so on the way.
                let from = points.last().map_or(x, |point| point[0]);
                let bottom = HEAD + cut.end - self.columns[column].start;
                let turn = bottom + self.columns[column].after();
                let beside = self.columns[column].high + offsets[column] + GAP / 2.0;
                column += 1;
                let [to, _] = moved([x, y], column);
                if cut.source == source {
                    let back = HEAD - TURN - TURN;
                    points.extend([[from, bottom], [from, turn], [beside, turn], [beside, back], [to, back]]);
                    continue;
                }
                let name = names.iter().position(|name| *name == source).unwrap_or_else(|| {
                    names.push(source);
                    names.len() - 1
                });
                let ports = [[from, bottom + PORT_GAPS[0]], [to, HEAD - PORT_GAPS[1]]];
                line.ports.extend(ports.map(|port| (port, name)));
                points.push([from, ports[0][1] - PORT]);
                line.pieces.push(std::mem::replace(&mut points, vec![[to, ports[1][1] + PORT]]));
            }
            let is_between = self.cuts.get(column).is_some_and(|cut| y > cut.end);
            if !is_between {
                points.push(moved([x, y], column));
            }
        }
        line.pieces.push(points);
        for points in &mut line.pieces {
            points.dedup();
        }
        line
    }
}

/// The column of what is at a place along the flow.
fn of(cuts: &[Cut], place: f64) -> usize {
    cuts.partition_point(|cut| cut.start <= place)
}
