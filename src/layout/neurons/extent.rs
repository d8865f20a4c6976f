//! How much room a row takes.

use super::spacing::Spacing;
use crate::layer::{Glyph, Outline};
use crate::layout::axes::Axes;
use crate::text::{Weight, shortened, thousands, width};
use crate::theme::Theme;
use crate::view::neurons::{Body, Row, maps_lines};

/// The room of a row round its centre.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extent {
    /// Width and height of what is drawn of the layer.
    pub(super) body: [f64; 2],
    /// Where each neuron is across the flow, from the centre; for a glyph, its centre.
    pub(super) ends: Vec<f64>,
    /// The same of the bias neuron, where there is one.
    pub(super) bias: Option<f64>,
    /// Radius of its neurons.
    pub(super) radius: f64,
    /// Room before and behind the centre, across the flow.
    pub(super) across: [f64; 2],
    /// Room before and behind the centre, along the flow.
    pub(super) along: [f64; 2],
    /// How far the caption, or the count of what is left out, reaches to each side along the flow.
    pub(super) beside: f64,
    /// Distances of the caption and of the first dot from the centre, across the flow.
    pub(super) asides: [f64; 2],
    /// The caption as it is drawn, its heading first.
    pub(super) caption: Vec<String>,
    /// The neurons left out as they are drawn; empty where there are none.
    pub(super) omitted: String,
    /// The classes as they are drawn.
    pub(super) classes: Vec<String>,
    /// Widths of the squares of feature maps: the operation's, and that of the maps.
    pub(super) squares: [f64; 2],
}

/// Room between a body and the text beside it.
pub(super) const ASIDE: f64 = 16.0;
/// Room between a text and the outline round it.
const PADDING: f64 = 10.0;
/// Between the two squares of feature maps, and round them.
pub(super) const MAPS_GAP: f64 = 18.0;
pub(super) const MAPS_PADDING: f64 = 10.0;
/// The widest caption, beside a row and over a column, in sizes of its text.
const CAPTION: [f64; 2] = [20.0, 14.0];
/// Room between a neuron and the name of its class.
pub(super) const CLASS_GAP: f64 = 8.0;
/// The widest name of a class beside a column, in sizes of its text.
const CLASS: f64 = 13.0;

impl Extent {
    /// `spacing` is how neurons stand, which are not always as far apart as the theme has it.
    pub(super) fn of(row: &Row, spacing: Spacing, axes: Axes, theme: &Theme) -> Self {
        let Spacing { pitch, radius } = spacing;
        let ends = ends(row.points(), pitch);
        let (body, squares) = body_size(&row.body, spacing, axes, theme);
        let [body_across, body_along] = axes.turned(body);
        let caption = caption(row, axes, theme);
        let omitted = match row.omitted() {
            0 => String::new(),
            omitted => format!("+{}", thousands(omitted)),
        };
        let classes = classes(row, pitch, axes, theme);
        let first = if row.is_neurons() { ends[0] - pitch } else { -body_across / 2.0 - ASIDE - radius };
        let bias = row.bias.then_some(first);
        let start = bias.map_or(body_across / 2.0, |bias| radius - bias);
        let asides = [start + ASIDE, body_across / 2.0 + ASIDE];
        let caption_size = axes.turned([caption_width(&caption, theme), caption_height(&caption, theme)]);
        let omitted_size = axes.turned([omitted_width(&omitted, theme), line_height(theme)]);
        let behind = if omitted.is_empty() { 0.0 } else { dots_length(theme) + omitted_size[0] };
        let half = (body_along / 2.0).max(caption_size[1] / 2.0);
        let class_room = class_room(&classes, axes, theme);
        Self {
            body,
            ends,
            bias,
            radius,
            across: [asides[0] + caption_size[0], body_across / 2.0 + behind],
            along: [half, half.max(body_along / 2.0 + class_room)],
            beside: caption_size[1].max(if omitted.is_empty() { 0.0 } else { omitted_size[1] }) / 2.0,
            asides,
            caption,
            omitted,
            classes,
            squares,
        }
    }

    /// Where connections lead to, bias neuron first where there is one.
    pub(super) fn sources(&self) -> Vec<f64> {
        self.bias.into_iter().chain(self.ends.iter().copied()).collect()
    }
}

fn caption(row: &Row, axes: Axes, theme: &Theme) -> Vec<String> {
    let most = theme.text_size * if axes.is_down() { CAPTION[0] } else { CAPTION[1] };
    let line = |(index, text): (usize, &String)| {
        let (size, weight) = caption_style(index, theme);
        shortened(text, size, weight, most)
    };
    row.caption.iter().enumerate().map(line).collect()
}

/// Size and weight of a line of a caption.
pub(super) fn caption_style(line: usize, theme: &Theme) -> (f64, Weight) {
    if line == 0 { (theme.name_size, Weight::Bold) } else { (theme.text_size, Weight::Regular) }
}

fn caption_width(caption: &[String], theme: &Theme) -> f64 {
    let width = |(index, text): (usize, &String)| {
        let (size, weight) = caption_style(index, theme);
        width(text, size, weight)
    };
    caption.iter().enumerate().map(width).fold(0.0, f64::max)
}

/// Height of a caption.
pub(super) fn caption_height(caption: &[String], theme: &Theme) -> f64 {
    match caption.len() {
        0 => 0.0,
        lines => theme.name_size * 1.2 + (lines - 1) as f64 * line_height(theme),
    }
}

fn classes(row: &Row, pitch: f64, axes: Axes, theme: &Theme) -> Vec<String> {
    let most = if axes.is_down() { pitch - 4.0 } else { CLASS * theme.text_size };
    row.classes.iter().map(|name| shortened(name, theme.text_size, Weight::Regular, most)).collect()
}

fn class_room(classes: &[String], axes: Axes, theme: &Theme) -> f64 {
    if classes.is_empty() {
        return 0.0;
    }
    let widest = classes.iter().map(|name| width(name, theme.text_size, Weight::Regular)).fold(0.0, f64::max);
    CLASS_GAP + if axes.is_down() { theme.text_size } else { widest }
}

fn omitted_width(omitted: &str, theme: &Theme) -> f64 {
    width(omitted, theme.name_size, Weight::Regular)
}

/// The three dots that stand for neurons left out, with the room at both their ends.
pub(super) fn dots_length(theme: &Theme) -> f64 {
    ASIDE + 2.0 * dot_pitch(theme) + ASIDE
}

/// Distance between the dots.
pub(super) fn dot_pitch(theme: &Theme) -> f64 {
    theme.neuron_radius * 0.6
}

pub(super) fn line_height(theme: &Theme) -> f64 {
    theme.text_size * 1.3
}

fn ends(points: usize, pitch: f64) -> Vec<f64> {
    let middle = (points as f64 - 1.0) / 2.0;
    (0..points).map(|index| (index as f64 - middle) * pitch).collect()
}

/// Width and height of a body, and the squares of feature maps.
fn body_size(body: &Body, spacing: Spacing, axes: Axes, theme: &Theme) -> ([f64; 2], [f64; 2]) {
    let text = |lines: &[String]| text_size(lines, theme);
    let size = match body {
        Body::Neurons { shown, .. } => {
            let diameter = 2.0 * spacing.radius;
            axes.turned([(shown.len() as f64 - 1.0) * spacing.pitch + diameter, diameter])
        }
        Body::Image(image) => square(text(&image.lines())),
        Body::Glyph { glyph: Glyph::Outline { outline, lines }, .. } => outline_size(*outline, text(lines)),
        Body::Glyph { glyph: Glyph::FeatureMaps { lines, maps }, .. } => {
            let [operation, result] = [square(text(lines))[0], square(text(&maps_lines(*maps)))[0]];
            let height = operation.max(result) + 2.0 * MAPS_PADDING;
            let size = [operation + MAPS_GAP + result + 2.0 * MAPS_PADDING, height];
            return (size, [operation, result]);
        }
        Body::Glyph { glyph: Glyph::Neurons, .. } => [0.0; 2],
    };
    (size, [0.0; 2])
}

fn text_size(lines: &[String], theme: &Theme) -> [f64; 2] {
    let widest = lines.iter().map(|line| width(line, theme.text_size, Weight::Regular)).fold(0.0, f64::max);
    [widest, lines.len() as f64 * line_height(theme)]
}

fn square(text: [f64; 2]) -> [f64; 2] {
    [text[0].max(text[1]) + 2.0 * PADDING; 2]
}

/// The size of an outline with room for a text of this size.
fn outline_size(outline: Outline, [w, h]: [f64; 2]) -> [f64; 2] {
    match outline {
        // The smallest ellipse round a rectangle is √2 times as large.
        Outline::Ellipse => [w * std::f64::consts::SQRT_2 + PADDING, h * std::f64::consts::SQRT_2 + PADDING],
        // Of one that points down, the text takes the upper third, where it is at least two thirds as wide as above; of
        // one that points to the right, the first two thirds, where it is at least a third as high as at the left.
        Outline::Triangle => [1.5 * (w + 2.0 * PADDING), 3.0 * h + PADDING],
        Outline::Octagon => [w + 3.0 * PADDING, h + 2.0 * PADDING],
        Outline::Rectangle => [w + 2.0 * PADDING, h + 1.4 * PADDING],
        Outline::Circle => [w.hypot(h) + PADDING; 2],
    }
}
