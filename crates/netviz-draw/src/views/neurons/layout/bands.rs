//! Positions of the ranks along the flow.

use super::Extent;
use crate::layout::layered::Placement;
use crate::theme::Theme;
use crate::views::neurons::{Link, NeuronView};

/// Position of a rank along the flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Band {
    /// Its start and end.
    pub(super) edges: [f64; 2],
    /// Position of the centres of its rows.
    pub(super) center: f64,
}

/// The band of each rank; the first starts at 0.
pub(super) fn bands(view: &NeuronView, theme: &Theme, extents: &[Extent], placed: &Placement) -> Vec<Band> {
    let count = placed.ranks.iter().max().map_or(0, |rank| rank + 1);
    let mut rooms = vec![[0.0_f64; 2]; count];
    for (extent, &rank) in extents.iter().zip(&placed.ranks) {
        for (room, own) in rooms[rank].iter_mut().zip(extent.along) {
            *room = room.max(own);
        }
    }
    let mut start = 0.0;
    rooms
        .iter()
        .zip(gaps(view, theme, extents, placed, count))
        .map(|([before, behind], gap)| {
            let center = start + before;
            let edges = [start, center + behind];
            start = edges[1] + gap;
            Band { edges, center }
        })
        .collect()
}

/// Distance between each rank and the next.
fn gaps(view: &NeuronView, theme: &Theme, extents: &[Extent], placed: &Placement, count: usize) -> Vec<f64> {
    let mut gaps = vec![theme.rank_gap; count];
    for (&Link { ends: [source, target], .. }, passes) in view.links().iter().zip(&placed.passes) {
        let neurons = [source, target].map(|row| view.rows()[row].is_neurons());
        let gap = match neurons {
            [true, true] => theme.dense_gap,
            [true, false] | [false, true] => theme.fan_gap,
            [false, false] => theme.rank_gap,
        };
        let spans = [source, target].map(|row| span(&extents[row], placed.x[row]));
        let joints = [passes.first(), passes.last()].map(|pass| pass.map(|&x| [x, x]));
        let slants = [
            if neurons[0] { slant(spans[0], joints[0].unwrap_or(spans[1])) } else { 0.0 },
            if neurons[1] { slant(joints[1].unwrap_or(spans[0]), spans[1]) } else { 0.0 },
        ];
        for (rank, slant) in [placed.ranks[source], placed.ranks[target] - 1].into_iter().zip(slants) {
            gaps[rank] = gaps[rank].max(gap).max(slant * theme.fan_slope);
        }
    }
    gaps
}

/// Positions of the first and the last point that connections attach to.
fn span(extent: &Extent, center: f64) -> [f64; 2] {
    let sources = extent.sources();
    let end = |x: Option<&f64>| center + x.copied().unwrap_or_default();
    [end(sources.first()), end(sources.last())]
}

/// Largest sideways offset of a line between two spans.
fn slant(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[1] - b[0]).abs().max((b[1] - a[0]).abs())
}
