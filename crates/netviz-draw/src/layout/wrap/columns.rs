//! Columns, or rows if data flows to the right.
//!
//! It is cut only where all lines that cross start at one point, so that a turn can be followed: between groups, never
//! inside them. The line leaves the end of one column, runs up beside it, and enters the next one at its start.
//!
//! Positions are pairs: across the flow and along it.

use super::{Extent, GAP, TAIL, TURN, Wrapped};

/// Space before a column, where the line from the one before arrives.
const HEAD: f64 = 30.0;
/// How much larger a picture must become for one more column.
const WORTH: f64 = 1.03;

/// A place where a region can be cut: between the end of what comes before and the start of what follows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    /// Along the flow.
    end: f64,
    start: f64,
    /// Where the lines that cross start.
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
    let mut largest = scale(size);
    if largest >= 1.0 {
        return None;
    }
    let cuts = cuts(extents, routes);
    let mut best = None;
    for count in 2..=cuts.len() + 1 {
        let Some(chosen) = divided(&cuts, size[1], count) else { break };
        let columns = Columns::new(extents, routes, size[1], &chosen);
        let [width, length] = columns.size();
        let own = scale([width, length]);
        if own > largest * WORTH {
            largest = own;
            best = Some(columns);
        }
        // More columns are only wider.
        if scale([width, 0.0]) <= largest {
            break;
        }
    }
    best.map(|columns| columns.wrapped(extents, routes))
}

/// Every place where all lines that cross, at least one, start at the same point.
fn cuts(extents: &[Extent], routes: &[Vec<[f64; 2]>]) -> Vec<Cut> {
    let mut spans: Vec<[f64; 2]> = extents.iter().map(|extent| extent.along).collect();
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut cuts = Vec::new();
    let mut end = f64::NEG_INFINITY;
    // The lines that have begun and not ended, by where they start and how far they lead.
    let mut lines: Vec<(Start, [f64; 2])> =
        routes.iter().filter_map(|route| Some((start(route)?, [route.first()?[1], route.last()?[1]]))).collect();
    lines.sort_by(|(_, a), (_, b)| a[0].total_cmp(&b[0]));
    let mut begun = 0;
    let mut open: Vec<(Start, [f64; 2])> = Vec::new();
    for [begin, stop] in spans {
        if end > f64::NEG_INFINITY && begin > end {
            while let Some(line) = lines.get(begun).filter(|(_, along)| along[0] <= end) {
                open.push(*line);
                begun += 1;
            }
            open.retain(|(_, along)| along[1] >= begin);
            if let Some(&(source, _)) = open.first().filter(|(first, _)| open.iter().all(|(from, _)| from == first)) {
                cuts.push(Cut { end, start: begin, source });
            }
        }
        end = end.max(stop);
    }
    cuts
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
        for [x, y] in routes.iter().flatten() {
            let column = &mut columns[of(cuts, *y)];
            if (column.start..=column.end).contains(y) {
                column.low = column.low.min(*x);
                column.high = column.high.max(*x);
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
        let moved = |[x, y]: [f64; 2], column: usize| [x + offsets[column], y - self.columns[column].start + HEAD];
        let shift = |extent: &Extent| {
            let column = of(&self.cuts, extent.along[0]);
            [offsets[column], HEAD - self.columns[column].start]
        };
        let shifts = extents.iter().map(shift).collect();
        let routes = routes.iter().map(|route| {
            let Some((source, first)) = start(route).zip(route.first()) else { return Vec::new() };
            let mut column = of(&self.cuts, first[1]);
            let mut points: Vec<[f64; 2]> = Vec::new();
            for &[x, y] in route {
                while let Some(cut) = self.cuts.get(column).filter(|cut| cut.source == source && y >= cut.start) {
                    // What runs sideways between the two columns does so on the way.
                    let from = points.last().map_or(x, |point| point[0]);
                    let bottom = HEAD + cut.end - self.columns[column].start;
                    let turn = bottom + self.columns[column].after();
                    let beside = self.columns[column].high + offsets[column] + GAP / 2.0;
                    column += 1;
                    let [to, _] = moved([x, y], column);
                    points.extend([
                        [from, bottom],
                        [from, turn],
                        [beside, turn],
                        [beside, HEAD - TURN - TURN],
                        [to, HEAD - TURN - TURN],
                    ]);
                }
                let is_between = self.cuts.get(column).is_some_and(|cut| cut.source == source && y > cut.end);
                if !is_between {
                    points.push(moved([x, y], column));
                }
            }
            points.dedup();
            points
        });
        Wrapped { size: self.size(), shifts, routes: routes.collect(), back: vec![false; extents.len()] }
    }
}

/// The column of what is at a place along the flow.
fn of(cuts: &[Cut], place: f64) -> usize {
    cuts.partition_point(|cut| cut.start <= place)
}
