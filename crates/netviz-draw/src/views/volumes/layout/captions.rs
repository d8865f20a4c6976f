//! Texts of a volume.

use super::Pen;
use crate::font::{Weight, width, wrapped};
use crate::outline::listed;
use crate::picture::{Detail, Direction};
use crate::properties::LayerProperties;
use crate::scene::{Anchor, Item, Point, Text};
use crate::theme::Paint;
use crate::views::volumes::{Solid, SolidShape};
use netviz_model::ir::{Dim, TensorType};
use netviz_model::layer::Activation;
use netviz_model::schema::ArgValue;
use netviz_model::text::thousands;

/// A line of a caption.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) size: f64,
    weight: Weight,
    color: Paint,
}

/// Maximum width of a caption, in em, and the maximum number of lines that a name and another text wrap into.
const WIDEST: f64 = 12.0;
const MOST_LINES: [usize; 2] = [2, 4];
/// Font size of captions, relative to other text.
const SMALL: f64 = 0.92;
/// Settings with the size of a layer's window.
const WINDOWS: [&str; 2] = ["kernel", "pool"];

impl Line {
    /// A line with sizes of a tensor.
    pub(super) fn measure(text: String, pen: &Pen) -> Self {
        Self { text, size: SMALL * pen.theme.text_size, weight: Weight::Regular, color: pen.theme.muted }
    }

    pub(super) fn width(&self) -> f64 {
        width(&self.text, self.size, self.weight)
    }

    /// Distance from one baseline to the next.
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
    let template = pen.picture.options.label.as_ref().or_else(|| pen.theme.label(&solid.layer));
    if let Some(template) = template.filter(|_| solid.closed.is_none()) {
        let lines = template.lines(&solid.layer);
        return lines.iter().flat_map(|text| broken(text, Weight::Regular, pen)).collect();
    }
    let Solid { layer, form, closed, stack, shapes, .. } = solid;
    if let Some(group) = closed {
        let what = Some(group.made_of()).filter(|text| *text != group.title).unwrap_or_else(|| group.span());
        let [title, name] = group.header();
        let rest = [name, what, group.size()].into_iter().filter(|line| !line.is_empty() && *line != title);
        let rest = rest.flat_map(|line| broken(&line, Weight::Regular, pen));
        return broken(&title, Weight::Bold, pen).into_iter().chain(rest).collect();
    }
    let is_joint = matches!(form, SolidShape::Joint(_));
    let is_low = pen.picture.level.detail == Detail::Low;
    let operation = if is_joint || is_low { None } else { operation(layer) };
    let operations = operation.into_iter().chain(bands(solid, pen)).filter(|text| *text != layer.name);
    let broken_all = |texts: &[String]| texts.iter().flat_map(|text| broken(text, Weight::Regular, pen)).collect();
    // Of a series, all shapes are listed.
    let shape = (shapes.len() < 2).then(|| Line::measure(layer.ty().to_string(), pen));
    let name =
        stack.as_ref().map_or_else(|| layer.name.clone(), |stack| format!("{} {}", stack.whole_span(), stack.title));
    let name = broken(&name, Weight::Bold, pen);
    let shapes: Vec<Line> =
        if shapes.len() > 1 { broken(&listed(shapes.clone()), Weight::Regular, pen) } else { Vec::new() };
    let rest: [Vec<Line>; 2] = match pen.direction {
        Direction::Right => {
            [shape.filter(|_| is_joint).into_iter().collect(), broken_all(&operations.collect::<Vec<_>>())]
        }
        // To the right of a solid, there is space for longer lines.
        Direction::Down => {
            let joined: Vec<String> = operations.reduce(|a, b| format!("{a}, {b}")).into_iter().collect();
            [broken_all(&joined), shape.into_iter().collect()]
        }
    };
    [name, rest.concat(), shapes].concat()
}

/// Texts for the bands of a solid: activation functions, unless the legend identifies them, and names of other layers.
fn bands(solid: &Solid, pen: &Pen) -> Vec<String> {
    let text = |layer: &LayerProperties| {
        if layer.activation == Activation::Linear {
            (layer.name != solid.layer.name).then(|| layer.name.clone())
        } else {
            pen.names_functions.then(|| layer.activation.name().to_owned())
        }
    };
    solid.layers().filter_map(text).collect()
}

fn broken(text: &str, weight: Weight, pen: &Pen) -> Vec<Line> {
    let theme = pen.theme;
    let (size, color, most) = match weight {
        Weight::Bold => (theme.text_size, theme.text, MOST_LINES[0]),
        Weight::Regular => (SMALL * theme.text_size, theme.muted, MOST_LINES[1]),
    };
    // A number of copies stays in one piece.
    let lines = wrapped(&text.replace("× ", "×\u{a0}"), size, weight, WIDEST * theme.text_size, most);
    lines.into_iter().map(|text| Line { text: text.replace('\u{a0}', " "), size, weight, color }).collect()
}

/// `conv2d 3×3 /2`: the kind unless the name contains it, the window and its stride, and the outputs if there are
/// several, of which the solid is the first.
fn operation(layer: &LayerProperties) -> Option<String> {
    layer.category?;
    let kind = (!tells_kind(&layer.name, &layer.kind)).then(|| layer.kind.clone());
    let outputs = (layer.outputs.len() > 1).then(|| format!("→ {}", layer.output_shapes()));
    kind.into_iter().chain(window(layer)).chain(outputs).reduce(|text, part| format!("{text} {part}"))
}

/// Whether a name is the kind itself, or the kind and a number, as in default names.
fn tells_kind(name: &str, kind: &str) -> bool {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    [name, base.strip_suffix('_').unwrap_or(base)].iter().any(|name| name.eq_ignore_ascii_case(kind))
}

/// `3×3 /2`: the window and its stride.
fn window(layer: &LayerProperties) -> Option<String> {
    let window = layer.settings.iter().find(|setting| WINDOWS.contains(&&*setting.name))?;
    let stride = layer.chosen_settings().find(|setting| setting.name == "strides");
    // A stride of 2×2 is written as 2, as is common.
    let short = |value: &ArgValue| match value {
        ArgValue::Sizes(sizes) => match sizes[..] {
            [height, width] if height == width => height.to_string(),
            _ => value.to_string(),
        },
        _ => value.to_string(),
    };
    let stride = stride.map_or_else(String::new, |stride| format!(" /{}", short(&stride.value)));
    Some(format!("{}{stride}", window.value))
}

/// Label below the front of a solid: its number of channels or units.
pub(super) fn count(solid: &Solid) -> Option<String> {
    match (solid.form, solid.layer.ty().sample_dims()) {
        (SolidShape::Joint(_), _) => None,
        (_, [Dim::Size(size), ..]) => Some(thousands(*size)),
        (_, [dim, ..]) => Some(dim.to_string()),
        (_, []) => Some(solid.layer.ty().to_string()),
    }
}

/// `28×28`: the dimensions besides the channels.
pub(super) fn extent(ty: &TensorType) -> Option<String> {
    let sizes: Vec<String> = ty.sample_dims().iter().skip(1).map(Dim::to_string).collect();
    (!sizes.is_empty()).then(|| sizes.join("×"))
}
