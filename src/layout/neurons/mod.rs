//! A [`NeuronView`] into a [`Scene`]: rows of neurons and glyphs from top to bottom, captions at their
//! left, the neurons left out at their right.

mod bands;
mod draw;
mod extent;
mod links;

use super::frame::{Content, frame};
use super::layered::{self, Edge, Size};
use crate::picture::Picture;
use crate::scene::{Group, Point, Scene};
use crate::theme::Theme;
use crate::view::neurons::{NeuronView, Role, Row};
use extent::Extent;

/// Places a view.
pub fn neurons(view: &NeuronView, picture: &Picture) -> Scene {
    frame(Layout::new(view, &picture.options.theme).content(), picture)
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
        let bands = bands::bands(view, theme, &extents, &placed);
        let centers = placed.x.iter().zip(&placed.ranks);
        let centers =
            centers.map(|(&x, &rank)| Point { x, y: f64::midpoint(bands[rank][0], bands[rank][1]) }).collect();
        let bottom = bands.last().map_or(0.0, |band| band[1]);
        Self {
            view,
            theme,
            extents,
            centers,
            rank_of: placed.ranks,
            passes: placed.passes,
            size: [right, bottom],
            bands,
        }
    }

    fn content(&self) -> Content {
        let links = (0..self.view.links().len()).map(|link| self.connections(link));
        let rows = (0..self.view.rows().len()).map(|row| self.row(row));
        Content {
            size: self.size,
            axis: self.centers.first().map_or(0.0, |center| center.x),
            description: self.view.description().to_owned(),
            groups: links.chain(rows).collect(),
            folds: Vec::new(),
            legend: Vec::new(),
        }
    }

    fn row(&self, index: usize) -> Group {
        let row = &self.view.rows()[index];
        let mut items = draw::body(row, &self.extents[index], self.centers[index], self.theme);
        items.extend(draw::caption(&self.extents[index], self.centers[index], self.theme));
        Group { label: label(row), ..Group::new(format!("layer-{}", row.name), "layer", items) }
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
