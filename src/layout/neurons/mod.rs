//! A [`NeuronView`] into a [`Scene`]: rows of neurons and glyphs from top to bottom, captions at their
//! left, the neurons left out at their right.

mod bands;
mod draw;
mod extent;
mod links;

use super::layered::{self, Edge, Size};
use crate::scene::{Anchor, Group, Item, Point, Scene};
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
    bands: Vec<[f64; 2]>,
    rank_of: Vec<usize>,
    /// For each link, the x at which it passes each rank on its way.
    passes: Vec<Vec<f64>>,
    size: [f64; 2],
    title_y: f64,
}

impl<'a> Layout<'a> {
    fn new(view: &'a NeuronView, theme: &'a Theme) -> Self {
        let extents: Vec<Extent> = view.rows().iter().map(|row| Extent::of(row, theme)).collect();
        let sizes: Vec<Size> = extents.iter().map(|extent| Size { left: extent.left, right: extent.right }).collect();
        let fans = |row: usize| view.rows()[row].is_neurons();
        let edges: Vec<Edge> = view
            .links()
            .iter()
            .map(|&[source, target]| Edge { source, target, upright: fans(source) || fans(target) })
            .collect();
        let placed = layered::place(&sizes, &edges, theme.node_gap, lane_gap(theme));
        let right = placed.x.iter().zip(&extents).map(|(x, extent)| x + extent.right);
        let passing = placed.passes.iter().flatten().copied();
        let right = right.chain(passing).fold(0.0, f64::max);
        let title_y = theme.margin + theme.title_size;
        let bands = bands::bands(view, theme, &extents, &placed, title_y + theme.title_size);
        let centers = placed.x.iter().zip(&placed.ranks);
        let centers = centers
            .map(|(&x, &rank)| Point { x: theme.margin + x, y: f64::midpoint(bands[rank][0], bands[rank][1]) })
            .collect();
        let bottom = bands.last().map_or(title_y, |band| band[1]);
        Self {
            view,
            theme,
            extents,
            centers,
            rank_of: placed.ranks,
            passes: placed.passes.into_iter().map(|xs| xs.into_iter().map(|x| theme.margin + x).collect()).collect(),
            size: [right + 2.0 * theme.margin, bottom + theme.margin],
            bands,
            title_y,
        }
    }

    fn scene(&self) -> Scene {
        let mut groups = vec![self.title()];
        groups.extend((0..self.view.links().len()).map(|link| self.connections(link)));
        groups.extend((0..self.view.rows().len()).map(|row| self.row(row)));
        Scene {
            width: self.size[0],
            height: self.size[1],
            title: self.view.title().to_owned(),
            description: self.view.description().to_owned(),
            background: self.theme.background,
            groups,
        }
    }

    /// The title over the middle of the input, moved where it would leave the picture.
    fn title(&self) -> Group {
        let size = self.theme.title_size;
        let room = self.size[0] - 2.0 * self.theme.margin;
        let text = shortened(self.view.title(), size, Weight::Bold, room);
        let half = width(&text, size, Weight::Bold) / 2.0;
        let (first, last) = (self.theme.margin + half, self.size[0] - self.theme.margin - half);
        let middle = self.centers.first().map_or(last, |center| center.x);
        let x = middle.min(last).max(first);
        let at = Point { x, y: self.title_y };
        let item = Item::Text { text, at, anchor: Anchor::Middle, size, weight: Weight::Bold, color: self.theme.text };
        Group { id: "title".into(), class: "title", label: String::new(), items: vec![item] }
    }

    fn row(&self, index: usize) -> Group {
        let row = &self.view.rows()[index];
        let mut items = draw::body(row, &self.extents[index], self.centers[index], self.theme);
        items.extend(draw::caption(&self.extents[index], self.centers[index], self.theme));
        Group { id: format!("layer-{}", row.name), class: "layer", label: label(row), items }
    }
}

/// The least distance between a long link and what it passes.
fn lane_gap(theme: &Theme) -> f64 {
    theme.node_gap / 2.0
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
