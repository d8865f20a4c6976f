//! What is written at a volume.

use super::Pen;
use crate::layer::Activation;
use crate::picture::Direction;
use crate::scene::{Anchor, Item, Point, Text};
use crate::shape::Shape;
use crate::text::{Weight, thousands, width, wrapped};
use crate::theme::Paint;
use crate::view::facts::Facts;
use crate::view::volumes::{Form, Solid};

/// A line of a caption.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) size: f64,
    weight: Weight,
    color: Paint,
}

/// The widest caption, in the size of its text, and the most lines that a text is broken into.
const WIDEST: f64 = 12.0;
const MOST_LINES: usize = 2;
/// Of a caption's text to that of other text.
const SMALL: f64 = 0.92;
/// Settings that tell how large a layer's window is.
const WINDOWS: [&str; 2] = ["kernel", "pool"];

impl Line {
    /// A measure of a tensor.
    pub(super) fn measure(text: String, pen: &Pen) -> Self {
        Self { text, size: SMALL * pen.theme.text_size, weight: Weight::Regular, color: pen.theme.muted }
    }

    pub(super) fn width(&self) -> f64 {
        width(&self.text, self.size, self.weight)
    }

    /// From one baseline to the next.
    pub(super) fn height(&self) -> f64 {
        1.25 * self.size
    }

    pub(super) fn at(&self, at: Point, anchor: Anchor, angle: f64) -> Item {
        let Self { text, size, weight, color } = self.clone();
        Text { text, at, anchor, size, weight, color, angle }.into()
    }
}

/// The caption of a solid.
pub(super) fn caption(solid: &Solid, pen: &Pen) -> Vec<Line> {
    if let Some(template) = &pen.picture.options.label {
        let lines = template.lines(&solid.layer);
        return lines.iter().flat_map(|text| broken(text, Weight::Regular, pen)).collect();
    }
    let is_joint = matches!(solid.form, Form::Joint(_));
    let mut lines = broken(&solid.layer.name, Weight::Bold, pen);
    let operation = (solid.layer.category.is_some() && !is_joint).then(|| operation(&solid.layer));
    let functions: Vec<&str> = solid.activations().map(Activation::name).filter(|_| pen.names_functions).collect();
    let functions = (!functions.is_empty()).then(|| functions.join(", "));
    let shape = solid.layer.shape.to_string();
    let texts = match pen.direction {
        Direction::Right if is_joint => vec![Some(shape)],
        Direction::Right => vec![operation, functions],
        // At the right, there is room for longer lines.
        Direction::Down => vec![operation.into_iter().chain(functions).reduce(|a, b| format!("{a}, {b}")), Some(shape)],
    };
    lines.extend(texts.iter().flatten().flat_map(|text| broken(text, Weight::Regular, pen)));
    lines
}

fn broken(text: &str, weight: Weight, pen: &Pen) -> Vec<Line> {
    let theme = pen.theme;
    let (size, color) =
        if weight == Weight::Bold { (theme.text_size, theme.text) } else { (SMALL * theme.text_size, theme.muted) };
    let lines = wrapped(text, size, weight, WIDEST * theme.text_size, MOST_LINES);
    lines.into_iter().map(|text| Line { text, size, weight, color }).collect()
}

/// `conv2d 3×3 /2`: the kind, its window and its stride.
fn operation(layer: &Facts) -> String {
    let window = layer.settings.iter().find(|setting| WINDOWS.contains(&setting.name));
    let Some(window) = window else { return layer.kind.to_owned() };
    let stride = layer.chosen_settings().find(|setting| setting.name == "strides");
    // A stride of 2×2 is written 2, as is usual.
    let short = |value: &str| match value.split_once('×') {
        Some((height, width)) if height == width => height.to_owned(),
        _ => value.to_owned(),
    };
    let stride = stride.map_or_else(String::new, |stride| format!(" /{}", short(&stride.value)));
    format!("{} {}{stride}", layer.kind, window.value)
}

/// What stands below the front of a solid: its channels or its units.
pub(super) fn count(form: Form) -> Option<String> {
    match form {
        Form::Block { channels, .. } => Some(thousands(channels)),
        Form::Bar(units) => Some(thousands(units)),
        Form::Joint(_) => None,
    }
}

/// `28×28`: the dimensions besides the channels.
pub(super) fn extent(shape: &Shape) -> Option<String> {
    let sizes: Vec<String> = shape.dimensions().iter().skip(1).map(usize::to_string).collect();
    (!sizes.is_empty()).then(|| sizes.join("×"))
}
