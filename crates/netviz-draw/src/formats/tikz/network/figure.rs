//! What the items of a layer's group are: a box with text, a solid, a row of neurons, or other shapes.

use super::geometry::{Rect, near};
use crate::scene::{Fill, Group, Item, Outline, Point, Shape, Text};

/// A layer as it is drawn.
pub(super) struct Figure<'a> {
    pub(super) group: &'a Group,
    pub(super) rect: Rect,
    pub(super) form: Form<'a>,
    /// Text outside its shapes.
    pub(super) notes: Vec<&'a Text>,
}

/// The form of a layer.
pub(super) enum Form<'a> {
    /// A box: its header, lines and bands.
    Card(Card<'a>),
    /// A solid, and the bands on it.
    Solid(Vec<Solid<'a>>),
    /// Neurons at equal distances.
    Neurons(Neurons<'a>),
    /// Shapes, each with the lines of text in it, and lines between them.
    Shapes(Vec<Part<'a>>, Vec<&'a Item>),
    /// No shapes.
    Other,
}

/// A box with text.
pub(super) struct Card<'a> {
    pub(super) outline: &'a Shape,
    /// The shape behind the header; `None` if it has the colour of the box.
    pub(super) header: Option<&'a Shape>,
    /// The colours of what is in it, side by side below the header.
    pub(super) stripe: Vec<&'a Shape>,
    pub(super) title: Vec<&'a Text>,
    pub(super) lines: Vec<&'a Text>,
    pub(super) bands: Vec<(&'a Group, &'a Shape, Vec<&'a Text>)>,
}

/// A box in perspective.
pub(super) struct Solid<'a> {
    pub(super) front: &'a Shape,
    pub(super) rect: Rect,
    /// How far its back is to the right.
    pub(super) depth: f64,
    pub(super) has_top: bool,
    pub(super) has_side: bool,
    /// A face that has its own gradient.
    pub(super) gradient: Option<&'a Shape>,
}

/// A row or a column of neurons.
pub(super) struct Neurons<'a> {
    /// The number of each neuron, its shape, and its text.
    pub(super) all: Vec<(&'a str, &'a Shape, Option<&'a Text>)>,
    pub(super) bias: Option<(&'a Shape, Option<&'a Text>)>,
    /// The dots for the neurons that are left out.
    pub(super) dots: Vec<&'a Shape>,
}

/// A shape and the lines of text in it.
pub(super) struct Part<'a> {
    pub(super) shape: &'a Shape,
    pub(super) texts: Vec<&'a Text>,
}

/// The layers of a scene. Bands of a box are parts of it.
pub(super) fn figures(groups: &[Group], name_size: f64) -> Vec<Figure<'_>> {
    let mut figures: Vec<Figure> = Vec::new();
    for group in groups.iter().filter(|group| group.class == "layer") {
        let shapes = shapes(group);
        if let ([shape], Some(Figure { rect, form: Form::Card(card), .. })) = (&shapes[..], figures.last_mut())
            && rect.contains(Rect::around(&shape.outline))
        {
            card.bands.push((group, shape, texts(group)));
            continue;
        }
        figures.push(figure(group, &shapes, name_size));
    }
    figures
}

fn shapes(group: &Group) -> Vec<&Shape> {
    group.items.iter().filter_map(|item| if let Item::Shape(shape) = item { Some(shape) } else { None }).collect()
}

pub(super) fn texts(group: &Group) -> Vec<&Text> {
    group.items.iter().filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect()
}

fn figure<'a>(group: &'a Group, shapes: &[&'a Shape], name_size: f64) -> Figure<'a> {
    let texts = texts(group);
    if let Some((card, rect)) = card(shapes, &texts, name_size) {
        return Figure { group, rect, form: Form::Card(card), notes: Vec::new() };
    }
    if let Some(solids) = solids(shapes) {
        return Figure { group, rect: solids[0].rect, form: Form::Solid(solids), notes: texts };
    }
    if let Some((neurons, rect, notes)) = neurons(group, shapes, &texts) {
        return Figure { group, rect, form: Form::Neurons(neurons), notes };
    }
    let Some(first) = shapes.first() else {
        let points = texts.iter().map(|text| text.at).chain([Point { x: 0.0, y: 0.0 }]);
        return Figure { group, rect: Rect::of(points.take(1)), form: Form::Other, notes: texts };
    };
    let mut parts: Vec<Part> = shapes.iter().map(|shape| Part { shape, texts: Vec::new() }).collect();
    let mut notes = Vec::new();
    for text in texts {
        let middle = Point { y: text.at.y - 0.35 * text.size, ..text.at };
        let behind = parts.iter_mut().rev().find(|part| Rect::around(&part.shape.outline).holds(middle));
        behind.map_or(&mut notes, |part| &mut part.texts).push(text);
    }
    let lines = group.items.iter().filter(|item| matches!(item, Item::Lines { .. } | Item::Route { .. })).collect();
    Figure { group, rect: Rect::around(&first.outline), form: Form::Shapes(parts, lines), notes }
}

/// A box is drawn as its fill, its header and its outline, all of the same width.
fn card<'a>(shapes: &[&'a Shape], texts: &[&'a Text], name_size: f64) -> Option<(Card<'a>, Rect)> {
    let (first, outline, header, stripe) = match shapes {
        [first, outline] => (first, outline, None, Vec::new()),
        [first, header, stripe @ .., outline] => (first, outline, Some(*header), stripe.to_vec()),
        _ => return None,
    };
    let is_card = matches!(first.outline, Outline::Rectangle { .. })
        && first.outline == outline.outline
        && outline.fill == Fill::None
        && outline.border.is_some()
        && stripe.iter().all(|part| matches!(part.outline, Outline::Rectangle { .. }));
    if !is_card {
        return None;
    }
    let rect = Rect::around(&outline.outline);
    // The header is 1.75 times as high as its text.
    let baseline = rect.min.y + (1.75 / 2.0 + 0.35) * name_size;
    let is_title = |text: &&&Text| near(text.at.y, baseline) && near(text.size, name_size);
    let title: Vec<&Text> = texts.iter().filter(is_title).copied().collect();
    let lines = texts.iter().filter(|text| !is_title(text)).copied().collect();
    Some((Card { outline: first, header, stripe, title, lines, bands: Vec::new() }, rect))
}

/// The faces of solids: the top, the side and the front of one, or the front and one more face of a band.
fn solids<'a>(shapes: &[&'a Shape]) -> Option<Vec<Solid<'a>>> {
    let mut solids: Vec<Solid> = Vec::new();
    let mut waiting: Vec<&Shape> = Vec::new();
    for &shape in shapes {
        let Outline::Polygon(points) = &shape.outline else { return None };
        let [a, b, c, d] = points[..] else { return None };
        if near(a.y, b.y) && near(b.x, c.x) && near(c.y, d.y) && near(d.x, a.x) {
            let rect = Rect::of([a, c]);
            let mut solid = Solid { front: shape, rect, depth: 0.0, has_top: false, has_side: false, gradient: None };
            waiting.drain(..).for_each(|face| solid.add(face));
            solids.push(solid);
        } else if let Some(last) = solids.last_mut() {
            last.add(shape);
        } else {
            waiting.push(shape);
        }
    }
    (waiting.is_empty() && !solids.is_empty()).then_some(solids)
}

impl<'a> Solid<'a> {
    fn add(&mut self, face: &'a Shape) {
        let around = Rect::around(&face.outline);
        if around.max.y <= self.rect.min.y + super::geometry::SAME {
            self.has_top = true;
            self.depth = around.max.x - self.rect.max.x;
        } else {
            self.has_side = true;
            self.depth = around.width();
        }
        if matches!(face.fill, Fill::Gradient(..)) {
            self.gradient = Some(face);
        }
    }
}

fn neurons<'a>(group: &Group, shapes: &[&'a Shape], texts: &[&'a Text]) -> Option<(Neurons<'a>, Rect, Vec<&'a Text>)> {
    let prefix = format!("neuron-{}.", group.id.strip_prefix("layer-")?);
    let mut neurons = Neurons { all: Vec::new(), bias: None, dots: Vec::new() };
    let mut notes = texts.to_vec();
    for &shape in shapes {
        let rect = Rect::around(&shape.outline);
        let inside = notes.iter().position(|text| rect.holds(Point { y: text.at.y - 0.36 * text.size, ..text.at }));
        match shape.id.strip_prefix(&prefix) {
            Some("bias") => neurons.bias = Some((shape, inside.map(|index| notes.remove(index)))),
            Some(number) => neurons.all.push((number, shape, inside.map(|index| notes.remove(index)))),
            None => neurons.dots.push(shape),
        }
    }
    let rect = neurons.all.iter().map(|(_, shape, _)| Rect::around(&shape.outline)).reduce(Rect::joined)?;
    Some((neurons, rect, notes))
}
