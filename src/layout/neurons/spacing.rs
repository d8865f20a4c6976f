//! How far apart neurons stand: as the theme has it, and closer where a row has very many.

use crate::theme::Theme;
use crate::view::neurons::{NeuronView, Row};

/// How the neurons of a row stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spacing {
    /// Distance between the centres of neighbours.
    pub(super) pitch: f64,
    pub(super) radius: f64,
}

/// The longest row of neurons, unless even the least distance makes it longer.
const LONGEST: f64 = 3000.0;
const LEAST_PITCH: f64 = 3.0;
/// Beside a crowded row, others stand this much wider apart, so that the lines between them are seen.
const WIDER: f64 = 4.0;
/// The length of a row that the theme's sizes of text are made for.
const USUAL: f64 = 1200.0;
/// How much larger text may become, so that it can be read where the whole picture is seen.
const LARGER: f64 = 2.5;

/// Whether a row at the theme's distances is longer than any may be.
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

/// The theme for a view: with larger text and thinner lines where rows are crowded.
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
