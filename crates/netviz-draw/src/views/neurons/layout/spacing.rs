//! Spacing of neurons: the theme's, adapted if a row has very many.

use crate::theme::Theme;
use crate::views::neurons::{NeuronView, Row};

/// Spacing of the neurons of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spacing {
    /// Distance between the centres of neighbours.
    pub(super) pitch: f64,
    pub(super) radius: f64,
}

/// Maximum length of a row of neurons, unless the minimum pitch makes it longer.
const LONGEST: f64 = 3000.0;
const LEAST_PITCH: f64 = 3.0;
/// Maximum factor by which other rows are spread out beside a crowded row, so that the lines between them are visible.
const WIDER: f64 = 4.0;
/// Row length that the theme's font sizes are designed for.
const USUAL: f64 = 1200.0;
/// Maximum factor by which text grows, so that it is readable while the whole picture is in view.
const LARGER: f64 = 2.5;

/// Whether a row at the theme's pitch exceeds the maximum length.
fn is_crowded(neurons: usize, theme: &Theme) -> bool {
    neurons.saturating_sub(1) as f64 * theme.neuron_pitch > LONGEST
}

impl Spacing {
    /// `most` is the number of neurons in the longest row.
    pub(super) fn of(neurons: usize, most: usize, theme: &Theme) -> Self {
        let gaps = neurons.saturating_sub(1).max(1) as f64;
        let usual = Self { pitch: theme.neuron_pitch, radius: theme.neuron_radius };
        if !is_crowded(most, theme) {
            return usual;
        }
        let pitch = (LONGEST / gaps).clamp(LEAST_PITCH.min(theme.neuron_pitch), WIDER * theme.neuron_pitch);
        Self { pitch, radius: theme.neuron_radius.min(0.4 * pitch) }
    }
}

/// The number of neurons in the longest row.
pub(super) fn most(view: &NeuronView) -> usize {
    view.rows().iter().map(Row::points).max().unwrap_or(0)
}

/// The theme for a view, with larger text and thinner lines if rows are crowded.
pub(super) fn adapted(view: &NeuronView, theme: &Theme) -> Theme {
    let most = most(view);
    if !is_crowded(most, theme) {
        return theme.clone();
    }
    let length = most as f64 * Spacing::of(most, most, theme).pitch;
    let factor = (length / USUAL).clamp(1.0, LARGER);
    Theme {
        title_size: factor * theme.title_size,
        name_size: factor * theme.name_size,
        text_size: factor * theme.text_size,
        margin: factor * theme.margin,
        neuron_radius: factor * theme.neuron_radius,
        edge_width: 0.6 * theme.edge_width,
        ..theme.clone()
    }
}
