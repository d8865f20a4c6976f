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

use crate::layout::axes::Axes;
use crate::layout::bracket::Bracket;
use crate::layout::frame::{Content, frame};
use crate::layout::layered;
use crate::layout::legend::{Entry, Swatch};
use crate::layout::link_id;
use crate::layout::place::Place;
use crate::layout::wrap::{Extent, Route, Things, wrap};
use crate::picture::{Direction, Picture};
use crate::properties::LayerProperties;
use crate::scene::{Group, Scene};
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
        scale: Scale::of(view, picture.level.detail),
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
    let axes = Axes(pen.direction);
    // Everything across and along the flow.
    let mut extents: Vec<Extent> =
        figures.iter().zip(&places.at).map(|(figure, at)| extent(figure, *at, axes)).collect();
    let mut routes: Vec<Vec<[f64; 2]>> =
        (0..view.links().len()).map(|link| links::route(link, view, &figures, &places)).collect();
    let brackets = brackets(view, &mut extents, &routes, pen);
    let (low, high) = bounds(&extents, &routes);
    for extent in &mut extents {
        extent.across = extent.across.map(|end| end - low[0]);
        extent.along = extent.along.map(|end| end - low[1]);
    }
    for point in routes.iter_mut().flatten() {
        *point = [point[0] - low[0], point[1] - low[1]];
    }
    let mut size = [high[0] - low[0], high[1] - low[1]];
    let mut shifts = vec![[-low[0], -low[1]]; extents.len()];
    let legend = legend(view, &figures, pen);
    let place = pen.picture.options.page.map(|page| Place::of(&page, pen.picture, &legend));
    let ends: Vec<[usize; 2]> = view.links().iter().map(|link| link.volumes).collect();
    let turns: Vec<bool> = (0..extents.len()).map(|extent| extent < figures.len()).collect();
    let things = Things { extents: &extents, routes: &routes, ends: &ends, turns: &turns };
    let wrapped = place.and_then(|place| wrap(&things, size, pen.picture.level.cuts, place, axes));
    let is_aside = wrapped.as_ref().is_some_and(|wrapped| wrapped.is_aside);
    let mut lines: Vec<Route> = routes.iter().cloned().map(Route::from).collect();
    if let Some(wrapped) = wrapped {
        (size, lines) = (wrapped.size, wrapped.routes);
        for (shift, more) in shifts.iter_mut().zip(wrapped.shifts) {
            *shift = [shift[0] + more[0], shift[1] + more[1]];
        }
        // Lines attach to the other sides of what data runs back through.
        let end = |figure: usize, side: usize| places.at[figure][0] + shifts[figure][1] + figures[figure].ends[side];
        for (line, &[source, target]) in lines.iter_mut().zip(&ends) {
            let Some(corners) = line.pieces.first_mut() else { continue };
            if wrapped.back[source]
                && let [first, ..] = &mut corners[..]
            {
                first[1] = end(source, 0);
            }
            if wrapped.back[target]
                && let [.., before, last] = &mut corners[..]
                && (before[0] - last[0]).abs() < 0.5
            {
                last[1] = end(target, 1);
            }
        }
    }
    let mut groups = Vec::new();
    for ((figure, &[along, across]), shift) in figures.iter_mut().zip(&places.at).zip(&shifts) {
        let [x, y] = axes.turned([across + shift[0], along + shift[1]]);
        for mut group in figure.groups.drain(..) {
            group.items.iter_mut().for_each(|item| item.shift(x, y));
            groups.push(group);
        }
    }
    for (mut group, shift) in brackets.into_iter().zip(&shifts[figures.len()..]) {
        let [x, y] = axes.turned(*shift);
        group.items.iter_mut().for_each(|item| item.shift(x, y));
        groups.push(group);
    }
    for (link, line) in lines.iter().enumerate() {
        groups.push(links::connection(link, line, view, axes, pen));
    }
    let size = axes.turned(size);
    Content {
        size,
        axis: size[0] / 2.0,
        description: view.description().to_owned(),
        groups,
        folds: Vec::new(),
        relayout: None,
        is_aside,
        legend,
    }
}

/// The extent of a figure, whose middle is at a position along the flow and across it.
fn extent(figure: &Figure, [along, across]: [f64; 2], axes: Axes) -> Extent {
    let Area { min, max } = Area::of(figure.solids.iter().chain(&figure.texts).flat_map(|area| [area.min, area.max]));
    let (low, high) = (axes.turned([min.x, min.y]), axes.turned([max.x, max.y]));
    Extent { across: [across + low[0], across + high[0]], along: [along + low[1], along + high[1]], tail: 0.0 }
}

/// The least and the largest positions across and along the flow.
fn bounds(extents: &[Extent], routes: &[Vec<[f64; 2]>]) -> ([f64; 2], [f64; 2]) {
    let corners = extents.iter().flat_map(|Extent { across, along, .. }| [0, 1].map(|end| [across[end], along[end]]));
    let bounds = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    corners.chain(routes.iter().flatten().copied()).fold(bounds, |(low, high), point| {
        ([low[0].min(point[0]), low[1].min(point[1])], [high[0].max(point[0]), high[1].max(point[1])])
    })
}

/// Space between a bracket and what it stands below, or at the right of.
const BESIDE: f64 = 8.0;

/// The brackets of the groups, the outermost first; their extents are added to those of the figures.
fn brackets(view: &VolumeView, extents: &mut Vec<Extent>, routes: &[Vec<[f64; 2]>], pen: &Pen) -> Vec<Group> {
    let figures = extents.len();
    let mut groups = Vec::new();
    // Inner ones are nearer.
    for crate::views::volumes::Bracket { fold, volumes: [first, last] } in view.brackets().iter().rev() {
        let within = &extents[*first..=*last];
        let along = within.iter().map(|extent| extent.along).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        let bracket = Bracket { lines: fold.lines(), along: along.unwrap_or_default() };
        let (along, space) = bracket.extent(pen.direction, pen.theme);
        let meets = |other: &[f64; 2]| other[0] < along[1] && along[0] < other[1];
        let below = extents.iter().filter(|extent| meets(&extent.along)).map(|extent| extent.across[1]);
        let passing = routes.iter().flat_map(|route| route.windows(2)).filter(|pair| meets(&[pair[0][1], pair[1][1]]));
        let passing = passing.flat_map(|pair| [pair[0][0], pair[1][0]]);
        let at = below.chain(passing).fold(f64::NEG_INFINITY, f64::max) + BESIDE;
        let items = bracket.draw(pen.direction, at, pen.theme);
        groups.push(Group {
            label: fold.description(),
            ..Group::new(format!("bracket-{}", fold.name), "bracket", items)
        });
        extents.push(Extent { across: [at, at + space], along, tail: 0.0 });
    }
    debug_assert_eq!(extents.len(), figures + groups.len());
    groups
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
