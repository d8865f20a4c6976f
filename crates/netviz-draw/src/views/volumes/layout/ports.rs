//! Where links meet a volume: each at its own point, so that every line is visible up to its end.

use crate::layout::layered::Placement;
use crate::layout::wrap;
use crate::scene::Stroke;
use crate::scene::route::head_size;
use crate::theme::Theme;
use crate::views::volumes::VolumeView;

/// Where a link meets its target.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Port {
    /// Whether it comes from the side instead of along the flow.
    pub(super) turns_in: bool,
    /// Distance from the axis of the volume: across the flow, or along it if the link comes from the side.
    pub(super) offset: f64,
}

/// What lines meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Side {
    /// A circle.
    Circle { radius: f64 },
    /// The face of a solid, with half of its size across the flow.
    Face { half: f64 },
}

/// Fraction of the radius within which lines meet a circle, so that those from the side stay clear of those along the
/// flow.
const WITHIN: f64 = 0.65;
/// How much each port after the first adds to the radius, relative to the distance between ports.
const GROWTH: f64 = 0.85;
/// Distance between the ports of a solid, and the fraction of its half within which they are.
const APART: f64 = 2.0 * wrap::PORT + 0.5;
const WITHIN_FACE: f64 = 0.85;
/// Radius up to which ports are as far apart as arrowheads need, and their minimum distance in line widths.
const USUAL: f64 = 60.0;
const LEAST: f64 = 2.0;

/// Distance between ports at which arrowheads do not touch.
fn distance(theme: &Theme) -> f64 {
    2.0 * head_size(Stroke::solid(theme.edge, theme.link_width))[1] + 2.0
}

/// Minimum radius of a circle with this many inputs.
pub(super) fn least_radius(inputs: usize, theme: &Theme) -> f64 {
    let more = inputs.saturating_sub(1) as f64;
    let usual = (GROWTH * distance(theme) * more).min(USUAL);
    usual.max(GROWTH * LEAST * theme.link_width * more)
}

/// Half of the chord of a circle at a distance from its centre.
pub(super) fn reach(radius: f64, offset: f64) -> f64 {
    (radius * radius - offset * offset).max(0.0).sqrt()
}

/// Lines closer together than this count as one.
const SAME: f64 = 0.5;

/// Whether a line goes from one level to the other instead of straight on.
pub(super) fn is_bent(levels: &[f64]) -> bool {
    (levels[1] - levels[0]).abs() > SAME
}

/// The port of each link, given what lines meet of each volume; `levels` has the positions of each link across the flow.
pub(super) fn ports(
    view: &VolumeView,
    sides: &[Side],
    placement: &Placement,
    levels: &[Vec<f64>],
    theme: &Theme,
) -> Vec<Port> {
    // Minimum position across the flow of the volumes of each rank.
    let mut firsts = vec![f64::INFINITY; placement.ranks.iter().max().map_or(0, |rank| rank + 1)];
    for (&rank, &x) in placement.ranks.iter().zip(&placement.x) {
        firsts[rank] = firsts[rank].min(x);
    }
    let mut arriving = vec![Vec::new(); sides.len()];
    for (index, link) in view.links().iter().enumerate() {
        arriving[link.volumes[1]].push(index);
    }
    let mut ports = vec![Port::default(); levels.len()];
    for (volume, mut links) in arriving.into_iter().enumerate() {
        let at = placement.x[volume];
        // A link may enter from the side that has no text, if it passes no other volume there.
        let is_first = at <= firsts[placement.ranks[volume]];
        let level = |link: usize| levels[link][levels[link].len() - 2];
        links.sort_by(|&a, &b| level(a).total_cmp(&level(b)));
        let turning = match sides[volume] {
            Side::Circle { radius } => links.partition_point(|&link| is_first && level(link) < at - 2.0 * radius),
            Side::Face { .. } => 0,
        };
        let (beside, along) = links.split_at(turning);
        let [most, distance] = match sides[volume] {
            Side::Circle { radius } => [WITHIN * radius, distance(theme)],
            Side::Face { half } => [WITHIN_FACE * half, APART],
        };
        // The nearest link turns in first, so that they do not cross.
        for (&link, offset) in beside.iter().rev().zip(offsets(beside.len(), None, distance, most)) {
            ports[link] = Port { turns_in: true, offset };
        }
        let straight = along.iter().position(|&link| !is_bent(&[level(link), at]));
        for (&link, offset) in along.iter().zip(offsets(along.len(), straight, distance, most)) {
            ports[link] = Port { turns_in: false, offset };
        }
    }
    ports
}

/// Offsets side by side, at most `most` from 0; the one with index `center`, or else their middle, is at 0.
fn offsets(count: usize, center: Option<usize>, distance: f64, most: f64) -> impl Iterator<Item = f64> {
    let last = count.saturating_sub(1) as f64;
    let center = center.map_or(last / 2.0, |center| center as f64);
    let distance = distance.min(most / center.max(last - center).max(0.5));
    (0..count).map(move |index| (index as f64 - center) * distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_apart_and_within_the_circle() {
        let theme = Theme::classic();
        for inputs in 2..200 {
            let most = WITHIN * least_radius(inputs, &theme).max(8.0);
            for center in [None, Some(0), Some(inputs / 2), Some(inputs - 1)] {
                let offsets: Vec<f64> = offsets(inputs, center, distance(&theme), most).collect();
                assert!(offsets.iter().all(|offset| offset.abs() <= most + 1e-9));
                assert!(offsets.windows(2).all(|pair| pair[1] - pair[0] > 0.7 * theme.link_width), "{inputs}");
                assert!(center.is_none_or(|center| offsets[center].abs() < 1e-9));
            }
        }
    }

    #[test]
    fn a_circle_ends_at_its_radius() {
        assert!((reach(5.0, 3.0) - 4.0).abs() < 1e-9);
        assert!(reach(5.0, 6.0).abs() < 1e-9);
    }
}
