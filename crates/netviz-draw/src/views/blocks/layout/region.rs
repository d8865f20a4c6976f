//! Lays out the contents of one frame, or of the whole picture: ranks one after another along the flow of data, with
//! lines from rank to rank. A frame inside is a single node, which has already been laid out.
//!
//! Positions are pairs: across the flow and along it.

use std::collections::HashMap;

use super::channel::{Net, Way, route};
use crate::layout::layered::{Arrangement, Edge, Placement, Size};
use crate::layout::wrap::Route as Line;

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) thing: Thing,
    /// Size across the flow, on both sides of its axis.
    pub(super) sides: [f64; 2],
    /// Size along the flow.
    pub(super) length: f64,
    /// Where lines leave it, relative to its axis.
    pub(super) exit: f64,
    /// Space after it for the text beside the line that leaves it.
    pub(super) tail: f64,
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A box.
    Block(usize),
    /// A fold's frame.
    Frame(usize),
    /// Where the lines from one of the boxes outside enter a frame, at its edge.
    Entry(usize),
    /// Where lines leave a frame, at its edge.
    Exit,
}

/// Distances from the theme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gaps {
    /// Between ranks.
    pub(super) rank: f64,
    /// Between nodes of a rank.
    pub(super) node: f64,
    /// Between a passing line and the nodes or lines beside it.
    pub(super) lane: f64,
}

/// A laid-out region with its minimum corner at the origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// Size across and along the flow.
    pub(super) size: [f64; 2],
    /// Everything in it, with its axis and its start along the flow.
    pub(super) places: Vec<(Thing, [f64; 2])>,
    pub(super) routes: Vec<Route>,
    /// The indices of the ends of each route in `places`.
    pub(super) edges: Vec<[usize; 2]>,
    /// What stays if the sizes of frames in it change; `None` if there are no frames in it.
    pub(super) arrangement: Option<Arrangement>,
}

impl Plan {
    /// Where the first lines enter, across the flow.
    pub(super) fn entry(&self) -> f64 {
        self.entry_of(0)
    }

    /// Where the lines from one of the boxes outside enter, across the flow.
    pub(super) fn entry_of(&self, source: usize) -> f64 {
        self.places.get(source).map_or(0.0, |(_, place)| place[0])
    }

    /// Where lines leave, across the flow.
    pub(super) fn exit(&self) -> f64 {
        self.places.last().map_or(0.0, |(_, place)| place[0])
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Route {
    pub(super) ends: [Thing; 2],
    pub(super) line: Line,
}

/// Distance between two tracks, and between the last track and the next rank.
const TRACK: f64 = 12.0;
const ARROW: f64 = 17.0;
/// Distance between two lines that end at one node.
const PORT: f64 = 14.0;
/// Fraction of a node's side at which lines may end.
const PORTS: f64 = 0.8;
/// Minimum slope of slanted lines, and the maximum space between ranks that it may take.
const SLANT: (f64, f64) = (0.2, 240.0);

/// Lays out nodes, which are in topological order; edges are pairs of indices, and branches lists of them in the order in
/// which they stand side by side. `ports` is where edges end that enter a frame at a place of their own, relative to its
/// axis.
pub(super) fn plan(
    nodes: &[Node],
    edges: &[[usize; 2]],
    ports: &[Option<f64>],
    gaps: Gaps,
    branches: &[Vec<usize>],
) -> Plan {
    let mut sizes: Vec<Size> = nodes.iter().map(|node| Size { left: node.sides[0], right: node.sides[1] }).collect();
    let above = above_entries(nodes, edges);
    let is_above = !above.is_empty();
    sizes.extend(is_above.then_some(Size { left: 0.0, right: 0.0 }));
    let all = [upright(nodes.len(), edges), below_entry(nodes, edges), above].concat();
    let arrangement = Arrangement::new(sizes.len(), &all, branches);
    let mut placed = arrangement.place(&sizes, [gaps.node, gaps.lane]);
    if is_above {
        // What holds the entries is alone in the first rank.
        placed.ranks.truncate(nodes.len());
        placed.x.truncate(nodes.len());
        placed.ranks.iter_mut().for_each(|rank| *rank = rank.saturating_sub(1));
    }
    let lines = Lines::new(nodes, edges, ports, &placed);
    let ways: Vec<(Vec<Way>, usize)> = lines.nets.iter().map(|nets| route(nets)).collect();
    let sideways: Vec<f64> = lines.nets.iter().zip(&ways).map(|(nets, ways)| sideways(nets, ways)).collect();
    let bands = bands(nodes, &placed, &sideways, gaps);
    let along: Vec<f64> = nodes
        .iter()
        .zip(&placed.ranks)
        .map(|(node, &rank)| f64::midpoint(bands[rank][0], bands[rank][1]) - node.length / 2.0)
        .collect();
    let rights = placed.x.iter().zip(nodes).map(|(x, node)| x + node.sides[1]);
    let right = rights.chain(placed.passes.iter().flatten().copied()).fold(0.0, f64::max);
    let routes = edges.iter().enumerate().map(|(edge, &[source, target])| {
        // Lines that enter a frame pass the badge at its start.
        let is_entry = matches!(nodes[source].thing, Thing::Entry(_));
        let start = if is_entry { 0.0 } else { along[source] + nodes[source].length };
        let mut points = vec![[placed.x[source] + nodes[source].exit, start]];
        for (step, rank) in (placed.ranks[source]..placed.ranks[target]).enumerate() {
            let [from, to] = lines.step(edge, step);
            if (from - to).abs() <= 0.5 {
                continue;
            }
            // Lines run sideways after the text beside them and before the arrowheads.
            let end = bands[rank + 1][0] - ARROW;
            match ways[rank].0[lines.net_of[edge][step]] {
                Way::Straight => {}
                Way::Track(track) => {
                    let y = end - (ways[rank].1 - track) as f64 * TRACK + TRACK / 2.0;
                    points.extend([[from, y], [to, y]]);
                }
                Way::Slant => points.extend([[from, end - sideways[rank]], [to, end]]),
            }
        }
        let end = lines.places[edge].last().copied().unwrap_or_default();
        points.push([end, along[target]]);
        Route { ends: [nodes[source].thing, nodes[target].thing], line: points.into() }
    });
    let corners = nodes.iter().zip(&placed.x).zip(&along).map(|((node, &x), &along)| (node.thing, [x, along]));
    Plan {
        size: [right, bands.last().map_or(0.0, |band| band[1])],
        places: corners.collect(),
        routes: routes.collect(),
        edges: edges.to_vec(),
        arrangement: nodes.iter().any(|node| matches!(node.thing, Thing::Frame(_))).then_some(arrangement),
    }
}

/// Marks the edges that should be straight: of the edges from a node to the next rank, the one that starts the longest
/// path, if no other one starts an equally long path and no other edge enters its target from the previous rank.
fn upright(nodes: usize, edges: &[[usize; 2]]) -> Vec<Edge> {
    let mut ranks = vec![0_usize; nodes];
    for &[source, target] in &by_target(edges) {
        ranks[target] = ranks[target].max(ranks[source] + 1);
    }
    let mut heights = vec![0_usize; nodes];
    for &[source, target] in by_target(edges).iter().rev() {
        heights[source] = heights[source].max(heights[target] + 1);
    }
    let is_short = |&[source, target]: &[usize; 2]| ranks[source] + 1 == ranks[target];
    // The maximum height of each node's targets, and how many have it; the number of short edges into each node.
    let mut highest = vec![(0, 0); nodes];
    let mut entering = vec![0; nodes];
    for &[source, target] in edges.iter().filter(|edge| is_short(edge)) {
        entering[target] += 1;
        let (height, count) = &mut highest[source];
        match heights[target].cmp(height) {
            std::cmp::Ordering::Greater => (*height, *count) = (heights[target], 1),
            std::cmp::Ordering::Equal => *count += 1,
            std::cmp::Ordering::Less => {}
        }
    }
    let upright = |edge: &[usize; 2]| {
        let [source, target] = *edge;
        is_short(edge) && entering[target] == 1 && highest[source] == (heights[target], 1)
    };
    edges.iter().map(|edge| Edge { source: edge[0], target: edge[1], upright: upright(edge) }).collect()
}

/// Edges that are not drawn, from where lines enter a frame to what reads nothing in it and would be beside that: there is the
/// frame's badge.
fn below_entry(nodes: &[Node], edges: &[[usize; 2]]) -> Vec<Edge> {
    let Some(source) = nodes.iter().position(|node| node.thing == Thing::Entry(0)) else { return Vec::new() };
    let mut ranks = vec![0_usize; nodes.len()];
    for [from, to] in by_target(edges) {
        ranks[to] = ranks[to].max(ranks[from] + 1);
    }
    let is_first = |&node: &usize| {
        let mut targets = edges.iter().filter(|edge| edge[0] == node).map(|edge| ranks[edge[1]]);
        node != source && edges.iter().all(|edge| edge[1] != node) && targets.all(|rank| rank <= 1)
    };
    (0..nodes.len()).filter(is_first).map(|target| Edge { source, target, upright: false }).collect()
}

/// Edges that are not drawn, from a further node to each of several entries: as many as hold it at the start of the frame,
/// since short lines are preferred.
fn above_entries(nodes: &[Node], edges: &[[usize; 2]]) -> Vec<Edge> {
    let entries: Vec<usize> = (0..nodes.len()).filter(|&node| matches!(nodes[node].thing, Thing::Entry(_))).collect();
    if entries.len() < 2 {
        return Vec::new();
    }
    let below = |entry: usize| edges.iter().chain([&[entry; 2]]).filter(move |edge| edge[0] == entry).count();
    let most = nodes.len();
    let edges_to = |&target: &usize| {
        std::iter::repeat_n(Edge { source: nodes.len(), target, upright: false }, below(target) + most)
    };
    entries.iter().flat_map(edges_to).collect()
}

/// The edges sorted so that each comes after all edges into its source.
fn by_target(edges: &[[usize; 2]]) -> Vec<[usize; 2]> {
    let mut edges = edges.to_vec();
    edges.sort_unstable_by_key(|&[source, target]| (target, source));
    edges
}

/// The lines from rank to rank.
struct Lines {
    /// The nets after each rank but the last.
    nets: Vec<Vec<Net>>,
    /// For each edge, its net after each rank, beginning with its source's.
    net_of: Vec<Vec<usize>>,
    /// For each edge, its position across the flow at each rank from its source's to its target's.
    places: Vec<Vec<f64>>,
}

impl Lines {
    fn new(nodes: &[Node], edges: &[[usize; 2]], own: &[Option<f64>], placed: &Placement) -> Self {
        let ranks = placed.ranks.iter().max().map_or(0, |rank| rank + 1);
        let ends = ports(nodes, edges, own, placed);
        let mut lines =
            Self { nets: vec![Vec::new(); ranks.saturating_sub(1)], net_of: Vec::new(), places: Vec::new() };
        // All lines that leave a node form one net, and so do those that share their way.
        let mut known: HashMap<(usize, usize, u64), usize> = HashMap::new();
        for (edge, &[source, target]) in edges.iter().enumerate() {
            let start = placed.x[source] + nodes[source].exit;
            let passed: Vec<f64> =
                std::iter::once(start).chain(placed.passes[edge].iter().copied()).chain([ends[edge]]).collect();
            let mut net_of = Vec::with_capacity(passed.len() - 1);
            for (step, rank) in (placed.ranks[source]..placed.ranks[target]).enumerate() {
                let nets = &mut lines.nets[rank];
                let net = *known.entry((source, rank, passed[step].to_bits())).or_insert_with(|| {
                    nets.push(Net { from: passed[step], to: Vec::new() });
                    nets.len() - 1
                });
                nets[net].to.push(passed[step + 1]);
                net_of.push(net);
            }
            lines.net_of.push(net_of);
            lines.places.push(passed);
        }
        lines
    }

    /// Positions of an edge at the start and the end of the channel between two ranks.
    fn step(&self, edge: usize, step: usize) -> [f64; 2] {
        [self.places[edge][step], self.places[edge][step + 1]]
    }
}

/// Where each edge ends: side by side at its target, in the order in which they arrive. An edge that arrives straight
/// stays straight. `own` is where those end that have a place of their own.
fn ports(nodes: &[Node], edges: &[[usize; 2]], own: &[Option<f64>], placed: &Placement) -> Vec<f64> {
    let mut entering: Vec<Vec<(f64, usize)>> = vec![Vec::new(); nodes.len()];
    for (edge, &[source, target]) in edges.iter().enumerate() {
        let from = placed.passes[edge].last().copied().unwrap_or(placed.x[source] + nodes[source].exit);
        entering[target].push((from, edge));
    }
    let mut ends = vec![0.0; edges.len()];
    for (target, mut entering) in entering.into_iter().enumerate() {
        entering.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let axis = placed.x[target];
        let straight = entering.iter().position(|(from, _)| (from - axis).abs() <= 0.5);
        let last = entering.len().saturating_sub(1) as f64;
        let middle = straight.map_or(last / 2.0, |index| index as f64);
        let [left, right] = nodes[target].sides;
        let pitch = PORT.min(PORTS * left / middle.max(0.1)).min(PORTS * right / (last - middle).max(0.1));
        for (index, (_, edge)) in entering.into_iter().enumerate() {
            ends[edge] = axis + own[edge].unwrap_or((index as f64 - middle) * pitch);
        }
    }
    ends
}

/// Start and end of each rank along the flow; `sideways` is the space for the lines after each rank but the last.
fn bands(nodes: &[Node], placed: &Placement, sideways: &[f64], gaps: Gaps) -> Vec<[f64; 2]> {
    let count = placed.ranks.iter().max().map_or(0, |rank| rank + 1);
    let mut lengths = vec![0.0_f64; count];
    for (node, &rank) in nodes.iter().zip(&placed.ranks) {
        lengths[rank] = lengths[rank].max(node.length);
    }
    // Text after a node that is shorter than its rank can use the space inside the rank.
    let mut tails = vec![0.0_f64; count];
    for (node, &rank) in nodes.iter().zip(&placed.ranks) {
        tails[rank] = tails[rank].max(node.tail - (lengths[rank] - node.length) / 2.0);
    }
    let mut start = 0.0;
    let mut bands = Vec::with_capacity(count);
    for rank in 0..count {
        bands.push([start, start + lengths[rank]]);
        let sideways = sideways.get(rank).copied().unwrap_or(0.0);
        start += lengths[rank] + gaps.rank.max(tails[rank] + sideways + ARROW);
    }
    bands
}

/// Space that the lines after a rank need to run sideways.
fn sideways(nets: &[Net], (ways, tracks): &(Vec<Way>, usize)) -> f64 {
    let slants = ways.iter().zip(nets).filter(|(way, _)| **way == Way::Slant);
    let widest = slants.flat_map(|(_, net)| net.to.iter().map(|to| (to - net.from).abs())).fold(0.0, f64::max);
    (*tracks as f64 * TRACK).max((widest * SLANT.0).min(SLANT.1))
}
