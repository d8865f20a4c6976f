//! The legend of a neuron view.

use super::strokes::{has_dashes, sample};
use crate::layout::legend::{Entry, Swatch};
use crate::picture::{Pick, Picture};
use crate::scene::Stroke;
use crate::theme::Theme;
use crate::views::neurons::{Body, NeuronView, Role, Row};
use netviz_model::layer::Category;
use netviz_model::text::thousands;

pub(super) fn entries(view: &NeuronView, picture: &Picture) -> Vec<Entry> {
    let theme = &picture.options.theme;
    let mut entries = roles(view, theme);
    entries.extend(categories(view, theme));
    if view.is_weighted() {
        entries.extend(weights(view, theme));
        entries.extend(picked(view, picture.options.pick));
    }
    entries
}

fn entry(swatch: Swatch, label: impl Into<String>) -> Entry {
    Entry { swatch, label: label.into() }
}

fn roles(view: &NeuronView, theme: &Theme) -> Vec<Entry> {
    let names = [(Role::Input, "input neuron"), (Role::Hidden, "hidden neuron"), (Role::Output, "output neuron")];
    let drawn = |role: Role| view.rows().iter().any(|row| row.role == role && row.is_neurons());
    let roles = names.into_iter().filter(|&(role, _)| drawn(role));
    let roles = roles.map(|(role, name)| entry(Swatch::Circle(role.fill(theme)), name));
    let bias = view.rows().iter().any(|row| row.bias);
    roles.chain(bias.then(|| entry(Swatch::Ring(theme.edge), "bias, always 1"))).collect()
}

fn categories(view: &NeuronView, theme: &Theme) -> Vec<Entry> {
    let drawn = |category: Category| {
        view.rows().iter().any(|row| matches!(&row.body, Body::Glyph { category: own, .. } if *own == Some(category)))
    };
    let categories = Category::ALL.into_iter().filter(|&category| drawn(category));
    categories.map(|category| entry(Swatch::Square(theme.category(category)), category.name())).collect()
}

/// Entries for the signs of weights, and for the scale of line widths.
fn weights(view: &NeuronView, theme: &Theme) -> Vec<Entry> {
    let weighted = view.links().iter().filter_map(|link| link.weights.as_ref());
    let dashed = weighted.map(|weights| weights.values.len()).any(|count| has_dashes(count, theme));
    let width = sample(theme.negative, if dashed { DASHED } else { 1.0 }, theme).width;
    let negative = Stroke { dashed, ..Stroke::solid(theme.negative, width) };
    let signs = [
        entry(Swatch::Line(sample(theme.positive, 1.0, theme)), "positive weight"),
        entry(Swatch::Line(negative), if dashed { "negative weight (dashed)" } else { "negative weight" }),
        entry(
            Swatch::Lines([0.1, 0.4, 0.7, 1.0].map(|share| sample(theme.edge, share, theme)).to_vec()),
            "0 to the largest |w| drawn",
        ),
    ];
    let scale = |link: &crate::views::neurons::Link| {
        let weights = link.weights.as_ref()?;
        Some(format!("into {}: {}", view.rows()[link.ends[1]].name, significant(weights.largest)))
    };
    let scales: Vec<String> = view.links().iter().filter_map(scale).take(MOST_SCALES + 1).collect();
    let shown = scales.len().min(MOST_SCALES);
    let more = if scales.len() > MOST_SCALES { ", …" } else { "" };
    let remark = entry(Swatch::None, format!("largest {}{more}", scales[..shown].join(", ")));
    signs.into_iter().chain([remark]).collect()
}

/// Relative weight of the dashed swatch: its dashes are short enough that two of them fit.
const DASHED: f64 = 0.4;
/// Maximum number of layers that a remark lists.
const MOST_SCALES: usize = 4;

/// About two significant digits, with at most three decimals.
fn significant(value: f32) -> String {
    let digits = if value >= 10.0 {
        0
    } else if value >= 1.0 {
        1
    } else if value >= 0.1 {
        2
    } else {
        3
    };
    format!("{value:.digits$}")
}

/// Which neurons are drawn in layers that omit some, and how they are picked.
fn picked(view: &NeuronView, pick: Pick) -> Option<Entry> {
    let part = |row: &Row| match &row.body {
        Body::Neurons { shown, total } if shown.len() < *total => {
            Some(format!("{} of {} in {}", shown.len(), thousands(*total), row.name))
        }
        _ => None,
    };
    let parts: Vec<String> = view.rows().iter().filter_map(part).collect();
    if parts.is_empty() {
        return None;
    }
    let why = match pick {
        Pick::Even => "evenly spaced",
        Pick::Strongest => "those with the largest weights",
    };
    let listed = if parts.len() > MOST_SCALES { "some of each layer".to_owned() } else { parts.join(", ") };
    Some(entry(Swatch::None, format!("neurons drawn: {listed}; {why}")))
}
