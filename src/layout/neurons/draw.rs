//! The items of a row.

use super::extent::{ASIDE, Extent, MAPS_GAP, MAPS_PADDING, dot_pitch, line_height};
use crate::layer::{Glyph, Outline as GlyphOutline};
use crate::scene::{Anchor, Fill, Item, Outline, Point, Shape, Stroke, Text};
use crate::text::Weight;
use crate::theme::{Paint, Theme};
use crate::view::neurons::{Body, Image, Role, Row, maps_lines};

/// What is drawn of a layer, with the neurons left out at its right.
pub(super) fn body(row: &Row, extent: &Extent, center: Point, theme: &Theme) -> Vec<Item> {
    match &row.body {
        Body::Neurons { .. } => neurons(row, extent, center, theme),
        Body::Image(image) => picture(*image, extent, center, theme),
        Body::Glyph { glyph, category } => {
            let fill = theme.category(*category);
            match glyph {
                Glyph::Neurons => Vec::new(),
                Glyph::Outline { outline, lines } => outlined(*outline, lines, extent, center, fill, theme),
                Glyph::FeatureMaps { lines, maps } => feature_maps(lines, *maps, extent, center, fill, theme),
            }
        }
    }
}

/// The name and the facts, their right edges lined up.
pub(super) fn caption(extent: &Extent, center: Point, theme: &Theme) -> Vec<Item> {
    let x = center.x - extent.caption_edge;
    let line = |text: &str, y: f64, size: f64, weight: Weight, color: Paint| {
        Item::Text(Text {
            text: text.to_owned(),
            at: Point { x, y },
            anchor: Anchor::End,
            size,
            weight,
            color,
            angle: 0.0,
        })
    };
    vec![
        line(&extent.name, center.y - 0.15 * theme.name_size, theme.name_size, Weight::Bold, theme.text),
        line(&extent.facts, center.y + 1.1 * theme.text_size, theme.text_size, Weight::Regular, theme.muted),
    ]
}

fn neurons(row: &Row, extent: &Extent, center: Point, theme: &Theme) -> Vec<Item> {
    let fill = match row.role {
        Role::Input => theme.input,
        Role::Hidden => theme.hidden,
        Role::Output => theme.output,
    };
    let circle = |x: f64, radius: f64| {
        Shape::new(Outline::Ellipse { center: Point { x: center.x + x, y: center.y }, radii: [radius; 2] }, fill)
    };
    let neuron = |(index, &x): (usize, &f64)| {
        Shape { id: format!("neuron-{}.{index}", row.name), ..circle(x, theme.neuron_radius) }.into()
    };
    let mut items: Vec<Item> = extent.ends.iter().enumerate().map(neuron).collect();
    if !extent.omitted.is_empty() {
        let first = extent.body[0] / 2.0 + ASIDE;
        let pitch = dot_pitch(theme);
        items.extend((0..3).map(|dot| circle(first + f64::from(dot) * pitch, theme.neuron_radius * 0.15).into()));
        items.push(Item::Text(Text {
            text: extent.omitted.clone(),
            at: Point { x: center.x + first + 2.0 * pitch + ASIDE, y: center.y + 0.36 * theme.name_size },
            anchor: Anchor::Start,
            size: theme.name_size,
            weight: Weight::Regular,
            color: theme.text,
            angle: 0.0,
        }));
    }
    items
}

fn picture(image: Image, extent: &Extent, center: Point, theme: &Theme) -> Vec<Item> {
    let [left, right] = theme.image(image.shape[0]);
    let fill = if left == right { Fill::Plain(left) } else { Fill::Gradient(left, right) };
    let color = theme.text_on([left, right]);
    let mut items = vec![rectangle(center, extent.body, 4.0, fill)];
    items.extend(centered(&image.lines(), center, color, theme));
    items
}

fn outlined(
    outline: GlyphOutline,
    lines: &[String],
    extent: &Extent,
    center: Point,
    fill: Paint,
    theme: &Theme,
) -> Vec<Item> {
    let [width, height] = extent.body;
    let (half, corner) = ([width / 2.0, height / 2.0], width.min(height) * 0.29);
    let at = |x: f64, y: f64| Point { x: center.x + x, y: center.y + y };
    let ellipse = Outline::Ellipse { center, radii: half };
    let (outline, text_center) = match outline {
        GlyphOutline::Ellipse | GlyphOutline::Circle => (ellipse, center),
        GlyphOutline::Rectangle => return boxed(lines, extent, center, fill, theme),
        GlyphOutline::InvertedTriangle => {
            let corners = vec![at(-half[0], -half[1]), at(half[0], -half[1]), at(0.0, half[1])];
            (Outline::Polygon(corners), at(0.0, -height / 4.0))
        }
        GlyphOutline::Octagon => {
            let (x, y) = (half[0], half[1]);
            let (inner_x, inner_y) = (x - corner, y - corner);
            let corners = [
                (-inner_x, -y),
                (inner_x, -y),
                (x, -inner_y),
                (x, inner_y),
                (inner_x, y),
                (-inner_x, y),
                (-x, inner_y),
                (-x, -inner_y),
            ];
            (Outline::Polygon(corners.into_iter().map(|(x, y)| at(x, y)).collect()), center)
        }
    };
    let mut items = vec![Shape::new(outline, fill).into()];
    items.extend(centered(lines, text_center, theme.text_on([fill; 2]), theme));
    items
}

fn boxed(lines: &[String], extent: &Extent, center: Point, fill: Paint, theme: &Theme) -> Vec<Item> {
    let mut items = vec![rectangle(center, extent.body, 6.0, Fill::Plain(fill))];
    items.extend(centered(lines, center, theme.text_on([fill; 2]), theme));
    items
}

/// Two squares side by side on the category's colour: the operation, and its feature maps.
fn feature_maps(
    lines: &[String],
    maps: usize,
    extent: &Extent,
    center: Point,
    fill: Paint,
    theme: &Theme,
) -> Vec<Item> {
    let [operation, result] = extent.squares;
    let left = center.x - extent.body[0] / 2.0 + MAPS_PADDING;
    let first = Point { x: left + operation / 2.0, ..center };
    let second = Point { x: left + operation + MAPS_GAP + result / 2.0, ..center };
    let joint = [Point { x: left + operation, ..center }, Point { x: left + operation + MAPS_GAP, ..center }];
    let stroke = Stroke::solid(theme.text, theme.link_width);
    let mut items = vec![
        rectangle(center, extent.body, 6.0, Fill::Plain(fill)),
        Item::Lines { segments: vec![joint], stroke },
        rectangle(first, [operation; 2], 2.0, Fill::Plain(theme.background)),
        rectangle(second, [result; 2], 2.0, Fill::Plain(theme.background)),
    ];
    items.extend(centered(lines, first, theme.text, theme));
    items.extend(centered(&maps_lines(maps), second, theme.text, theme));
    items
}

fn rectangle(center: Point, size: [f64; 2], radius: f64, fill: Fill) -> Item {
    let corner = Point { x: center.x - size[0] / 2.0, y: center.y - size[1] / 2.0 };
    Shape::new(Outline::Rectangle { corner, size, radius }, fill).into()
}

/// Lines of text round a centre.
fn centered(lines: &[String], center: Point, color: Paint, theme: &Theme) -> Vec<Item> {
    let height = line_height(theme);
    let first = center.y - (lines.len() as f64 - 1.0) / 2.0 * height;
    let line = |(index, text): (usize, &String)| {
        Item::Text(Text {
            text: text.clone(),
            // The middle of a line of digits and small letters is a third of the size above its baseline.
            at: Point { x: center.x, y: first + index as f64 * height + 0.35 * theme.text_size },
            anchor: Anchor::Middle,
            size: theme.text_size,
            weight: Weight::Regular,
            color,
            angle: 0.0,
        })
    };
    lines.iter().enumerate().map(line).collect()
}
