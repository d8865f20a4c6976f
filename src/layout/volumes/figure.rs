//! A volume round the origin: what is drawn of it, what it covers and where lines meet it.

use super::Pen;
use super::captions::{self, Line};
use super::scale::Scale;
use super::solid::{Area, Cuboid, DEPTH, Face, Look};
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
    front: Area,
    /// Where lines to it end and lines from it start on the axis.
    pub(super) ends: [f64; 2],
    /// Its radius, where it is a circle that lines may lead to from the side as well.
    pub(super) radius: Option<f64>,
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
/// Between a solid and a measure beside it, and between it and its caption.
const NEAR: f64 = 3.0;
const ASIDE: f64 = 8.0;

impl Figure {
    pub(super) fn of(volume: &Volume, pen: &Pen) -> Self {
        let mut figure = match volume.solids[0].form {
            Form::Joint(sign) => joint(&volume.solids[0].layer, sign, pen),
            Form::Block { .. } | Form::Bar(_) => solids(volume, pen),
        };
        if pen.direction == Direction::Right && figure.radius.is_none() {
            measures(&mut figure, volume, pen);
        }
        captions(&mut figure, volume, pen);
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

fn joint(layer: &Facts, sign: Option<&'static str>, pen: &Pen) -> Figure {
    let theme = pen.theme;
    let radius = RADIUS * theme.text_size;
    let center = Point { x: 0.0, y: 0.0 };
    let fill = paint(layer, pen);
    let mut items = vec![Look::new(fill, theme).shape(Outline::Ellipse { center, radii: [radius; 2] })];
    items.extend(sign.map(|sign| {
        let (size, color) = (1.1 * theme.text_size, theme.text_on([fill; 2]));
        let at = Point { x: 0.0, y: 0.35 * size };
        Text { text: sign.into(), at, anchor: Anchor::Middle, size, weight: Weight::Bold, color, angle: 0.0 }.into()
    }));
    let area = Area { min: Point { x: -radius, y: -radius }, max: Point { x: radius, y: radius } };
    Figure {
        groups: vec![group(layer, items)],
        solids: vec![area],
        texts: Vec::new(),
        front: area,
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
    let front = boxes[0].cuboid.front;
    Figure { groups: groups.concat(), solids, texts: Vec::new(), front, ends, radius: None }
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

/// Channels or units below the front, height and width along the slope at its right.
fn measures(figure: &mut Figure, volume: &Volume, pen: &Pen) {
    let front = figure.front;
    let middle = f64::midpoint(front.min.x, front.max.x);
    let mut below = Vec::new();
    below.extend(captions::count(volume.solids[0].form).map(|text| Line::measure(text, pen)));
    let half = below.iter().map(Line::width).fold(0.0, f64::max) / 2.0;
    let excess = (middle + half - front.max.x).max(0.0);
    let slope = DEPTH[1].atan2(DEPTH[0]);
    let (sin, cos) = slope.sin_cos();
    let mut place = 0;
    for (index, Solid { layer, .. }) in volume.solids.iter().enumerate() {
        let Some(text) = captions::extent(&layer.shape) else { continue };
        let line = Line::measure(if index == 0 { text } else { format!("→ {text}") }, pen);
        let along = NEAR + excess + f64::from(place) * line.height();
        let aside = NEAR + 0.75 * line.size + f64::from(place) * line.height();
        // The line to the next volume leaves from the middle of the side.
        if (along + line.width()) * sin - (aside - 0.75 * line.size) * cos > front.max.y - NEAR {
            below.push(line);
            continue;
        }
        let at = Point { x: front.max.x + along * cos + aside * sin, y: front.max.y - along * sin + aside * cos };
        figure.texts.push(turned(at, line.width(), line.size, [sin, cos]));
        figure.group_of(layer).items.push(line.at(at, Anchor::Start, -slope.to_degrees()));
        place += 1;
    }
    let mut y = front.max.y + NEAR;
    for line in below {
        figure.write(&volume.solids[0].layer, &line, Point { x: middle, y }, Anchor::Middle);
        y += line.height();
    }
}

/// What a line of text covers that starts at a point and goes up.
fn turned(at: Point, width: f64, size: f64, [sin, cos]: [f64; 2]) -> Area {
    let corner = |along: f64, up: f64| Point { x: at.x + along * cos - up * sin, y: at.y - along * sin - up * cos };
    Area::of([
        corner(0.0, -0.21 * size),
        corner(0.0, 0.73 * size),
        corner(width, -0.21 * size),
        corner(width, 0.73 * size),
    ])
}

impl Figure {
    fn group_of(&mut self, layer: &Facts) -> &mut Group {
        let id = super::id(&layer.name);
        self.groups.iter_mut().find(|group| group.id == id).expect("every layer has its group")
    }

    /// Writes a line whose upper edge is at a point.
    fn write(&mut self, layer: &Facts, line: &Line, at: Point, anchor: Anchor) {
        let left = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - line.width() / 2.0,
            Anchor::End => at.x - line.width(),
        };
        let max = Point { x: left + line.width(), y: at.y + line.height() };
        self.texts.push(Area { min: Point { x: left, ..at }, max });
        let baseline = Point { y: at.y + 0.8 * line.size, ..at };
        self.group_of(layer).items.push(line.at(baseline, anchor, 0.0));
    }

    fn bounds(&self) -> Area {
        Area::of(self.solids.iter().chain(&self.texts).flat_map(|area| [area.min, area.max]))
    }
}

/// The captions of the solids, one below the other: below everything, or at the right.
fn captions(figure: &mut Figure, volume: &Volume, pen: &Pen) {
    let captions: Vec<Vec<Line>> = volume.solids.iter().map(|solid| captions::caption(solid, pen)).collect();
    let height: f64 = captions.iter().flatten().map(Line::height).sum();
    let front = figure.front;
    let bounds = figure.bounds();
    let (mut at, anchor) = match pen.direction {
        Direction::Right => {
            (Point { x: f64::midpoint(front.min.x, front.max.x), y: bounds.max.y + NEAR }, Anchor::Middle)
        }
        Direction::Down => {
            let middle = f64::midpoint(bounds.min.y, bounds.max.y);
            (Point { x: bounds.max.x + ASIDE, y: middle - height / 2.0 }, Anchor::Start)
        }
    };
    for (solid, lines) in volume.solids.iter().zip(captions) {
        for line in lines {
            figure.write(&solid.layer, &line, at, anchor);
            at.y += line.height();
        }
    }
}
