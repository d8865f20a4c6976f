//! The connections: fans between neighbouring ranks, and routes through the ranks between.
//!
//! Lines slant only between ranks, so that none runs over a layer or its caption.

use super::extent::caption_height;
use super::{Layout, lane_gap};
use crate::scene::{Group, Item, Point, Stroke};

/// Which edge of a rank a connection is at: the index in its pair of edges.
#[derive(Clone, Copy)]
enum Side {
    Upper = 0,
    Lower = 1,
}

impl Layout<'_> {
    /// Every drawn neuron of one row to every one of the other; a long link runs through its lane.
    pub(super) fn connections(&self, link: usize) -> Group {
        let [source, target] = self.view.links()[link];
        let [from, to] = [source, target].map(|row| &self.view.rows()[row]);
        let lane = self.lane(link);
        let items = if lane.is_empty() && (from.is_neurons() || to.is_neurons()) {
            self.fan(source, target)
        } else {
            self.route(source, target, &lane)
        };
        let (from, to) = (&from.name, &to.name);
        Group {
            label: format!("{from} to {to}"),
            ends: Some([from, to].map(|name| format!("layer-{name}"))),
            ..Group::new(format!("link-{from}.{to}"), "connections", items)
        }
    }

    fn fan(&self, source: usize, target: usize) -> Vec<Item> {
        let (lower, upper) = (self.at_edge(source, Side::Lower), self.at_edge(target, Side::Upper));
        let from = self.meeting(source, Side::Lower, &upper);
        let to = self.meeting(target, Side::Upper, &lower);
        let stubs = [self.stubs(source, &from), self.stubs(target, &to)];
        self.lines(&from, &to).into_iter().chain(stubs.into_iter().flatten()).collect()
    }

    /// A route through the lane, with a fan between it and a row of neurons.
    fn route(&self, source: usize, target: usize, lane: &[Point]) -> Vec<Item> {
        let (mut items, mut points) = self.joined(source, Side::Lower, lane.first());
        let (fan, mut end) = self.joined(target, Side::Upper, lane.last());
        items.extend(fan);
        end.reverse();
        points.extend(lane);
        points.append(&mut end);
        points.dedup();
        items.push(Item::Route { points, stroke: self.stroke(self.theme.link_width), arrow: false });
        items
    }

    /// The end of a route at a row: the fan between its neurons and the joint, or the points on its way
    /// from the row's centre.
    fn joined(&self, row: usize, side: Side, joint: Option<&Point>) -> (Vec<Item>, Vec<Point>) {
        match joint.filter(|_| self.view.rows()[row].is_neurons()) {
            Some(&joint) => {
                let points = self.meeting(row, side, &[joint]);
                let stubs = self.stubs(row, &points);
                (self.lines(&points, &[joint]).into_iter().chain(stubs).collect(), Vec::new())
            }
            None => (Vec::new(), [vec![self.centers[row]], self.at_edge(row, side)].concat()),
        }
    }

    /// Where a link passes the ranks between its ends: straight down in each.
    fn lane(&self, link: usize) -> Vec<Point> {
        let [source, _] = self.view.links()[link];
        let bands = &self.bands[self.rank_of[source] + 1..];
        self.passes[link].iter().zip(bands).flat_map(|(&x, band)| band.map(|y| Point { x, y })).collect()
    }

    /// The points of a row that connections lead to; its shapes are drawn over them.
    fn points(&self, row: usize) -> Vec<Point> {
        self.extents[row].ends.iter().map(|x| Point { x: self.centers[row].x + x, ..self.centers[row] }).collect()
    }

    /// The same points at the edge of the row's rank.
    fn at_edge(&self, row: usize, side: Side) -> Vec<Point> {
        let y = self.bands[self.rank_of[row]][side as usize];
        self.points(row).into_iter().map(|point| Point { y, ..point }).collect()
    }

    /// Where lines to points outside the rank meet a row: in its centres, or at the edge of the rank where
    /// they would otherwise run over a caption or over a neighbour.
    fn meeting(&self, row: usize, side: Side, others: &[Point]) -> Vec<Point> {
        let (points, at_edge) = (self.points(row), self.at_edge(row, side));
        let (center, extent) = (self.centers[row], &self.extents[row]);
        let height = (at_edge[0].y - center.y).abs();
        // How far to each side of the centre the outermost lines are at a distance from it.
        let reach = |distance: f64| {
            let share = distance / (others[0].y - center.y).abs();
            let x = |points: &[Point], index: usize| points[index].x - center.x;
            let [first, last] = [[0, 0], [points.len() - 1, others.len() - 1]]
                .map(|[a, b]| x(&points, a) + share * (x(others, b) - x(&points, a)));
            [-first, last]
        };
        let within = |[left, right]: [f64; 2], most: [f64; 2]| left <= most[0] && right <= most[1];
        let beside_caption = within(reach(caption_height(self.theme) / 2.0), [extent.caption_edge; 2]);
        let beside_neighbours =
            within(reach(height), [extent.left, extent.right].map(|room| room + lane_gap(self.theme)));
        if beside_caption && beside_neighbours { points } else { at_edge }
    }

    /// From the row's centres to where lines meet it at the edge of its rank.
    fn stubs(&self, row: usize, meeting: &[Point]) -> Option<Item> {
        let segments: Vec<[Point; 2]> =
            self.points(row).into_iter().zip(meeting).map(|(point, &meeting)| [point, meeting]).collect();
        let neurons = self.view.rows()[row].is_neurons();
        let stroke = self.stroke(if neurons { self.theme.edge_width } else { self.theme.link_width });
        segments.iter().any(|[a, b]| a != b).then_some(Item::Lines { segments, stroke })
    }

    /// Every point of one row to every one of the other, those from one point together.
    fn lines(&self, from: &[Point], to: &[Point]) -> Vec<Item> {
        let stroke = self.stroke(self.theme.edge_width);
        from.iter().map(|&a| Item::Lines { segments: to.iter().map(|&b| [a, b]).collect(), stroke }).collect()
    }

    fn stroke(&self, width: f64) -> Stroke {
        Stroke { opacity: self.theme.edge_opacity, ..Stroke::solid(self.theme.edge, width) }
    }
}
