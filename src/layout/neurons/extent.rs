//! How much room a row takes.

use crate::layer::{Glyph, Outline};
use crate::text::{Weight, shortened, thousands, width};
use crate::theme::Theme;
use crate::view::neurons::{Body, Row, maps_lines};

/// The room of a row round its centre.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extent {
    /// Width and height of what is drawn of the layer.
    pub(super) body: [f64; 2],
    /// The x of each point that connections lead to, from the centre.
    pub(super) ends: Vec<f64>,
    /// Height of body and caption, whichever is more.
    pub(super) height: f64,
    /// Room at the left of the centre, caption included.
    pub(super) left: f64,
    /// Room at the right of the centre.
    pub(super) right: f64,
    /// Distance of the caption's right edge from the centre.
    pub(super) caption_edge: f64,
    /// The layer's name as it is drawn.
    pub(super) name: String,
    /// The facts as they are drawn.
    pub(super) facts: String,
    /// The neurons left out as they are drawn; empty where there are none.
    pub(super) omitted: String,
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
/// The widest caption.
const CAPTION: f64 = 240.0;

impl Extent {
    pub(super) fn of(row: &Row, theme: &Theme) -> Self {
        let (body, squares) = body_size(&row.body, theme);
        let name = shortened(&row.name, theme.name_size, Weight::Bold, CAPTION);
        let facts = shortened(&row.facts.join(" · "), theme.text_size, Weight::Regular, CAPTION);
        let caption = width(&name, theme.name_size, Weight::Bold).max(width(&facts, theme.text_size, Weight::Regular));
        let omitted = match row.omitted() {
            0 => String::new(),
            omitted => format!("+{}", thousands(omitted)),
        };
        let aside = if omitted.is_empty() {
            0.0
        } else {
            dots_width(theme) + width(&omitted, theme.name_size, Weight::Regular)
        };
        let caption_edge = body[0] / 2.0 + ASIDE;
        Self {
            body,
            ends: ends(row.points(), theme),
            height: body[1].max(caption_height(theme)),
            left: caption_edge + caption,
            right: body[0] / 2.0 + aside,
            caption_edge,
            name,
            facts,
            omitted,
            squares,
        }
    }
}

/// The three dots that stand for neurons left out, with the room at both their sides.
pub(super) fn dots_width(theme: &Theme) -> f64 {
    ASIDE + 2.0 * dot_pitch(theme) + ASIDE
}

/// Distance between the dots.
pub(super) fn dot_pitch(theme: &Theme) -> f64 {
    theme.neuron_radius * 0.6
}

pub(super) fn line_height(theme: &Theme) -> f64 {
    theme.text_size * 1.3
}

pub(super) fn caption_height(theme: &Theme) -> f64 {
    theme.name_size * 1.2 + line_height(theme)
}

fn ends(points: usize, theme: &Theme) -> Vec<f64> {
    let middle = (points as f64 - 1.0) / 2.0;
    (0..points).map(|index| (index as f64 - middle) * theme.neuron_pitch).collect()
}

/// Width and height of a body, and the squares of feature maps.
fn body_size(body: &Body, theme: &Theme) -> ([f64; 2], [f64; 2]) {
    let text = |lines: &[String]| text_size(lines, theme);
    let size = match body {
        Body::Neurons { shown, .. } => {
            let diameter = 2.0 * theme.neuron_radius;
            [(*shown as f64 - 1.0) * theme.neuron_pitch + diameter, diameter]
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
        // The text takes the upper third, where the triangle is at least two thirds as wide as above.
        Outline::InvertedTriangle => [1.5 * (w + 2.0 * PADDING), 3.0 * h + PADDING],
        Outline::Octagon => [w + 3.0 * PADDING, h + 2.0 * PADDING],
        Outline::Rectangle => [w + 2.0 * PADDING, h + 1.4 * PADDING],
        Outline::Circle => [w.hypot(h) + PADDING; 2],
    }
}
