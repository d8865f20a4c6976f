//! The connections: along the axis, and past the ranks in between as `layered` routes them.
//!
//! Lines slant only in channels, which lie after everything in the ranks before and before everything in the ranks
//! after, so that none runs over a solid or a caption.

use super::figure::Figure;
use super::place::Places;
use super::ports::{Port, is_bent, reach};
use super::{Pen, connections};
use crate::layout::axes::Axes;
use crate::layout::wrap::Route;
use crate::scene::Group;
use crate::views::volumes::VolumeView;

/// A link as a group.
pub(super) fn connection(link: usize, route: &Route, view: &VolumeView, axes: Axes, pen: &Pen) -> Group {
    let [from, to] = &view.links()[link].layers;
    connections(from, to, route.items(axes, [0.0; 2], true, pen.theme))
}

/// The corners of a link's route, across the flow and along it.
pub(super) fn route(link: usize, view: &VolumeView, figures: &[Figure], places: &Places) -> Vec<[f64; 2]> {
    let [source, target] = view.links()[link].volumes;
    let levels = &places.levels[link];
    let Port { turns_in, offset } = places.ports[link];
    let reach = figures[target].radius.map(|radius| reach(radius, offset));
    let from = places.at[source][0] + figures[source].ends[1];
    let to = places.at[target][0] + reach.map_or(figures[target].ends[0], |reach| -reach);
    let mut corners = vec![[levels[0], from]];
    let channels = &places.channels[places.ranks[source]..];
    let last = levels.len() - 2;
    for (step, (pair, channel)) in levels.windows(2).zip(channels).enumerate() {
        match channel {
            _ if step == last && turns_in => {
                let along = places.at[target][0] + offset;
                corners.extend([[pair[0], along], [pair[1] - reach.unwrap_or_default(), along]]);
                return corners;
            }
            Some([start, end]) if is_bent(pair) => corners.extend([[pair[0], *start], [pair[1], *end]]),
            _ => {}
        }
    }
    corners.push([levels[levels.len() - 1], to]);
    corners
}
