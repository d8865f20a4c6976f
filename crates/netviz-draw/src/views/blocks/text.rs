//! The text of the boxes, and the network in one sentence.

use std::fmt::Write;

use super::{Block, BlockView};
use crate::outline::shared::leaf;
use crate::outline::{self, Fold, Outline, Part, Unit, spanned};
use crate::picture::{Detail, Picture};
use crate::properties::{LayerProperties, costs, fused_activation, relative};
use netviz_model::graph::Graph;
use netviz_model::layer::Activation;
use netviz_model::text::thousands;

/// A box with its text: the lines of the template, the first as the header, or the default text.
pub(super) fn block(part: Part, outline: &Outline, picture: &Picture) -> Block {
    let (options, detail) = (picture.options, picture.level.detail);
    let Part { unit, variants, closed, stack, group: fold } = part;
    let base = outline.base(fold);
    let template = options.label.as_ref().or_else(|| options.theme.label(&unit.layer));
    let (header, lines) = match (&closed, template, detail) {
        (Some(group), ..) => {
            let shapes = outline::shapes(&unit, &variants);
            (group.closed_header(base), group_lines(group, shapes, picture.level.brief))
        }
        // What differs, in place of what it is.
        (None, _, Detail::Low | Detail::Medium) if !unit.layer.changes.is_empty() => {
            let changes = &unit.layer.changes;
            let has_shape = changes.iter().any(|change| change.starts_with("output "));
            let shapes = shapes(&unit, &variants, detail).into_iter().filter(|_| !has_shape);
            (header(&unit.layer, stack.as_ref(), base), changes.iter().cloned().chain(shapes).collect())
        }
        (None, Some(template), _) => {
            let mut lines = template.lines(&unit.layer).into_iter();
            ([lines.next().unwrap_or_default(), String::new()], lines.collect())
        }
        (None, None, Detail::Low) => (header(&unit.layer, stack.as_ref(), base), low(&unit, &variants)),
        (None, None, Detail::Medium | Detail::High) => {
            (header(&unit.layer, stack.as_ref(), base), lines(&unit, &variants, stack.as_ref(), detail))
        }
    };
    let mut lines = lines;
    lines.extend(unit.reads.iter().map(|name| format!("← {name}")));
    lines.extend((!unit.readers.is_empty()).then(|| format!("{} → {}", leaf(&unit.last().name), unit.readers)));
    let band_texts = unit.bands.iter().map(|band| band.as_band(base, detail)).collect();
    Block { properties: unit.layer, bands: unit.bands, band_texts, header, lines, fold, closed, stack }
}

/// The lines of a closed group with these output shapes: the shape, what it is made of, the number of layers, and the cost.
/// If they are to be brief, the class of a module says what it is made of.
pub(super) fn group_lines(group: &Fold, shapes: String, brief: bool) -> Vec<String> {
    let sizes = if group.sizes.is_empty() { shapes } else { group.sizes.clone() };
    let layers = group.size();
    let is_said = brief && group.class.is_some();
    let made_of = Some(group.made_of()).filter(|text| *text != group.title && !is_said);
    let layers = Some(layers).filter(|text| *text != group.title);
    let mut costs = group.costs().into_iter();
    let layers = layers.into_iter().chain(costs.next()).collect::<Vec<_>>().join(" · ");
    let rest = costs.filter(|_| !brief);
    let lines = std::iter::once(sizes).chain(made_of).chain([layers]).chain(rest);
    lines.filter(|line| !line.is_empty()).collect()
}

/// `conv2d_1`, or `conv2d` and `stem` if the name does not contain the kind; `conv2d_1 … conv2d_3` for a stack.
fn header(layer: &LayerProperties, stack: Option<&Fold>, base: &str) -> [String; 2] {
    let span = stack.map_or_else(|| relative(&layer.name, base).to_owned(), |it| spanned(&it.whole_span(), base));
    match &layer.kind {
        kind if !layer.tells_kind() => [kind.clone(), span],
        // The name of an operator and not that of a kind, which names are made of.
        kind if is_operator(kind) && is_numbered(&span, kind) => [kind.clone(), String::new()],
        _ => [span, String::new()],
    }
}

/// Whether a kind is the name of an operator, such as `Add`, of which files have many without names of their own.
fn is_operator(kind: &str) -> bool {
    kind.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Whether a name is the kind with at most a number behind it: `add_1`.
fn is_numbered(name: &str, kind: &str) -> bool {
    let stem = name.trim_end_matches(|last: char| last.is_ascii_digit());
    name.eq_ignore_ascii_case(kind) || stem.strip_suffix('_').is_some_and(|stem| stem.eq_ignore_ascii_case(kind))
}

/// The shape, the cost, and the settings: those that differ from their defaults, or all at high detail.
fn lines(unit: &Unit, variants: &[Unit], stack: Option<&Fold>, detail: Detail) -> Vec<String> {
    let settings = unit.layer.settings.iter().filter(|setting| detail == Detail::High || !setting.is_default);
    let settings: Vec<String> =
        settings.map(|setting| format!("{} {}", setting.name.replace('_', " "), setting.value)).collect();
    let mut lines = shapes(unit, variants, detail);
    if variants.is_empty() {
        let costs = stack.map_or_else(|| costs(unit.parameters().total(), unit.flops()), Fold::costs);
        lines.push(costs.join(" · "));
        lines.push(settings.join(", "));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The output shapes where they change, and the activation function that is an argument.
fn low(unit: &Unit, variants: &[Unit]) -> Vec<String> {
    let function = unit.layer.category.map_or(Activation::Linear, |it| fused_activation(it, unit.layer.activation));
    let function = (function != Activation::Linear).then(|| function.name().to_owned());
    let line: Vec<String> = shapes(unit, variants, Detail::Low).into_iter().chain(function).collect();
    if line.is_empty() { line } else { vec![line.join(" · ")] }
}

/// The output shapes, and below high detail only where they change; those of all copies of a series.
fn shapes(unit: &Unit, variants: &[Unit], detail: Detail) -> Vec<String> {
    let keeps = |unit: &Unit| matches!((&unit.layer.inputs[..], &unit.layer.outputs[..]), ([input], [output]) if input == output);
    if std::iter::once(unit).chain(variants).all(keeps) && detail != Detail::High {
        return Vec::new();
    }
    vec![outline::shapes(unit, variants)]
}

/// `mnist: input 784, dense_1 (dense) 512, 3 × [dense_2 (dense) 10]; 407,050 parameters`.
pub(super) fn describe(graph: &Graph, view: &BlockView) -> String {
    let mut text = String::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, block) in view.blocks().iter().enumerate() {
        let mut folds: Vec<usize> = view.folds_of(index).collect();
        folds.reverse();
        let common = open.iter().zip(&folds).take_while(|(a, b)| a == b).count();
        text.extend(std::iter::repeat_n(']', open.len() - common));
        text += if index == 0 { "" } else { ", " };
        for &fold in &folds[common..] {
            let fold = &view.folds()[fold];
            let _ = match &fold.class {
                Some(class) => write!(text, "{} × {class} [", fold.count),
                None => write!(text, "{} × [", fold.count),
            };
        }
        open = folds;
        let LayerProperties { name, kind, .. } = &block.properties;
        let shape = block.properties.output_shapes();
        if let Some(stack) = &block.stack {
            let _ = write!(text, "{} × ", stack.count);
        }
        let _ = match &block.closed {
            Some(Fold { class: Some(class), count: 1, name, .. }) => write!(text, "{name} ({class}) {shape}"),
            Some(Fold { class: Some(class), count, ends, .. }) => {
                write!(text, "{count} × {class} [{}] {shape}", ends.join(" … "))
            }
            Some(group) if group.title == group.name => write!(text, "{} ({}) {shape}", group.name, group.size()),
            Some(group) => write!(text, "{} [{}] {shape}", group.title, group.span()),
            None if block.properties.is_input() => write!(text, "{name} {shape}"),
            None => write!(text, "{name} ({kind}) {shape}"),
        };
        for band in &block.band_texts {
            let _ = write!(text, " + {band}");
        }
    }
    text.extend(std::iter::repeat_n(']', open.len()));
    format!("{}: {text}; {} parameters", graph.name(), thousands(graph.parameters().total()))
}
