//! A volume round the origin: what is drawn of it, what it covers and where lines meet it.

use super::scale::Scale;
use super::solid::{Area, Cuboid, DEPTH, Face, Look};
use super::{Pen, ports, writing};
use crate::layer::Category;
use crate::picture::Direction;
use crate::scene::{Anchor, Fill, Group, Item, Outline, Point, Text};
use crate::text::Weight;
use crate::theme::Paint;
use crate::view::facts::Facts;
use crate::view::volumes::{Form, Solid, Volume};

/// A volume, the axis along which data flows through its middle at the origin.
pub(super) struct Figure {
    /// One for each layer.
    pub(super) groups: Vec<Group>,
    /// What its solids cover, and what its texts do.
    pub(super) solids: Vec<Area>,
    pub(super) texts: Vec<Area>,
    /// The front of its first solid, which texts are lined up with.
    pub(super) front: Area,
    /// Length of the lower edge of its first solid's side.
    pub(super) slope: f64,
    /// How far the lower edge of its side that is farthest to the right is from the front's corner.
    pub(super) overhang: f64,
    /// Where lines to it end and lines from it start on the axis.
    pub(super) ends: [f64; 2],
    /// Its radius, where it is a circle that lines may lead to from the side as well.
    pub(super) radius: Option<f64>,
    /// Whether its channels are written at one edge, its height and width at another.
    pub(super) is_split: bool,
}

/// A solid in its place.
struct Boxed {
    cuboid: Cuboid,
    /// Its length without its bands.
    body: f64,
}

/// Length of a bar along the axis, that of one which holds the values of another tensor, and a bar's depth.
const BAR: f64 = 12.0;
const THIN_BAR: f64 = 6.0;
const BAR_DEPTH: f64 = 40.0;
/// Length of a solid right behind another, and of a band.
const BEHIND: f64 = 7.0;
const BAND: f64 = 5.0;
/// Of a circle's radius to the size of text.
const RADIUS: f64 = 0.8;

impl Figure {
    pub(super) fn of(volume: &Volume, pen: &Pen) -> Self {
        let mut figure = match volume.solids[0].form {
            Form::Joint(sign) => joint(&volume.solids[0], sign, pen),
            Form::Block { .. } | Form::Bar(_) => solids(volume, pen),
        };
        if pen.direction == Direction::Right && figure.radius.is_none() {
            writing::measures(&mut figure, volume, pen);
        }
        writing::captions(&mut figure, volume, pen);
        figure
    }
}

fn group(layer: &Facts, items: Vec<Item>) -> Group {
    let activation = match layer.activation {
        crate::layer::Activation::Linear => String::new(),
        activation => format!(", {}", activation.name()),
    };
    Group {
        label: format!("{} {}: {}{activation}", layer.kind, layer.name, layer.shape),
        details: layer.details(),
        ..Group::new(super::id(&layer.name), "layer", items)
    }
}

/// A circle, large enough for all lines that lead to it, and its bands round it.
fn joint(Solid { layer, bands, .. }: &Solid, sign: Option<&'static str>, pen: &Pen) -> Figure {
    let theme = pen.theme;
    let center = Point { x: 0.0, y: 0.0 };
    let circle =
        |fill: Paint, radius: f64| Look::new(fill, theme).shape(Outline::Ellipse { center, radii: [radius; 2] });
    let rings = BAND * bands.len() as f64;
    let core = (RADIUS * theme.text_size).max(ports::least_radius(layer.inputs.len(), theme) - rings);
    let radius = core + rings;
    let ring =
        |(index, band): (usize, &Facts)| group(band, vec![circle(paint(band, pen), core + BAND * (index + 1) as f64)]);
    // Those farther out are drawn first, since each covers what is within it.
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
        // Seen from above, what comes later is hidden by what came before.
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
    let mut items = faces(&solid.layer, *cuboid, pen);
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
            Form::Block { .. } if index > 0 => BEHIND,
            Form::Block { channels, .. } => Scale::channels(channels),
            Form::Bar(_) if solid.layer.category == Some(Category::Shape) => THIN_BAR,
            Form::Bar(_) | Form::Joint(_) => BAR,
        };
        let bands = solid.bands.len() + usize::from(solid.fused().is_some());
        let [across, depth] = match (solid.form, pen.direction) {
            (Form::Block { height, width, .. }, Direction::Right) => {
                [height, width].map(|size| pen.scale.spatial(size))
            }
            (Form::Block { height, width, .. }, Direction::Down) => [width, height].map(|size| pen.scale.spatial(size)),
            (Form::Bar(units), _) => [Scale::units(units), BAR_DEPTH],
            (Form::Joint(_), _) => [0.0; 2],
        };
        // Seen from above, it would be hidden if it were not moved out to the front of the one before.
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

/// The faces of a layer's box; an image that enters the network is seen on the face that data goes through.
fn faces(layer: &Facts, cuboid: Cuboid, pen: &Pen) -> Vec<Item> {
    let all = [Face::Top, Face::Side, Face::Front];
    let look = Look::new(paint(layer, pen), pen.theme);
    match (layer.category, layer.shape.as_image()) {
        (None, Some([channels, ..])) => {
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
fn paint(layer: &Facts, pen: &Pen) -> Paint {
    match (layer.category, layer.shape.as_image()) {
        (Some(category), _) => pen.theme.category(category),
        (None, Some([channels, ..])) => pen.theme.image(channels)[0],
        (None, None) => pen.theme.input,
    }
}
