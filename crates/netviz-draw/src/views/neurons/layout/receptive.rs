//! The images that neurons respond to, in rows below the network.

use crate::font::Weight;
use crate::layout::frame::Content;
use crate::scene::{Anchor, Group, Item, Outline, Point, Raster, Shape, Stroke, Text};
use crate::theme::{Color, Theme};
use crate::views::neurons::{Fields, Receptive};
use netviz_model::text::thousands;

/// Height of an image.
const HEIGHT: f64 = 84.0;
/// Maximum ratio of an image's width to its height, and of its height to its width.
const WIDEST: f64 = 3.0;
/// Space between two images.
const GAP: f64 = 16.0;
/// Space between the network and the heading.
const ABOVE: f64 = 36.0;

/// Adds the images to a picture.
pub(crate) fn add(content: &mut Content, fields: &Fields, theme: &Theme) {
    let [channels, height, width] = fields.shape;
    let tile = [(HEIGHT * (channels * width) as f64 / height as f64).clamp(HEIGHT / WIDEST, HEIGHT * WIDEST), HEIGHT];
    let pitch = tile[0] + GAP;
    let room = content.size[0].max(5.0 * pitch);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width of a picture over a tile's")]
    let most_columns = (((room + GAP) / pitch) as usize).max(1);
    let rows = fields.neurons.len().div_ceil(most_columns).max(1);
    let columns = fields.neurons.len().div_ceil(rows);
    let row_height = HEIGHT + 1.6 * theme.text_size + GAP;
    let grid = columns as f64 * pitch - GAP;
    let wide = content.size[0].max(grid);
    let top = content.size[1] + ABOVE;
    let left = (wide - grid) / 2.0;
    let heading = format!(
        "What {} of the {} neurons of {} respond to, the strongest first; each image on its own scale",
        fields.neurons.len(),
        thousands(fields.total),
        fields.layer
    );
    let first_row = top + 2.2 * theme.text_size;
    let mut items = Vec::new();
    for (index, field) in fields.neurons.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        let corner = Point { x: left + column as f64 * pitch, y: first_row + row as f64 * row_height };
        items.extend(image(field, fields.shape, corner, tile, theme));
    }
    let shift = (wide - content.size[0]) / 2.0;
    content.groups.iter_mut().flat_map(|group| &mut group.items).for_each(|item| item.shift(shift, 0.0));
    content.axis += shift;
    items.insert(0, text(heading.clone(), Point { x: wide / 2.0, y: top + theme.text_size }, theme));
    let group = Group { label: heading, ..Group::new(format!("receptive-{}", fields.layer), "receptive", items) };
    content.groups.push(group);
    content.size = [wide, first_row + rows as f64 * row_height - GAP];
}

/// An image with a frame, and the neuron's number below it.
fn image(field: &Receptive, shape: [usize; 3], corner: Point, size: [f64; 2], theme: &Theme) -> [Item; 3] {
    let below = Point { x: corner.x + size[0] / 2.0, y: corner.y + size[1] + 1.2 * theme.text_size };
    let frame = Shape::new(Outline::Rectangle { corner, size, radius: 0.0 }, crate::scene::Fill::None);
    [
        Item::Raster(Raster { corner, size, columns: shape[0] * shape[2], pixels: pixels(field, shape, theme) }),
        frame.bordered(Stroke::solid(theme.outline, 1.0)).into(),
        text(field.neuron.to_string(), below, theme),
    ]
}

/// The channels side by side. A weight of 0 has the background colour, and the largest weight the full colour of its
/// sign.
fn pixels(field: &Receptive, [channels, height, width]: [usize; 3], theme: &Theme) -> Vec<Color> {
    let amounts = field.weights.iter().map(|weight| weight.abs()).filter(|amount| amount.is_finite());
    let largest = amounts.fold(f32::MIN_POSITIVE, f32::max);
    let color = |weight: f32| {
        let share = (weight.abs() / largest).min(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let share = if share.is_nan() { 0 } else { (share * 255.0) as u8 };
        let full = if weight > 0.0 { theme.positive } else { theme.negative };
        theme.background.light.toward(full.light, share)
    };
    let places =
        (0..height).flat_map(|y| (0..channels).flat_map(move |channel| (0..width).map(move |x| (channel, y, x))));
    places.map(|(channel, y, x)| color(field.weights[(channel * height + y) * width + x])).collect()
}

fn text(text: String, at: Point, theme: &Theme) -> Item {
    let (size, color) = (theme.text_size, theme.muted);
    Text { text, at, anchor: Anchor::Middle, size, weight: Weight::Regular, color, angle: 0.0 }.into()
}
