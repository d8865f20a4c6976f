//! How the lines of a fan look: thinner ink where there are very many, and by their weights.

use crate::scene::{Item, Point, Stroke};
use crate::theme::{Paint, Theme};

/// How many layers of ink lie on each other half way between two rows, on average.
fn layers([from, to]: [&[Point]; 2], theme: &Theme) -> f64 {
    let span = |points: &[Point]| match points {
        [first, .., last] => last.x - first.x,
        _ => 0.0,
    };
    let area = f64::midpoint(span(from), span(to)).max(theme.neuron_pitch);
    (from.len() * to.len()) as f64 * theme.edge_width / area
}

/// The ink that still tells dense from less dense.
const INK: f64 = 2.0;

/// Connections without weights.
pub(super) fn plain(ends: [&[Point]; 2], theme: &Theme) -> Stroke {
    let opacity = theme.edge_opacity.min(INK / layers(ends, theme));
    Stroke { opacity, ..Stroke::solid(theme.edge, theme.edge_width) }
}

/// How many looks there are for weights of one sign.
const LEVELS: usize = 12;

/// Connections with weights, sorted by how they look.
pub(super) struct Looks {
    /// Negative and positive ones of each level, from weak to strong.
    segments: Vec<[Vec<[Point; 2]>; 2]>,
    colors: [Paint; 2],
    width: f64,
    /// What the opacity of the weakest is multiplied with.
    thinning: f64,
}

/// Looks for the connections between these points.
pub(super) fn weighted(ends: [&[Point]; 2], theme: &Theme) -> Looks {
    Looks {
        segments: vec![Default::default(); LEVELS],
        colors: [theme.negative, theme.positive],
        width: theme.edge_width,
        thinning: (INK / layers(ends, theme)).min(1.0),
    }
}

impl Looks {
    /// `share` is how large the weight is beside the largest, from 0 to 1.
    pub(super) fn add(&mut self, segment: [Point; 2], weight: f32, share: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 12")]
        let level = ((share * LEVELS as f64) as usize).min(LEVELS - 1);
        self.segments[level][usize::from(weight > 0.0)].push(segment);
    }

    /// The lines from weak to strong.
    pub(super) fn into_items(self) -> Vec<Item> {
        let (colors, width, thinning) = (self.colors, self.width, self.thinning);
        let mut items = Vec::new();
        for (level, signs) in self.segments.into_iter().enumerate() {
            let share = (level as f64 + 0.5) / LEVELS as f64;
            for (segments, color) in signs.into_iter().zip(colors).filter(|(segments, _)| !segments.is_empty()) {
                let stroke =
                    Stroke { opacity: opacity(share) * thinning.powf(1.0 - share), ..line(color, width, share) };
                items.push(Item::Lines { segments, stroke });
            }
        }
        items
    }
}

fn opacity(share: f64) -> f64 {
    0.06 + 0.94 * share
}

fn line(color: Paint, width: f64, share: f64) -> Stroke {
    Stroke::solid(color, width * (0.6 + 3.4 * share))
}

/// A connection of this share of the largest weight, as the legend shows it.
pub(super) fn sample(color: Paint, share: f64, theme: &Theme) -> Stroke {
    Stroke { opacity: opacity(share), ..line(color, theme.edge_width, share) }
}
