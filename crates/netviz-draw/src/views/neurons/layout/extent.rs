//! Space that a row takes.

use super::spacing::Spacing;
use crate::font::{Weight, shortened, width, wrapped};
use crate::layout::axes::Axes;
use crate::picture::Detail;
use crate::theme::Theme;
use crate::views::neurons::{Body, Row, maps_lines};
use netviz_model::layer::{Glyph, Outline};
use netviz_model::text::thousands;

/// Space that a row takes around its centre.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extent {
    /// Width and height of the row's body.
    pub(super) body: [f64; 2],
    /// Offset of each neuron from the centre, across the flow; for other bodies, a single 0.
    pub(super) ends: Vec<f64>,
    /// Offset of the bias neuron, if there is one.
    pub(super) bias: Option<f64>,
    /// Radius of its neurons.
    pub(super) radius: f64,
    /// Space before and after the centre, across the flow.
    pub(super) across: [f64; 2],
    /// Space before and after the centre, along the flow.
    pub(super) along: [f64; 2],
    /// Half of the caption's length along the flow, or of the omitted count's if that is longer.
    pub(super) beside: f64,
    /// Distances of the caption and of the first dot from the centre, across the flow.
    pub(super) asides: [f64; 2],
    /// Lines of the caption, of which the first ones are the heading.
    pub(super) caption: Vec<String>,
    /// Number of lines of the heading.
    pub(super) headings: usize,
    /// Count of omitted neurons, such as `+774`; empty if there are none.
    pub(super) omitted: String,
    /// Class names, shortened to fit.
    pub(super) classes: Vec<String>,
    /// Widths of the two squares of a feature-map glyph: the operation and the maps.
    pub(super) squares: [f64; 2],
}

/// Space between a body and the text beside it.
pub(super) const ASIDE: f64 = 16.0;
/// Space between a text and the outline around it.
const PADDING: f64 = 10.0;
/// Space between the two squares of a feature-map glyph, and around them.
pub(super) const MAPS_GAP: f64 = 18.0;
pub(super) const MAPS_PADDING: f64 = 10.0;
/// Maximum width of a caption beside a row and above a column, in em.
const CAPTION: [f64; 2] = [20.0, 14.0];
/// The same at low detail.
const LOW_CAPTION: f64 = 9.0;
/// Space between a neuron and the name of its class.
pub(super) const CLASS_GAP: f64 = 8.0;
/// Maximum width of a class name beside a column, in em.
const CLASS: f64 = 13.0;

impl Extent {
    /// `spacing` may differ from the theme's.
    pub(super) fn of(row: &Row, spacing: Spacing, axes: Axes, detail: Detail, theme: &Theme) -> Self {
        let Spacing { pitch, radius } = spacing;
        let ends = ends(row.points(), pitch);
        let (body, squares) = body_size(&row.body, spacing, axes, theme);
        let [body_across, body_along] = axes.turned(body);
        let (caption, headings) = caption(row, axes, detail, theme);
        let omitted = match row.omitted() {
            0 => String::new(),
            omitted => format!("+{}", thousands(omitted)),
        };
        let classes = classes(row, pitch, axes, theme);
        let first = if row.is_neurons() { ends[0] - pitch } else { -body_across / 2.0 - ASIDE - radius };
        let bias = row.bias.then_some(first);
        let start = bias.map_or(body_across / 2.0, |bias| radius - bias);
        let asides = [start + ASIDE, body_across / 2.0 + ASIDE];
        let caption_size = axes.turned([caption_width(&caption, headings, theme), caption_height(&caption, theme)]);
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
            headings,
            omitted,
            classes,
            squares,
        }
    }

    /// Offsets of the points that connections attach to; the bias neuron, if there is one, comes first.
    pub(super) fn sources(&self) -> Vec<f64> {
        self.bias.into_iter().chain(self.ends.iter().copied()).collect()
    }
}

/// The lines of a caption, and how many of them are the heading. What is too long is wrapped, then shortened.
fn caption(row: &Row, axes: Axes, detail: Detail, theme: &Theme) -> (Vec<String>, usize) {
    let most = match (axes.is_down(), detail) {
        (_, Detail::Low) => LOW_CAPTION,
        (true, _) => CAPTION[0],
        (false, _) => CAPTION[1],
    };
    let most = theme.text_size * most;
    let lines = |text: &String, is_heading: bool| {
        let (size, weight) = caption_style(is_heading, theme);
        wrapped(text, size, weight, most, if is_heading { 3 } else { 4 })
    };
    let heading = row.caption.first().map_or_else(Vec::new, |text| lines(text, true));
    let headings = heading.len();
    let rest = row.caption.iter().skip(1).flat_map(|text| lines(text, false));
    (heading.into_iter().chain(rest).collect(), headings)
}

/// Font size and weight of a line of a caption.
pub(super) fn caption_style(is_heading: bool, theme: &Theme) -> (f64, Weight) {
    if is_heading { (theme.name_size, Weight::Bold) } else { (theme.text_size, Weight::Regular) }
}

fn caption_width(caption: &[String], headings: usize, theme: &Theme) -> f64 {
    let width = |(index, text): (usize, &String)| {
        let (size, weight) = caption_style(index < headings, theme);
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

/// Length of the three dots that stand for omitted neurons, including the space at both ends.
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

/// Width and height of a body, and the widths of the squares of a feature-map glyph.
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

/// Size of an outline that fits a text of this size.
fn outline_size(outline: Outline, [w, h]: [f64; 2]) -> [f64; 2] {
    match outline {
        // The smallest ellipse around a rectangle is √2 times as large.
        Outline::Ellipse => [w * std::f64::consts::SQRT_2 + PADDING, h * std::f64::consts::SQRT_2 + PADDING],
        // If it points down, the text goes into the upper third, which is at least two thirds as wide as the top; if it
        // points right, into the left two thirds, which are at least a third as high as the left side.
        Outline::Triangle => [1.5 * (w + 2.0 * PADDING), 3.0 * h + PADDING],
        Outline::Octagon => [w + 3.0 * PADDING, h + 2.0 * PADDING],
        Outline::Rectangle => [w + 2.0 * PADDING, h + 1.4 * PADDING],
        Outline::Circle => [w.hypot(h) + PADDING; 2],
    }
}
