//! Lays out a [`NeuronView`] as a [`Scene`]: rows of neurons and glyphs from top to bottom, with captions at the left
//! and omitted neurons at the right; or columns from left to right, with captions above.
//!
//! Everything is placed along and across the flow; [`Axes`] converts that to picture coordinates.

mod bands;
mod draw;
mod extent;
mod legend;
mod links;
mod receptive;
mod spacing;
mod strokes;

use crate::layout::axes::Axes;
use crate::layout::bracket::Bracket;
use crate::layout::frame::{Content, frame};
use crate::layout::layered::{self, Edge, Size};
use crate::picture::{Detail, Options, Picture};
use crate::scene::{Group, Point, Scene};
use crate::theme::Theme;
use crate::views::neurons::{Link, NeuronView, Role, Row};
use bands::Band;
use extent::Extent;
use spacing::Spacing;

/// Size and distance of neurons at low detail, relative to those of the theme.
const LOW: f64 = 0.6;
/// Space between the rows and a bracket.
const BESIDE: f64 = 12.0;

/// Lays out a neuron view.
pub(super) fn place(view: &NeuronView, picture: &Picture) -> Scene {
    let mut theme = spacing::adapted(view, &picture.options.theme);
    if picture.level.detail == Detail::Low {
        theme.neuron_radius *= LOW;
        theme.neuron_pitch *= LOW;
    }
    let options = Options { theme, direction: Some(picture.direction()), ..picture.options.clone() };
    let picture = Picture::new(picture.graph, picture.weights, picture.view, &options).at(picture.level);
    let mut content = Layout::new(view, Axes(picture.direction()), picture.level.detail, &options.theme).content();
    if let Some(fields) = view.receptive() {
        receptive::add(&mut content, fields, &options.theme);
    }
    content.legend = legend::entries(view, &picture);
    frame(content, &picture)
}

/// Positions of the rows of a view: `x` across the flow and `y` along it.
struct Layout<'a> {
    view: &'a NeuronView,
    theme: &'a Theme,
    axes: Axes,
    extents: Vec<Extent>,
    /// The centre of each row.
    centers: Vec<Point>,
    bands: Vec<Band>,
    /// Whether each row has the one before it as its only input.
    is_chain: bool,
    rank_of: Vec<usize>,
    /// For each link, the x at which it passes each rank between its ends.
    passes: Vec<Vec<f64>>,
    size: [f64; 2],
}

impl<'a> Layout<'a> {
    fn new(view: &'a NeuronView, axes: Axes, detail: Detail, theme: &'a Theme) -> Self {
        let most = spacing::most(view);
        let extent = |row: &Row| Extent::of(row, Spacing::of(row.points(), most, theme), axes, detail, theme);
        let extents: Vec<Extent> = view.rows().iter().map(extent).collect();
        let sizes: Vec<Size> =
            extents.iter().map(|extent| Size { left: extent.across[0], right: extent.across[1] }).collect();
        let fans = |row: usize| view.rows()[row].is_neurons();
        let edge = |&Link { ends: [source, target], .. }: &Link| Edge {
            source,
            target,
            upright: fans(source) || fans(target),
        };
        let edges: Vec<Edge> = view.links().iter().map(edge).collect();
        let names = view.rows().iter().enumerate().map(|(index, row)| (row.name.as_str(), index));
        let branches = theme.branches_of(names);
        let placed = layered::place(&sizes, &edges, [theme.node_gap, lane_gap(theme)], &branches);
        let last = placed.x.iter().zip(&extents).map(|(x, extent)| x + extent.across[1]);
        let last = last.chain(placed.passes.iter().flatten().copied()).fold(0.0, f64::max);
        let bands = bands::bands(view, theme, &extents, &placed);
        let is_chain = view.links().iter().enumerate().all(|(index, link)| link.ends == [index, index + 1]);
        let centers = placed.x.iter().zip(&placed.ranks).map(|(&x, &rank)| Point { x, y: bands[rank].center });
        Self {
            view,
            theme,
            axes,
            centers: centers.collect(),
            extents,
            is_chain,
            rank_of: placed.ranks,
            passes: placed.passes,
            size: [last, bands.last().map_or(0.0, |band| band.edges[1])],
            bands,
        }
    }

    /// The brackets of the groups beside all rows, outer ones beside inner ones; the size grows by theirs.
    fn brackets(&self, size: &mut [f64; 2]) -> Vec<Group> {
        let direction = self.axes.0;
        let base = size[0];
        let mut groups = Vec::new();
        // Start and end along the flow, and the end across it.
        let mut placed: Vec<([f64; 2], f64)> = Vec::new();
        for super::Bracket { fold, rows: [first, last] } in self.view.brackets().iter().rev() {
            let along = |row: usize| {
                let Extent { along: [before, after], .. } = self.extents[row];
                [self.centers[row].y - before, self.centers[row].y + after]
            };
            let along = (*first..=*last).map(along).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
            let bracket = Bracket { lines: fold.lines(), along: along.unwrap_or_default() };
            let (along, space) = bracket.extent(direction, self.theme);
            let meets = |other: &[f64; 2]| other[0] < along[1] && along[0] < other[1];
            let beside = placed.iter().filter(|(other, _)| meets(other)).map(|(_, end)| *end);
            let at = beside.fold(base, f64::max) + BESIDE;
            let items = bracket.draw(direction, at, self.theme);
            placed.push((along, at + space));
            size[0] = size[0].max(at + space);
            let id = format!("bracket-{}", fold.name);
            groups.push(Group { label: fold.description(), ..Group::new(id, "bracket", items) });
        }
        groups
    }

    fn content(&self) -> Content {
        let mut links: Vec<Group> = (0..self.view.links().len()).map(|link| self.connections(link)).collect();
        for item in links.iter_mut().flat_map(|group| &mut group.items) {
            self.axes.turn_lines(item);
        }
        let rows = (0..self.view.rows().len()).map(|row| self.row(row));
        let mut size = self.size;
        let brackets = self.brackets(&mut size);
        let size = self.axes.turned(size);
        // A column has its title above it, with the captions at its left; other pictures have it in their middle.
        let is_column = self.axes.is_down() && self.centers.windows(2).all(|pair| (pair[0].x - pair[1].x).abs() < 1.0);
        let over = |center: &Point| if is_column { center.x } else { size[0] / 2.0 };
        Content {
            size,
            axis: self.centers.first().map_or(0.0, over),
            description: self.view.description().to_owned(),
            groups: links.into_iter().chain(rows).chain(brackets).collect(),
            folds: Vec::new(),
            relayout: None,
            is_aside: false,
            legend: Vec::new(),
        }
    }

    fn row(&self, index: usize) -> Group {
        let row = &self.view.rows()[index];
        let drawing = draw::Drawing {
            row,
            extent: &self.extents[index],
            center: self.axes.point(self.centers[index]),
            axes: self.axes,
            theme: self.theme,
            numbered: self.view.is_weighted(),
        };
        Group {
            label: label(row),
            details: row.details.clone(),
            mark: row.mark,
            ..Group::new(format!("layer-{}", row.name), "layer", drawing.items())
        }
    }
}

/// Minimum distance between a long link and the rows that it passes.
fn lane_gap(theme: &Theme) -> f64 {
    theme.node_gap / 2.0
}

/// Description of a row in words.
fn label(row: &Row) -> String {
    let role = match row.role {
        Role::Input => "input layer",
        Role::Hidden => "layer",
        Role::Output => "output layer",
    };
    let omitted = match row.omitted() {
        0 => String::new(),
        omitted => format!(", {} not drawn", netviz_model::text::thousands(omitted)),
    };
    let lines: Vec<String> =
        row.caption.iter().filter(|line| **line != row.name).map(|line| line.replace(" · ", ", ")).collect();
    format!("{role} {}: {}{omitted}", row.name, lines.join(", "))
}
