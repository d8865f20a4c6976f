//! A [`NeuronView`] into a [`Scene`]: rows of neurons and glyphs from top to bottom, captions at their
//! left, the neurons left out at their right.

mod draw;
mod extent;

use super::layered::{self, Size};
use crate::scene::{Anchor, Group, Item, Point, Scene, Stroke};
use crate::text::{Weight, shortened, width};
use crate::theme::Theme;
use crate::view::neurons::{NeuronView, Role, Row};
use extent::Extent;

/// Places a view.
pub fn neurons(view: &NeuronView, theme: &Theme) -> Scene {
    Layout::new(view, theme).scene()
}

/// Where the rows of a view are.
struct Layout<'a> {
    view: &'a NeuronView,
    theme: &'a Theme,
    extents: Vec<Extent>,
    /// The centre of each row.
    centers: Vec<Point>,
    /// The upper and the lower edge of each rank.
    ranks: Vec<[f64; 2]>,
    rank_of: Vec<usize>,
    /// For each link, the x at which it passes each rank on its way.
    passes: Vec<Vec<f64>>,
    size: [f64; 2],
    title_y: f64,
}

impl<'a> Layout<'a> {
    fn new(view: &'a NeuronView, theme: &'a Theme) -> Self {
        let extents: Vec<Extent> = view.rows.iter().map(|row| Extent::of(row, theme)).collect();
        let sizes: Vec<Size> = extents.iter().map(|extent| Size { left: extent.left, right: extent.right }).collect();
        let placed = layered::place(&sizes, &view.links, theme.node_gap, theme.node_gap / 2.0);
        let right = placed.x.iter().zip(&extents).map(|(x, extent)| x + extent.right);
        let passing = placed.passes.iter().flatten().copied();
        let right = right.chain(passing).fold(0.0, f64::max);
        let title_y = theme.margin + theme.title_size;
        let ranks = ranks(view, theme, &extents, &placed.ranks, title_y + theme.title_size);
        let centers = placed.x.iter().zip(&placed.ranks);
        let centers = centers
            .map(|(&x, &rank)| Point { x: theme.margin + x, y: f64::midpoint(ranks[rank][0], ranks[rank][1]) })
            .collect();
        let bottom = ranks.last().map_or(title_y, |rank| rank[1]);
        Self {
            view,
            theme,
            extents,
            centers,
            rank_of: placed.ranks,
            passes: placed.passes.into_iter().map(|xs| xs.into_iter().map(|x| theme.margin + x).collect()).collect(),
            size: [right + 2.0 * theme.margin, bottom + theme.margin],
            ranks,
            title_y,
        }
    }

    fn scene(&self) -> Scene {
        let mut groups = vec![self.title()];
        groups.extend((0..self.view.links.len()).map(|link| self.connections(link)));
        groups.extend((0..self.view.rows.len()).map(|row| self.row(row)));
        Scene {
            width: self.size[0],
            height: self.size[1],
            title: self.view.title.clone(),
            description: self.view.description.clone(),
            background: self.theme.background,
            groups,
        }
    }

    /// The title over the middle of the input, moved where it would leave the picture.
    fn title(&self) -> Group {
        let size = self.theme.title_size;
        let room = self.size[0] - 2.0 * self.theme.margin;
        let text = shortened(&self.view.title, size, Weight::Bold, room);
        let half = width(&text, size, Weight::Bold) / 2.0;
        let (first, last) = (self.theme.margin + half, self.size[0] - self.theme.margin - half);
        let middle = self.centers.first().map_or(last, |center| center.x);
        let x = middle.min(last).max(first);
        let at = Point { x, y: self.title_y };
        let item = Item::Text { text, at, anchor: Anchor::Middle, size, weight: Weight::Bold, color: self.theme.text };
        Group { id: "title".into(), class: "title", label: String::new(), items: vec![item] }
    }

    /// Every drawn neuron of one row to every one of the other; a long link runs through its lanes.
    fn connections(&self, link: usize) -> Group {
        let [source, target] = self.view.links[link];
        let (rows, theme) = (&self.view.rows, self.theme);
        let thin = Stroke { color: theme.edge, width: theme.edge_width, opacity: theme.edge_opacity };
        let thick = Stroke { width: theme.link_width, ..thin };
        let fans = rows[source].is_neurons() || rows[target].is_neurons();
        let passes = &self.passes[link];
        let items = if fans && passes.is_empty() {
            vec![fan(&self.ends(source), &self.ends(target), thin)]
        } else {
            let points = self.route(source, target, passes);
            let mut items = Vec::new();
            if rows[source].is_neurons() {
                items.push(fan(&self.ends(source), &points[..1], thin));
            }
            if rows[target].is_neurons() {
                items.push(fan(&points[points.len() - 1..], &self.ends(target), thin));
            }
            items.push(Item::Route { points, stroke: thick });
            items
        };
        let (from, to) = (&rows[source].name, &rows[target].name);
        Group { id: format!("link-{from}.{to}"), class: "connections", label: format!("{from} to {to}"), items }
    }

    /// The points where connections of a row start and end; its shapes are drawn over them.
    fn ends(&self, row: usize) -> Vec<Point> {
        self.extents[row].ends.iter().map(|x| Point { x: self.centers[row].x + x, ..self.centers[row] }).collect()
    }

    /// Straight down inside a rank, slanting only between ranks, so that no box is crossed.
    fn route(&self, source: usize, target: usize, passes: &[f64]) -> Vec<Point> {
        let (from, to) = (self.centers[source], self.centers[target]);
        let [start, end] = [self.ranks[self.rank_of[source]], self.ranks[self.rank_of[target]]];
        let first = if self.view.rows[source].is_neurons() { start[1] } else { from.y };
        let last = if self.view.rows[target].is_neurons() { end[0] } else { to.y };
        let mut points = vec![Point { x: from.x, y: first }, Point { x: from.x, y: start[1] }];
        for (step, &x) in passes.iter().enumerate() {
            let [top, bottom] = self.ranks[self.rank_of[source] + 1 + step];
            points.extend([Point { x, y: top }, Point { x, y: bottom }]);
        }
        points.extend([Point { x: to.x, y: end[0] }, Point { x: to.x, y: last }]);
        points.dedup();
        points
    }

    fn row(&self, index: usize) -> Group {
        let row = &self.view.rows[index];
        let mut items = draw::body(row, &self.extents[index], self.centers[index], self.theme);
        items.extend(draw::caption(&self.extents[index], self.centers[index], self.theme));
        Group { id: format!("layer-{}", row.name), class: "layer", label: label(row), items }
    }
}

/// The upper and the lower edge of each rank.
fn ranks(view: &NeuronView, theme: &Theme, extents: &[Extent], rank_of: &[usize], top: f64) -> Vec<[f64; 2]> {
    let count = rank_of.iter().max().map_or(0, |rank| rank + 1);
    let mut heights = vec![0.0_f64; count];
    for (extent, &rank) in extents.iter().zip(rank_of) {
        heights[rank] = heights[rank].max(extent.height);
    }
    let mut gaps = vec![theme.rank_gap; count];
    for &[source, target] in &view.links {
        let gap = match (view.rows[source].is_neurons(), view.rows[target].is_neurons()) {
            (true, true) => theme.dense_gap,
            (true, false) | (false, true) => theme.fan_gap,
            (false, false) => theme.rank_gap,
        };
        gaps[rank_of[source]] = gaps[rank_of[source]].max(gap);
        gaps[rank_of[target] - 1] = gaps[rank_of[target] - 1].max(gap);
    }
    let mut y = top;
    heights
        .iter()
        .zip(gaps)
        .map(|(height, gap)| {
            let rank = [y, y + height];
            y += height + gap;
            rank
        })
        .collect()
}

fn fan(from: &[Point], to: &[Point], stroke: Stroke) -> Item {
    let segments = from.iter().flat_map(|&a| to.iter().map(move |&b| [a, b])).collect();
    Item::Lines { segments, stroke }
}

/// What a row is, in words.
fn label(row: &Row) -> String {
    let role = match row.role {
        Role::Input => "input layer",
        Role::Hidden => "layer",
        Role::Output => "output layer",
    };
    let omitted = match row.omitted() {
        0 => String::new(),
        omitted => format!(", {} not drawn", crate::text::thousands(omitted)),
    };
    format!("{role} {}: {}{omitted}", row.name, row.facts.join(", "))
}
