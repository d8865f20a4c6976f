//! The connections: fans between adjacent ranks, and routes past the ranks in between.
//!
//! Lines slant only between ranks, so that none runs over a layer or its caption.

use super::strokes::{plain, weighted};
use super::{Layout, lane_gap};
use crate::layout::link_id;
use crate::scene::{Group, Item, Point, Stroke};
use crate::views::neurons::Weighted;

/// Edge of a rank that a connection attaches to, as an index into `Band::edges`.
#[derive(Clone, Copy)]
enum Side {
    Upper = 0,
    Lower = 1,
}

impl Layout<'_> {
    /// Connects every drawn neuron of one row to every drawn neuron of the other; a long link runs through its lane.
    pub(super) fn connections(&self, link: usize) -> Group {
        let [source, target] = self.view.links()[link].ends;
        let [from, to] = [source, target].map(|row| &self.view.rows()[row]);
        let lane = self.lane(link);
        let items = if lane.is_empty() && (from.is_neurons() || to.is_neurons()) {
            self.fan(link)
        } else {
            self.route(source, target, &lane)
        };
        let (from, to) = (&from.name, &to.name);
        Group {
            label: format!("{from} to {to}"),
            ends: Some([from, to].map(|name| format!("layer-{name}"))),
            ..Group::new(link_id(&[from, to]), "connections", items)
        }
    }

    fn fan(&self, link: usize) -> Vec<Item> {
        let [source, target] = self.view.links()[link].ends;
        let (sources, targets) = (self.sources(source, target), self.points(target));
        let (lower, upper) = (self.at_edge(source, Side::Lower, &sources), self.at_edge(target, Side::Upper, &targets));
        let from = self.meeting(source, Side::Lower, &sources, &upper);
        let to = self.meeting(target, Side::Upper, &targets, &lower);
        let bias = sources.len() - self.points(source).len();
        let stubs = [self.stubs(source, &sources, &from), self.stubs(target, &targets, &to)];
        let lines = match &self.view.links()[link].weights {
            Some(weights) => self.weighted_lines(&from[bias..], &from[..bias], &to, weights),
            None => self.lines(&from, &to),
        };
        lines.into_iter().chain(stubs.into_iter().flatten()).collect()
    }

    /// A route through the lane, with a fan between it and a row of neurons.
    fn route(&self, source: usize, target: usize, lane: &[Point]) -> Vec<Item> {
        let (mut items, mut points) = self.joined(source, Side::Lower, lane.first());
        let (fan, mut end) = self.joined(target, Side::Upper, lane.last());
        items.extend(fan);
        end.reverse();
        points.extend(lane);
        points.append(&mut end);
        // In a chain, the direction is plain.
        let arrow = !self.is_chain && !self.view.rows()[target].is_neurons();
        if let Some(last) = points.last_mut().filter(|_| arrow) {
            last.y -= self.axes.turned(self.extents[target].body)[1] / 2.0;
        }
        points.dedup();
        items.push(Item::Route { points, stroke: self.stroke(self.theme.link_width), arrow });
        items
    }

    /// The end of a route at a row: the fan between its neurons and the joint, or the points from the row's centre to
    /// the edge of its rank.
    fn joined(&self, row: usize, side: Side, joint: Option<&Point>) -> (Vec<Item>, Vec<Point>) {
        let own = self.points(row);
        match joint.filter(|_| self.view.rows()[row].is_neurons()) {
            Some(&joint) => {
                let points = self.meeting(row, side, &own, &[joint]);
                let stubs = self.stubs(row, &own, &points);
                (self.lines(&points, &[joint]).into_iter().chain(stubs).collect(), Vec::new())
            }
            None => (Vec::new(), [vec![self.centers[row]], self.at_edge(row, side, &own)].concat()),
        }
    }

    /// The points at which a link passes the ranks between its ends; it runs straight along the flow in each.
    fn lane(&self, link: usize) -> Vec<Point> {
        let [source, _] = self.view.links()[link].ends;
        let bands = &self.bands[self.rank_of[source] + 1..];
        self.passes[link].iter().zip(bands).flat_map(|(&x, band)| band.edges.map(|y| Point { x, y })).collect()
    }

    /// The points of a row that connections attach to; its shapes are drawn over them.
    fn points(&self, row: usize) -> Vec<Point> {
        let center = self.centers[row];
        self.extents[row].ends.iter().map(|x| Point { x: center.x + x, ..center }).collect()
    }

    /// The same, with the bias neuron first if it is connected to the target.
    fn sources(&self, source: usize, target: usize) -> Vec<Point> {
        let center = self.centers[source];
        let bias = self.extents[source].bias.filter(|_| self.view.has_bias_between(source, target));
        bias.map(|x| Point { x: center.x + x, ..center }).into_iter().chain(self.points(source)).collect()
    }

    /// Moves points of a row to the edge of its rank.
    fn at_edge(&self, row: usize, side: Side, points: &[Point]) -> Vec<Point> {
        let y = self.bands[self.rank_of[row]].edges[side as usize];
        points.iter().map(|&point| Point { y, ..point }).collect()
    }

    /// Ends of the lines from a row's points to points outside its rank: the row's points themselves, or at the edge of
    /// the rank if the lines would otherwise run over a caption or a neighbour.
    fn meeting(&self, row: usize, side: Side, points: &[Point], others: &[Point]) -> Vec<Point> {
        let at_edge = self.at_edge(row, side, points);
        let (center, extent) = (self.centers[row], &self.extents[row]);
        let height = (at_edge[0].y - center.y).abs();
        // How far the outermost lines reach to each side of the centre, at this distance from it along the flow.
        let reach = |distance: f64| {
            let share = distance / (others[0].y - center.y).abs();
            let x = |points: &[Point], index: usize| points[index].x - center.x;
            let [first, last] = [[0, 0], [points.len() - 1, others.len() - 1]]
                .map(|[a, b]| x(points, a) + share * (x(others, b) - x(points, a)));
            [-first, last]
        };
        let within = |[first, last]: [f64; 2], most: [f64; 2]| first <= most[0] && last <= most[1];
        let beside_text = within(reach(extent.beside), extent.asides);
        let beside_neighbours = within(reach(height), extent.across.map(|room| room + lane_gap(self.theme)));
        if beside_text && beside_neighbours { points.to_vec() } else { at_edge }
    }

    /// Segments from a row's points to the ends of its lines at the edge of its rank; `None` if they coincide.
    fn stubs(&self, row: usize, points: &[Point], meeting: &[Point]) -> Option<Item> {
        let segments: Vec<[Point; 2]> = points.iter().zip(meeting).map(|(&point, &meeting)| [point, meeting]).collect();
        let neurons = self.view.rows()[row].is_neurons();
        let stroke = self.stroke(if neurons { self.theme.edge_width } else { self.theme.link_width });
        segments.iter().any(|[a, b]| a != b).then_some(Item::Lines { segments, stroke })
    }

    /// Lines from every point of one row to every point of the other, one item per point of `from`.
    fn lines(&self, from: &[Point], to: &[Point]) -> Vec<Item> {
        let stroke = plain([from, to], self.theme);
        from.iter().map(|&a| Item::Lines { segments: to.iter().map(|&b| [a, b]).collect(), stroke }).collect()
    }

    /// The same, styled by weight. The weakest come first so that the strongest stay visible; lines with the same
    /// stroke are drawn together.
    fn weighted_lines(&self, from: &[Point], bias: &[Point], to: &[Point], weights: &Weighted) -> Vec<Item> {
        let mut looks = weighted([from, to], self.theme);
        let pairs = from.iter().chain(bias).flat_map(|&a| to.iter().map(move |&b| [a, b]));
        for (segment, &weight) in pairs.zip(&weights.values) {
            looks.add(segment, weight, weights.share(weight));
        }
        looks.into_items()
    }

    fn stroke(&self, width: f64) -> Stroke {
        Stroke { opacity: self.theme.edge_opacity, ..Stroke::solid(self.theme.edge, width) }
    }
}
