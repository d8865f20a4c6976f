//! The glyphs of layers that are not dense, and the input image.

use super::super::extent::{MAPS_GAP, MAPS_PADDING, line_height};
use super::Drawing;
use crate::font::Weight;
use crate::layout::bordered;
use crate::scene::{Anchor, Fill, Item, Outline, Point, Shape, Stroke, Text};
use crate::theme::{Paint, Theme};
use crate::views::neurons::{Image, maps_lines};
use netviz_model::layer::{Glyph, Outline as GlyphOutline};

/// The input as an image.
pub(super) fn image(image: Image, Drawing { extent, center, theme, .. }: &Drawing) -> Vec<Item> {
    let [left, right] = theme.image(image.shape[0]);
    let fill = if left == right { Fill::Plain(left) } else { Fill::Gradient(left, right) };
    let color = theme.text_on([left, right]);
    let mut items = vec![bordered(rectangle(*center, extent.body, 4.0, fill), theme).into()];
    items.extend(centered(&image.lines(), *center, color, theme));
    items
}

/// A layer's own glyph.
pub(super) fn glyph(glyph: &Glyph, drawing: &Drawing) -> Vec<Item> {
    match glyph {
        Glyph::Neurons => Vec::new(),
        Glyph::Outline { outline, lines } => outlined(*outline, lines, drawing),
        Glyph::FeatureMaps { lines, maps } => feature_maps(lines, *maps, drawing),
    }
}

fn outlined(outline: GlyphOutline, lines: &[String], drawing: &Drawing) -> Vec<Item> {
    let (center, theme, fill) = (drawing.center, drawing.theme, drawing.fill());
    let [width, height] = drawing.extent.body;
    let (half, corner) = ([width / 2.0, height / 2.0], width.min(height) * 0.29);
    let at = |x: f64, y: f64| Point { x: center.x + x, y: center.y + y };
    let ellipse = Outline::Ellipse { center, radii: half };
    let (outline, text_center) = match outline {
        GlyphOutline::Ellipse | GlyphOutline::Circle => (ellipse, center),
        GlyphOutline::Rectangle => (rectangle(center, drawing.extent.body, 6.0, fill.into()).outline, center),
        GlyphOutline::Triangle if drawing.axes.is_down() => {
            let corners = vec![at(-half[0], -half[1]), at(half[0], -half[1]), at(0.0, half[1])];
            (Outline::Polygon(corners), at(0.0, -height / 4.0))
        }
        GlyphOutline::Triangle => {
            let corners = vec![at(-half[0], -half[1]), at(half[0], 0.0), at(-half[0], half[1])];
            (Outline::Polygon(corners), at(-width / 6.0, 0.0))
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
    let mut items = vec![bordered(Shape::new(outline, fill), theme).into()];
    items.extend(centered(lines, text_center, theme.text_on([fill; 2]), theme));
    items
}

/// Two squares side by side on the layer's colour: the operation, and its feature maps.
fn feature_maps(lines: &[String], maps: usize, drawing: &Drawing) -> Vec<Item> {
    let Drawing { extent, center, theme, .. } = *drawing;
    let [operation, result] = extent.squares;
    let left = center.x - extent.body[0] / 2.0 + MAPS_PADDING;
    let first = Point { x: left + operation / 2.0, ..center };
    let second = Point { x: left + operation + MAPS_GAP + result / 2.0, ..center };
    let joint = [Point { x: left + operation, ..center }, Point { x: left + operation + MAPS_GAP, ..center }];
    let stroke = Stroke::solid(theme.text, theme.link_width);
    let mut items = vec![
        bordered(rectangle(center, extent.body, 6.0, drawing.fill().into()), theme).into(),
        Item::Lines { segments: vec![joint], stroke },
        rectangle(first, [operation; 2], 2.0, theme.background.into()).into(),
        rectangle(second, [result; 2], 2.0, theme.background.into()).into(),
    ];
    items.extend(centered(lines, first, theme.text, theme));
    items.extend(centered(&maps_lines(maps), second, theme.text, theme));
    items
}

fn rectangle(center: Point, size: [f64; 2], radius: f64, fill: Fill) -> Shape {
    let corner = Point { x: center.x - size[0] / 2.0, y: center.y - size[1] / 2.0 };
    Shape::new(Outline::Rectangle { corner, size, radius }, fill)
}

/// Lines of text around a centre.
fn centered(lines: &[String], center: Point, color: Paint, theme: &Theme) -> Vec<Item> {
    let height = line_height(theme);
    let first = center.y - (lines.len() as f64 - 1.0) / 2.0 * height;
    let line = |(index, text): (usize, &String)| {
        Item::Text(Text {
            text: text.clone(),
            // The middle of digits and lowercase letters is about a third of the font size above the baseline.
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
