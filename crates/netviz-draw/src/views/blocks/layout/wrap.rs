//! Wraps a long region into columns, or into rows if data flows to the right, so that it fits a page.
//!
//! A region is cut only where a single line crosses, so that a turn can be followed: between groups, never inside them.
//! The line leaves the end of one column, runs up beside it, and enters the next one at its start.

use super::region::{Node, Plan, Route};

/// Space before a column, where the line from the one before arrives.
const HEAD: f64 = 30.0;
/// The least space between the end of a column and the line that turns there.
const TAIL: f64 = 15.0;
/// Distance of a line that runs back from the boxes.
const TURN: f64 = 12.0;
/// Space between two columns.
const GAP: f64 = 48.0;
/// The part of its length that a region may keep, if it is worth wrapping.
const WORTH: f64 = 0.75;

/// A place where a region can be cut: between the end of what comes before and the start of what follows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    /// Along the flow.
    end: f64,
    start: f64,
    /// The line that crosses.
    route: usize,
}

/// A region that is longer than `most`, across and along the flow, in columns; `None` if it is short enough or cannot be
/// wrapped. `nodes` are those of its places.
/// Columns become as long as they must, but not so many that they exceed the width.
pub(super) fn wrap(plan: &Plan, nodes: &[Node], most: [f64; 2]) -> Option<Plan> {
    if plan.size[1] <= most[1] {
        return None;
    }
    let cuts = cuts(plan, nodes);
    let mut best = None;
    for count in 2..=cuts.len() + 1 {
        let Some(chosen) = divided(&cuts, plan.size[1], count) else { break };
        let columns = Columns::new(plan, nodes, &chosen);
        let [width, length] = columns.size();
        if width > most[0] {
            break;
        }
        if length > WORTH * plan.size[1] {
            continue;
        }
        best = Some(columns);
        if length <= most[1] {
            break;
        }
    }
    best.map(|columns| columns.plan(plan))
}

/// Every place where exactly one line crosses.
fn cuts(plan: &Plan, nodes: &[Node]) -> Vec<Cut> {
    let mut spans: Vec<[f64; 2]> =
        plan.places.iter().zip(nodes).map(|((_, [_, start]), node)| [*start, start + node.length]).collect();
    spans.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut cuts = Vec::new();
    let mut end = f64::NEG_INFINITY;
    // The lines that have begun and not ended; lines are few where a cut is possible.
    let mut ends: Vec<(f64, f64, usize)> = plan
        .routes
        .iter()
        .enumerate()
        .filter_map(|(index, route)| Some((route.points.first()?[1], route.points.last()?[1], index)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut begun = 0;
    let mut open: Vec<(f64, usize)> = Vec::new();
    for [start, stop] in spans {
        if end > f64::NEG_INFINITY && start > end {
            while let Some(&(_, to, index)) = ends.get(begun).filter(|(from, _, _)| *from <= end) {
                open.push((to, index));
                begun += 1;
            }
            open.retain(|(to, _)| *to >= start);
            if let [(_, route)] = open[..] {
                cuts.push(Cut { end, start, route });
            }
        }
        end = end.max(stop);
    }
    cuts
}

/// The cuts that divide a region into `count` columns, the longest of which is as short as possible; `None` if there are
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
    /// Along the flow, in the region.
    start: f64,
    end: f64,
    /// Across the flow, in the region.
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
    fn new(plan: &Plan, nodes: &[Node], cuts: &[Cut]) -> Self {
        let starts = std::iter::once(0.0).chain(cuts.iter().map(|cut| cut.start));
        let ends = cuts.iter().map(|cut| cut.end).chain([plan.size[1]]);
        let mut columns: Vec<Column> = starts
            .zip(ends)
            .map(|(start, end)| Column { start, end, low: f64::INFINITY, high: 0.0, tail: 0.0 })
            .collect();
        for ((_, [axis, start]), node) in plan.places.iter().zip(nodes) {
            let column = &mut columns[of(cuts, *start)];
            column.low = column.low.min(axis - node.sides[0]);
            column.high = column.high.max(axis + node.sides[1]);
            column.tail = column.tail.max(start + node.length + node.tail - column.end);
        }
        for [x, y] in plan.routes.iter().flat_map(|route| &route.points) {
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

    fn plan(&self, plan: &Plan) -> Plan {
        let offsets = self.offsets();
        let moved = |[x, y]: [f64; 2], column: usize| [x + offsets[column], y - self.columns[column].start + HEAD];
        let places = plan.places.iter().map(|&(thing, [x, y])| (thing, moved([x, y], of(&self.cuts, y)))).collect();
        let routes = plan.routes.iter().enumerate().map(|(index, route)| {
            let Some(&[_, first]) = route.points.first() else { return route.clone() };
            let mut column = of(&self.cuts, first);
            let mut points: Vec<[f64; 2]> = Vec::new();
            for &[x, y] in &route.points {
                while let Some(cut) = self.cuts.get(column).filter(|cut| cut.route == index && y >= cut.start) {
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
                let is_between = self.cuts.get(column).is_some_and(|cut| cut.route == index && y > cut.end);
                if !is_between {
                    points.push(moved([x, y], column));
                }
            }
            points.dedup();
            Route { ends: route.ends, points }
        });
        Plan { size: self.size(), places, routes: routes.collect() }
    }
}

/// The column of what is at a place along the flow.
fn of(cuts: &[Cut], place: f64) -> usize {
    cuts.partition_point(|cut| cut.start <= place)
}
