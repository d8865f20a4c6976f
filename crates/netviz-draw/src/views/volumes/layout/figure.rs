//! A volume around the origin: its items, its bounding boxes and where lines meet it.

use super::solid::{Area, Cuboid, DEPTH, Face, Look};
use super::{Pen, ports};
use crate::font::Weight;
use crate::picture::Direction;
use crate::properties::LayerProperties;
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Text};
use crate::theme::Paint;
use crate::views::volumes::{Solid, SolidShape, Volume};
use netviz_model::category::{self, Category};

/// A volume whose middle, on the axis along which data flows, is at the origin.
pub(super) struct Figure {
    /// One group per layer.
    pub(super) groups: Vec<Group>,
    /// Bounding boxes of its solids, and of its texts.
    pub(super) solids: Vec<Area>,
    pub(super) texts: Vec<Area>,
    /// The front of its first solid, which texts are aligned with.
    pub(super) front: Area,
    /// Length of the lower edge of the first solid's side.
    pub(super) slope: f64,
    /// Maximum distance from the lower right corner of `front` to the lower edge of a solid's side.
    pub(super) overhang: f64,
    /// Positions on the axis where incoming lines end and outgoing lines start.
    pub(super) ends: [f64; 2],
    /// Its radius if it is a circle, which lines may also enter from the side.
    pub(super) radius: Option<f64>,
    /// Whether its channels are written at one edge, its height and width at another.
    pub(super) is_split: bool,
}

/// The box of a solid.
struct Boxed {
    cuboid: Cuboid,
    /// Its length without the bands.
    body: f64,
}

/// Length of a bar along the axis, length of a bar that only reshapes another tensor, and depth of a bar.
const BAR: f64 = 12.0;
const THIN_BAR: f64 = 6.0;
const BAR_DEPTH: f64 = 40.0;
/// Length of a solid directly after another, and of a band.
const BEHIND: f64 = 7.0;
const BAND: f64 = 5.0;
/// Ratio of a circle's radius to the text size.
const RADIUS: f64 = 0.8;

impl Figure {
    /// The figure without its texts.
    pub(super) fn of(volume: &Volume, pen: &Pen) -> Self {
        match volume.solids[0].form {
            SolidShape::Joint(sign) => joint(&volume.solids[0], sign, pen),
            SolidShape::Block { .. } | SolidShape::Bar(_) => solids(volume, pen),
        }
    }
}

fn group(layer: &LayerProperties, items: Vec<Item>) -> Group {
    let activation = match layer.activation {
        netviz_model::layer::Activation::Linear => String::new(),
        activation => format!(", {}", activation.name()),
    };
    Group {
        label: format!("{} {}: {}{activation}", layer.kind, layer.name, layer.output_shapes()),
        details: layer.details(),
        mark: layer.mark,
        ..Group::new(super::id(&layer.name), "layer", items)
    }
}

/// A circle large enough for all lines that lead to it, with its bands as rings around it.
fn joint(Solid { layer, bands, .. }: &Solid, sign: Option<&'static str>, pen: &Pen) -> Figure {
    let theme = pen.theme;
    let center = Point { x: 0.0, y: 0.0 };
    let circle =
        |fill: Paint, radius: f64| Look::new(fill, theme).shape(Outline::Ellipse { center, radii: [radius; 2] });
    let rings = BAND * bands.len() as f64;
    let core = (RADIUS * theme.text_size).max(ports::least_radius(layer.inputs.len(), theme) - rings);
    let radius = core + rings;
    let ring = |(index, band): (usize, &LayerProperties)| {
        group(band, vec![circle(paint(band, pen), core + BAND * (index + 1) as f64)])
    };
    // Outer rings are drawn first, since each covers everything within it.
    let mut groups: Vec<Group> = bands.iter().enumerate().map(ring).rev().collect();
    let fill = paint(layer, pen);
    let mut items = vec![circle(fill, core)];
    items.extend(sign.map(|sign| {
        let (size, color) = (1.1 * theme.text_size, theme.text_on([fill; 2]));
        let at = Point { x: 0.0, y: 0.35 * size };
        Text { text: sign.into(), at, anchor: Anchor::Middle, size, weight: Weight::Bold, color, angle: 0.0 }.into()
    }));
    groups.push(group(layer, items));
    let area = Area { min: Point { x: -radius, y: -radius }, max: Point { x: radius, y: radius } };
    Figure {
        groups,
        solids: vec![area],
        texts: Vec::new(),
        front: area,
        slope: 0.0,
        overhang: 0.0,
        is_split: false,
        ends: [-radius, radius],
        radius: Some(radius),
    }
}

fn solids(volume: &Volume, pen: &Pen) -> Figure {
    let boxes = boxes(volume, pen);
    let mut groups: Vec<Vec<Group>> =
        volume.solids.iter().zip(&boxes).map(|(solid, it)| layers(solid, it, pen)).collect();
    if pen.direction == Direction::Down {
        // Seen from above, earlier solids hide later ones.
        groups.reverse();
    }
    let ends = [boxes[0].cuboid.ends(pen.direction)[0], boxes[boxes.len() - 1].cuboid.ends(pen.direction)[1]];
    let solids = boxes.iter().map(|it| it.cuboid.area()).collect();
    let Cuboid { front, depth } = boxes[0].cuboid;
    let slope = depth[0].hypot(depth[1]);
    let overhang = boxes.iter().map(|it| it.cuboid.beyond(front.max)).fold(0.0, f64::max);
    Figure {
        groups: groups.concat(),
        solids,
        texts: Vec::new(),
        front,
        slope,
        overhang,
        ends,
        radius: None,
        is_split: false,
    }
}

/// A solid and its bands.
fn layers(solid: &Solid, Boxed { cuboid, body }: &Boxed, pen: &Pen) -> Vec<Group> {
    let mut at = *body;
    let mut stripe = |paint: Paint| {
        at += BAND;
        let part = cuboid.part(pen.direction, [at - BAND, at]);
        Look::new(paint, pen.theme).faces(part, &Face::round(pen.direction))
    };
    let mut items = match &solid.closed {
        Some(_) => Look::new(paint(&solid.layer, pen), pen.theme).faces(*cuboid, &[Face::Top, Face::Side, Face::Front]),
        None => faces(&solid.layer, *cuboid, pen),
    };
    if solid.fused().is_some() {
        items.extend(stripe(pen.theme.category(Category::Activation)));
    }
    let bands = solid.bands.iter().map(|band| group(band, stripe(paint(band, pen)))).collect();
    [vec![group(&solid.layer, items)], bands].concat()
}

/// The boxes of a volume.
fn boxes(volume: &Volume, pen: &Pen) -> Vec<Boxed> {
    let mut end = 0.0;
    let mut last_depth = 0.0_f64;
    let lengths = volume.solids.iter().enumerate().map(|(index, solid)| {
        let body = match solid.form {
            SolidShape::Block { .. } if index > 0 => BEHIND,
            SolidShape::Block { channels, .. } => pen.scale.channels(channels),
            SolidShape::Bar(_) if solid.layer.category.map(Category::form) == Some(category::VolumeStyle::Thin) => {
                THIN_BAR
            }
            SolidShape::Bar(_) | SolidShape::Joint(_) => BAR,
        };
        let bands = solid.bands.len() + usize::from(solid.fused().is_some());
        let [across, depth] = match (solid.form, pen.direction) {
            (SolidShape::Block { height, width, .. }, Direction::Right) => {
                [height, width].map(|size| pen.scale.spatial(size))
            }
            (SolidShape::Block { height, width, .. }, Direction::Down) => {
                [width, height].map(|size| pen.scale.spatial(size))
            }
            (SolidShape::Bar(units), _) => [pen.scale.units(units), BAR_DEPTH],
            (SolidShape::Joint(_), _) => [0.0; 2],
        };
        // Seen from above, a solid would be hidden unless it is moved out to the front of the previous one.
        let hidden =
            if pen.direction == Direction::Down { DEPTH[1] * (last_depth - depth).max(0.0) / 2.0 } else { 0.0 };
        last_depth = depth;
        let start = end + hidden;
        end = start + body + bands as f64 * BAND;
        (body, [start, end], [across, depth])
    });
    let lengths: Vec<_> = lengths.collect();
    let middle = end / 2.0;
    let cuboid = |(body, along, [across, depth]): (f64, [f64; 2], [f64; 2])| Boxed {
        cuboid: Cuboid::new(pen.direction, along.map(|place| place - middle), across, depth),
        body,
    };
    lengths.into_iter().map(cuboid).collect()
}

/// The faces of a layer's box. An input image is drawn on the face that data goes through.
fn faces(layer: &LayerProperties, cuboid: Cuboid, pen: &Pen) -> Vec<Item> {
    let all = [Face::Top, Face::Side, Face::Front];
    let look = Look::new(paint(layer, pen), pen.theme);
    match layer.ty().image() {
        Some([channels, ..]) if layer.is_input() => {
            let [from, to] = pen.theme.image(channels);
            let across = Face::across(pen.direction);
            let face = |&face: &Face| match face {
                face if face == across && from != to => look.face(cuboid, face, Fill::Gradient(from, to)),
                face => look.faces(cuboid, &[face]).remove(0),
            };
            all.iter().map(face).collect()
        }
        _ => look.faces(cuboid, &all),
    }
}

/// A layer's colour.
fn paint(layer: &LayerProperties, pen: &Pen) -> Paint {
    pen.theme.layer(layer).unwrap_or_else(|| match layer.ty().image() {
        _ if !layer.is_input() => pen.theme.muted,
        Some([channels, ..]) => pen.theme.image(channels)[0],
        None => pen.theme.input,
    })
}
