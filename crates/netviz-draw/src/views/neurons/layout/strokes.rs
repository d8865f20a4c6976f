//! Strokes of the lines of a fan: fainter if there are very many, and styled by weight.

use crate::scene::{Item, Point, Stroke};
use crate::theme::{Paint, Theme};
use netviz_model::limits;

/// Average number of lines that cover a point half way between two rows.
fn layers([from, to]: [&[Point]; 2], theme: &Theme) -> f64 {
    let span = |points: &[Point]| match points {
        [first, .., last] => last.x - first.x,
        _ => 0.0,
    };
    let area = f64::midpoint(span(from), span(to)).max(theme.neuron_pitch);
    (from.len() * to.len()) as f64 * theme.edge_width / area
}

/// Maximum total opacity at which differences in density remain visible.
const INK: f64 = 1.0;

/// Stroke of connections without weights.
pub(super) fn plain(ends: [&[Point]; 2], theme: &Theme) -> Stroke {
    let opacity = theme.edge_opacity.min((INK / layers(ends, theme)).max(FAINTEST));
    Stroke { opacity, ..Stroke::solid(theme.edge, theme.edge_width) }
}

/// Number of strokes for weights of one sign.
const LEVELS: usize = 12;

/// Whether negative weights are dashed, given the number of connections between two layers. Among very many lines,
/// dashes are invisible and slow to render.
pub(super) fn has_dashes(connections: usize, theme: &Theme) -> bool {
    theme.dash_negative && connections < limits::VECTOR_LINES
}

/// Connections with weights, grouped by stroke.
pub(super) struct Looks {
    /// Negative and positive ones of each level, from weak to strong.
    segments: Vec<[Vec<[Point; 2]>; 2]>,
    colors: [Paint; 2],
    /// Whether lines of negative weights are dashed.
    dashed: bool,
    width: f64,
    /// Average number of lines that cover a point.
    layers: f64,
}

/// Empty groups for the connections between these points.
pub(super) fn weighted(ends: [&[Point]; 2], theme: &Theme) -> Looks {
    Looks {
        segments: vec![Default::default(); LEVELS],
        colors: [theme.negative, theme.positive],
        dashed: has_dashes(ends[0].len() * ends[1].len(), theme),
        width: theme.edge_width,
        layers: layers(ends, theme),
    }
}

impl Looks {
    /// `share` is the ratio of the weight's magnitude to the largest one, from 0 to 1.
    pub(super) fn add(&mut self, segment: [Point; 2], weight: f32, share: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 12")]
        let level = ((share * LEVELS as f64) as usize).min(LEVELS - 1);
        self.segments[level][usize::from(weight > 0.0)].push(segment);
    }

    /// The lines, from weak to strong.
    pub(super) fn into_items(self) -> Vec<Item> {
        let (colors, width) = (self.colors, self.width);
        let dashes = [self.dashed, false];
        let steepness = self.steepness();
        let mut items = Vec::new();
        for (level, signs) in self.segments.into_iter().enumerate() {
            let share = share(level);
            let opacity = opacity(share.powf(steepness)).max(FAINTEST);
            for ((segments, color), dashed) in signs.into_iter().zip(colors).zip(dashes) {
                let stroke = Stroke { opacity, dashed, ..line(color, width, share) };
                let together = segments.chunks(TOGETHER).map(<[_]>::to_vec);
                items.extend(together.map(|segments| Item::Lines { segments, stroke }));
            }
        }
        items
    }

    /// Exponent of the opacity: the smallest that makes weak lines faint enough for the strong ones to be visible.
    fn steepness(&self) -> f64 {
        let counts: Vec<f64> = self.segments.iter().map(|signs| (signs[0].len() + signs[1].len()) as f64).collect();
        let all = counts.iter().sum::<f64>().max(1.0);
        let ink = |steepness: f64| {
            let ink = |(level, count): (usize, &f64)| count * opacity(share(level).powf(steepness));
            self.layers * counts.iter().enumerate().map(ink).sum::<f64>() / all
        };
        (2..=12).map(|half| f64::from(half) / 2.0).find(|&steepness| ink(steepness) <= INK).unwrap_or(6.0)
    }
}

/// Relative weight in the middle of a level.
fn share(level: usize) -> f64 {
    (level as f64 + 0.5) / LEVELS as f64
}

/// Minimum opacity that still changes an 8-bit colour.
const FAINTEST: f64 = 0.012;
/// Maximum number of lines per path: more are slow to render, and overlapping paths show the density.
const TOGETHER: usize = 500;

fn opacity(share: f64) -> f64 {
    share.max(FAINTEST)
}

fn line(color: Paint, width: f64, share: f64) -> Stroke {
    Stroke::solid(color, width * (0.6 + 3.4 * share))
}

/// Stroke of a connection with this fraction of the largest weight, as shown in the legend.
pub(super) fn sample(color: Paint, share: f64, theme: &Theme) -> Stroke {
    Stroke { opacity: opacity(share), ..line(color, theme.edge_width, share) }
}
