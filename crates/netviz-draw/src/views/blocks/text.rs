//! The text of the boxes, and the network in one sentence.

use std::fmt::Write;

use super::fuse::{self, Unit};
use super::{Block, BlockView};
use crate::picture::{Detail, Options};
use crate::properties::LayerProperties;
use netviz_model::graph::Graph;
use netviz_model::text::{rounded, thousands};

/// A box with its text: the lines of the template, the first as the header, or the default text.
pub(super) fn block(unit: Unit, fold: Option<usize>, options: &Options) -> Block {
    let (header, lines) = match (&options.label, options.detail) {
        (Some(template), _) => {
            let mut lines = template.lines(&unit.layer).into_iter();
            ([lines.next().unwrap_or_default(), String::new()], lines.collect())
        }
        (None, Detail::Low) => (header(&unit.layer), vec![unit.layer.output_shapes()]),
        (None, Detail::Medium | Detail::High) => (header(&unit.layer), lines(&unit)),
    };
    let band_texts = unit.bands.iter().map(|band| fuse::text(band, options.detail)).collect();
    Block { properties: unit.layer, bands: unit.bands, band_texts, header, lines, fold }
}

/// `conv2d_1`, or `conv2d` and `stem` if the name does not contain the kind.
fn header(LayerProperties { name, kind, .. }: &LayerProperties) -> [String; 2] {
    match name.strip_prefix(kind) {
        Some(rest) if rest.is_empty() || rest.starts_with('_') => [name.clone(), String::new()],
        _ => [(*kind).to_owned(), name.clone()],
    }
}

/// The shape, the cost, and the settings that differ from their defaults.
fn lines(unit: &Unit) -> Vec<String> {
    let settings: Vec<String> = unit
        .layer
        .chosen_settings()
        .map(|setting| format!("{} {}", setting.name.replace('_', " "), setting.value))
        .collect();
    let lines =
        [unit.layer.output_shapes(), costs(unit.parameters().total(), unit.flops()).join(" · "), settings.join(", ")];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// `72 params` and `28.2 k FLOPs`, if above 0.
pub(crate) fn costs(parameters: usize, flops: usize) -> Vec<String> {
    let parameters = (parameters > 0).then(|| format!("{} params", thousands(parameters)));
    let flops = (flops > 0).then(|| format!("{} FLOPs", rounded(flops)));
    parameters.into_iter().chain(flops).collect()
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
            let _ = write!(text, "{} × [", view.folds()[fold].count);
        }
        open = folds;
        let LayerProperties { name, kind, category, .. } = &block.properties;
        let shape = block.properties.output_shapes();
        let _ = match category {
            None => write!(text, "{name} {shape}"),
            Some(_) => write!(text, "{name} ({kind}) {shape}"),
        };
        for band in &block.band_texts {
            let _ = write!(text, " + {band}");
        }
    }
    text.extend(std::iter::repeat_n(']', open.len()));
    format!("{}: {text}; {} parameters", graph.name(), thousands(graph.parameters().total()))
}
