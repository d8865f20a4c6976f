//! Lays out a [`VolumeView`] as a [`Scene`]: solids along the axis on which data flows, branches side by side, captions
//! below or at the right, and connections that pass beside the solids between their ends.

mod captions;
mod figure;
mod links;
mod place;
mod ports;
mod scale;
mod solid;
mod writing;

use crate::layout::frame::{Content, frame};
use crate::layout::layered;
use crate::layout::legend::{Entry, Swatch};
use crate::layout::link_id;
use crate::picture::{Direction, Picture};
use crate::properties::LayerProperties;
use crate::scene::{Group, Point, Scene};
use crate::theme::Theme;
use crate::views::volumes::{Solid, SolidShape, Volume, VolumeView};
use figure::Figure;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::layer::{Activation, Category};
use place::Places;
use scale::Scale;
use solid::Area;

/// Lays out a volume view.
///
/// # Errors
/// If its lines would pass more than two million solids in total.
pub(super) fn place(view: &VolumeView, picture: &Picture) -> Result<Scene, Diagnostic> {
    let edges = view.links().iter().map(|link| link.volumes);
    layered::check(picture.graph.name(), view.volumes().len(), edges)?;
    let pen = Pen {
        picture,
        theme: &picture.options.theme,
        direction: picture.direction(),
        scale: Scale::of(view),
        names_functions: functions(view).len() > 1,
    };
    Ok(frame(content(view, &pen), picture))
}

/// Context for drawing a volume.
struct Pen<'a> {
    picture: &'a Picture<'a>,
    theme: &'a Theme,
    direction: Direction,
    scale: Scale,
    /// Whether there are several activation functions, so that captions name them; their bands have one colour.
    names_functions: bool,
}

fn figure(volume: &Volume, pen: &Pen) -> Figure {
    let mut figure = Figure::of(volume, pen);
    writing::write(&mut figure, volume, pen);
    figure
}

fn content(view: &VolumeView, pen: &Pen) -> Content {
    let mut figures: Vec<Figure> = view.volumes().iter().map(|volume| figure(volume, pen)).collect();
    let places = Places::of(view, &figures, pen);
    let mut groups = Vec::new();
    let mut points = Vec::new();
    for (figure, &[along, across]) in figures.iter_mut().zip(&places.at) {
        let Point { x, y } = point(pen.direction, along, across);
        for mut group in figure.groups.drain(..) {
            group.items.iter_mut().for_each(|item| item.shift(x, y));
            groups.push(group);
        }
        let corners = figure.solids.iter().chain(&figure.texts).flat_map(|area| [area.min, area.max]);
        points.extend(corners.map(|corner| Point { x: corner.x + x, y: corner.y + y }));
    }
    for link in 0..view.links().len() {
        let (group, route) = links::connection(link, view, &figures, &places, pen);
        groups.push(group);
        points.extend(route);
    }
    let Area { min, max } = Area::of(points);
    for item in groups.iter_mut().flat_map(|group| &mut group.items) {
        item.shift(-min.x, -min.y);
    }
    let size = [max.x - min.x, max.y - min.y];
    let axis = match pen.direction {
        Direction::Right => size[0] / 2.0,
        Direction::Down => places.at[0][1] - min.x,
    };
    Content {
        size,
        axis,
        description: view.description().to_owned(),
        groups,
        folds: Vec::new(),
        legend: legend(view, &figures, pen),
    }
}

/// The point with these coordinates along and across the flow.
fn point(direction: Direction, along: f64, across: f64) -> Point {
    match direction {
        Direction::Right => Point { x: along, y: across },
        Direction::Down => Point { x: across, y: along },
    }
}

fn solids(view: &VolumeView) -> impl Iterator<Item = &Solid> {
    view.volumes().iter().flat_map(|volume| &volume.solids)
}

/// Names of the activation functions that occur, in the order of the layers.
fn functions(view: &VolumeView) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for name in solids(view).flat_map(Solid::activations).map(Activation::name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Entries for the colours that occur, and a remark on how sizes are written.
fn legend(view: &VolumeView, figures: &[Figure], pen: &Pen) -> Vec<Entry> {
    let layers: Vec<&LayerProperties> = solids(view).flat_map(Solid::layers).collect();
    let functions = functions(view).join(", ");
    let occurs = |category: Category| {
        let fused = category == Category::Activation && !functions.is_empty();
        fused || layers.iter().any(|layer| layer.category == Some(category))
    };
    let entry = |category: Category| Entry {
        swatch: Swatch::Square(pen.theme.category(category)),
        label: if category == Category::Activation && !functions.is_empty() {
            format!("{} ({functions})", category.name())
        } else {
            category.name().to_owned()
        },
    };
    let mut entries: Vec<Entry> = Category::ALL.into_iter().filter(|&category| occurs(category)).map(entry).collect();
    let is_block = |volume: &Volume| matches!(volume.solids[0].form, SolidShape::Block { .. });
    let blocks = figures.iter().zip(view.volumes()).filter(|(_, volume)| is_block(volume));
    let split: Vec<bool> = blocks.map(|(figure, _)| figure.is_split).collect();
    let sizes = match (split.contains(&true), split.contains(&false)) {
        (true, false) => "channels below, height × width along the edge; ",
        (true, true) => "channels × height × width, the last two along the edge where they fit; ",
        (false, true) => "channels × height × width; ",
        (false, false) => "",
    };
    entries.push(Entry { swatch: Swatch::None, label: format!("{sizes}sizes are not to scale") });
    entries
}

/// The id of a layer's group.
fn id(layer: &str) -> String {
    format!("layer-{layer}")
}

/// A group of connections.
fn connections(from: &str, to: &str, items: Vec<crate::scene::Item>) -> Group {
    Group {
        label: format!("{from} to {to}"),
        ends: Some([id(from), id(to)]),
        ..Group::new(link_id(&[from, to]), "connections", items)
    }
}
