//! Position of every volume. `layered` assigns its rank and its position across the flow; along the flow, it is as
//! close to the previous volumes as solids and captions allow.

use super::Pen;
use super::figure::Figure;
use super::ports::{self, Port, Side, is_bent};
use super::solid::Area;
use crate::layout::layered::{self, Edge, Placement, Size};
use crate::picture::Direction;
use crate::views::volumes::{Link, Solid, VolumeView};
use netviz_model::limits;

/// Positions of volumes and links.
pub(super) struct Places {
    /// Position of each volume, along the flow and across it.
    pub(super) at: Vec<[f64; 2]>,
    pub(super) ranks: Vec<usize>,
    /// Start and end of the channel after each rank, in which lines slant; `None` if no line does.
    pub(super) channels: Vec<Option<[f64; 2]>>,
    /// For each link, its position across the flow: at its start, in each rank that it passes, and at its end.
    pub(super) levels: Vec<Vec<f64>>,
    /// Where each link meets its target.
    pub(super) ports: Vec<Port>,
}

/// Distance between two solids, which leaves space for an arrow.
const ARROW: f64 = 26.0;
/// Distance between texts, and between a text and a solid: side by side, and one below the other.
const APART: [f64; 2] = [10.0, 18.0];
/// Minimum and maximum length of a channel, and its ratio to the distance that lines in it go across.
const CHANNEL: [f64; 2] = [20.0, 60.0];
const SLANT: f64 = 0.25;
/// Space before a channel, and after it for the arrowheads.
const STRAIGHT: [f64; 2] = [6.0, 14.0];

impl Places {
    pub(super) fn of(view: &VolumeView, figures: &[Figure], pen: &Pen) -> Self {
        let placement = across(view, figures, pen);
        let mut levels: Vec<Vec<f64>> = view
            .links()
            .iter()
            .zip(&placement.passes)
            .map(|(link, passes)| {
                let [source, target] = link.volumes.map(|volume| placement.x[volume]);
                [&[source], passes.as_slice(), &[target]].concat()
            })
            .collect();
        let sides: Vec<Side> = figures.iter().map(|figure| side(figure, pen.direction)).collect();
        let ports = ports::ports(view, &sides, &placement, &levels, pen.theme);
        for (levels, port) in levels.iter_mut().zip(&ports).filter(|(_, port)| !port.turns_in) {
            *levels.last_mut().expect("a link has two ends") += port.offset;
        }
        let (along, channels) = along(view, figures, &placement, &levels, &ports, pen.direction);
        let at = placement.ranks.iter().zip(&placement.x).map(|(&rank, &across)| [along[rank], across]).collect();
        Self { at, ranks: placement.ranks, channels, levels, ports }
    }
}

/// An area by its start and end along the flow and across it.
#[derive(Clone, Copy)]
struct Span {
    along: [f64; 2],
    across: [f64; 2],
    is_solid: bool,
}

impl Span {
    fn new(area: &Area, direction: Direction, is_solid: bool) -> Self {
        let (x, y) = ([area.min.x, area.max.x], [area.min.y, area.max.y]);
        match direction {
            Direction::Right => Self { along: x, across: y, is_solid },
            Direction::Down => Self { along: y, across: x, is_solid },
        }
    }
}

fn spans(figure: &Figure, direction: Direction) -> Vec<Span> {
    let solids = figure.solids.iter().map(|area| Span::new(area, direction, true));
    solids.chain(figure.texts.iter().map(|area| Span::new(area, direction, false))).collect()
}

/// Where lines may meet a figure.
fn side(figure: &Figure, direction: Direction) -> Side {
    let [low, high] = Span::new(&figure.front, direction, true).across;
    let face = Side::Face { half: high.min(-low).max(0.0) };
    figure.radius.map_or(face, |radius| Side::Circle { radius })
}

fn across(view: &VolumeView, figures: &[Figure], pen: &Pen) -> Placement {
    let sizes: Vec<Size> = figures
        .iter()
        .map(|figure| {
            let ends = |end: usize| spans(figure, pen.direction).into_iter().map(move |span| span.across[end]);
            Size { left: -ends(0).fold(0.0, f64::min), right: ends(1).fold(0.0, f64::max) }
        })
        .collect();
    let upright = upright(view);
    // Earlier edges are placed first. Those off the main path come first, so that they pass above it.
    let mut order: Vec<usize> = (0..upright.len()).collect();
    order.sort_by_key(|&link| upright[link]);
    let edge = |&link: &usize| {
        let [source, target] = view.links()[link].volumes;
        Edge { source, target, upright: upright[link] }
    };
    let edges: Vec<Edge> = order.iter().map(edge).collect();
    let names = view.volumes().iter().enumerate().flat_map(|(index, volume)| {
        volume.solids.iter().flat_map(Solid::layers).map(move |layer| (layer.name.as_str(), index))
    });
    let branches = pen.theme.branches_of(names);
    let mut placement = layered::place(&sizes, &edges, [0.5, 0.35].map(|part| part * pen.theme.node_gap), &branches);
    let mut passes = vec![Vec::new(); order.len()];
    for (link, lane) in order.into_iter().zip(placement.passes) {
        passes[link] = lane;
    }
    placement.passes = passes;
    placement
}

/// Whether each link is part of the main path: it is on a longest path from the input and on a longest path to the
/// output, and no other such link enters its target or leaves its source.
fn upright(view: &VolumeView) -> Vec<bool> {
    let count = view.volumes().len();
    let (mut before, mut behind) = (vec![0_usize; count], vec![0_usize; count]);
    // The volumes are in topological order, and the links are sorted by their targets.
    for link in view.links() {
        let [source, target] = link.volumes;
        before[target] = before[target].max(before[source] + 1);
    }
    let mut backward: Vec<[usize; 2]> = view.links().iter().map(|link| link.volumes).collect();
    backward.sort_by_key(|&[source, _]| std::cmp::Reverse(source));
    for [source, target] in backward {
        behind[source] = behind[source].max(behind[target] + 1);
    }
    let on_longest =
        |&[source, target]: &[usize; 2]| [before[target] == before[source] + 1, behind[source] == behind[target] + 1];
    // Number of links on a longest path that enter each volume, and that leave it.
    let (mut arriving, mut leaving) = (vec![0; count], vec![0; count]);
    for link in view.links() {
        let [from_input, to_result] = on_longest(&link.volumes);
        arriving[link.volumes[1]] += usize::from(from_input);
        leaving[link.volumes[0]] += usize::from(to_result);
    }
    let is_upright = |link: &Link| {
        let [source, target] = link.volumes;
        on_longest(&link.volumes) == [true; 2] && arriving[target] == 1 && leaving[source] == 1
    };
    view.links().iter().map(is_upright).collect()
}

/// Position of each rank along the flow, and the channel after it.
fn along(
    view: &VolumeView,
    figures: &[Figure],
    placement: &Placement,
    levels: &[Vec<f64>],
    ports: &[Port],
    direction: Direction,
) -> (Vec<f64>, Vec<Option<[f64; 2]>>) {
    let count = placement.ranks.iter().max().map_or(0, |rank| rank + 1);
    let mut columns: Vec<Vec<Span>> = vec![Vec::new(); count];
    for ((figure, &rank), &x) in figures.iter().zip(&placement.ranks).zip(&placement.x) {
        let moved = |span: Span| Span { across: span.across.map(|end| end + x), ..span };
        columns[rank].extend(spans(figure, direction).into_iter().map(moved));
    }
    let mut bends = vec![0.0_f64; count];
    for ((link, levels), &Port { turns_in, offset }) in view.links().iter().zip(levels).zip(ports) {
        let [source, target] = link.volumes;
        let bent = levels.windows(2).zip(&mut bends[placement.ranks[source]..]);
        for (pair, bend) in bent.take(levels.len() - 1 - usize::from(turns_in)) {
            if is_bent(pair) {
                *bend = bend.max((pair[1] - pair[0]).abs());
            }
        }
        if turns_in {
            let across = [levels[levels.len() - 2], placement.x[target]];
            columns[placement.ranks[target]].push(Span { along: [offset; 2], across, is_solid: true });
        }
    }
    let apart = APART[usize::from(direction == Direction::Down)];
    let widest = columns.iter().flatten().map(|span| -span.along[0]).fold(0.0, f64::max);
    let mut places: Vec<f64> = Vec::with_capacity(count);
    let mut channels = vec![None; count];
    let mut skyline: Vec<Span> = Vec::new();
    let mut farthest = 0.0_f64;
    for (rank, column) in columns.iter().enumerate() {
        let before = column.iter().map(|span| -span.along[0]).fold(0.0, f64::max);
        let bend = if rank == 0 { 0.0 } else { bends[rank - 1] };
        let place = if rank == 0 {
            before
        } else if column.len().saturating_mul(skyline.len()) > limits::COMPARED_SPANS {
            farthest + ARROW.max(apart) + before
        } else if bend > 0.0 {
            let start = farthest + STRAIGHT[0];
            let end = start + (SLANT * bend).clamp(CHANNEL[0], CHANNEL[1]);
            channels[rank - 1] = Some([start, end]);
            end + STRAIGHT[1] + before
        } else {
            column.iter().map(|span| clear_of(&skyline, span, apart)).fold(places[rank - 1] + ARROW, f64::max)
        };
        skyline.retain(|span| span.along[1] + ARROW + widest > place);
        skyline.extend(column.iter().map(|span| Span { along: span.along.map(|end| end + place), ..*span }));
        farthest = skyline.iter().map(|span| span.along[1]).fold(farthest, f64::max);
        places.push(place);
    }
    (places, channels)
}

/// Minimum position along the flow at which a span keeps its distance from everything before it.
fn clear_of(skyline: &[Span], span: &Span, apart: f64) -> f64 {
    let beside = |other: &&Span| {
        other.across[0] < span.across[1] + apart / 2.0 && span.across[0] < other.across[1] + apart / 2.0
    };
    let least = |other: &Span| {
        let gap = if other.is_solid && span.is_solid { ARROW } else { apart };
        other.along[1] + gap - span.along[0]
    };
    skyline.iter().filter(beside).map(least).fold(f64::NEG_INFINITY, f64::max)
}
