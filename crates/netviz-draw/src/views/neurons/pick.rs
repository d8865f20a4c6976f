//! Selection of the neurons of a layer that are drawn.

use std::cmp::Reverse;

use petgraph::graph::NodeIndex;

use super::row::neurons;
use crate::picture::{Detail, Pick, Picture};
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::schema::suggest;
use netviz_model::text::thousands;

/// The largest number of neurons drawn of a layer, and that at low detail, if none is asked for.
const USUAL: usize = 10;
const LOW: usize = 5;

/// Refuses numbers of neurons that layers do not have.
pub(super) fn check(picture: &Picture) -> Result<(), Diagnostic> {
    let graph = picture.graph;
    let name_of = |index: NodeIndex| graph.node(index).name.as_str();
    for (name, &count) in &picture.options.theme.neurons {
        let shown = excerpt(name);
        let found = graph.order().find(|&index| name_of(index) == name);
        let Some(total) = found.and_then(|index| neurons(graph, index)) else {
            let message = match found {
                Some(_) => format!("`{shown}` is not drawn as neurons"),
                None => format!("`{}` has no layer `{shown}`", graph.name()),
            };
            let names: Vec<&str> =
                graph.order().filter(|&index| neurons(graph, index).is_some()).map(name_of).collect();
            let hint = match names[..] {
                [] => "no layer of this network is drawn as neurons".to_owned(),
                _ => suggest::hint(name, names),
            };
            return Err(Diagnostic::error(message).hint(hint));
        };
        if !(1..=total).contains(&count) {
            let [count, total] = [count, total].map(thousands);
            let message = format!("cannot draw {count} neurons of `{shown}`, which has {total}");
            return Err(Diagnostic::error(message).hint(format!("choose a number from 1 to {total}")));
        }
    }
    Ok(())
}

/// Number of neurons drawn of a layer with `total` neurons: that of the theme for its name, else that for all layers.
pub(super) fn most(layer: &str, total: usize, picture: &Picture) -> usize {
    let options = picture.options;
    let usual = if picture.level.detail == Detail::Low { LOW } else { USUAL };
    let most = options.max_neurons.unwrap_or(usual);
    match options.theme.neurons.get(layer) {
        Some(&count) => count.clamp(1, total),
        None if options.full => total,
        None => most.max(1).min(total),
    }
}

/// The `most` neurons drawn of a layer with `total` neurons, in ascending order. `strength` gives the strength of each; of
/// equally strong ones, the first are selected. If it is unknown, the first ones are drawn.
pub(super) fn pick(most: usize, total: usize, strength: Option<&[f64]>, which: Pick) -> Vec<usize> {
    match (which, strength) {
        (Pick::Strongest, Some(strength)) => {
            let mut order: Vec<usize> = (0..total).collect();
            order.sort_by_key(|&neuron| (Reverse(OrderedStrength(strength[neuron])), neuron));
            order.truncate(most);
            order.sort_unstable();
            order
        }
        (Pick::Even, Some(_)) => even(total, most),
        (_, None) => (0..most).collect(),
    }
}

/// The first, the last, and the requested number in between, spaced as evenly as possible.
fn even(total: usize, most: usize) -> Vec<usize> {
    match most {
        _ if most >= total => (0..total).collect(),
        1 => vec![0],
        _ => (0..most).map(|index| index * (total - 1) / (most - 1)).collect(),
    }
}

/// A strength, ordered as a number; NaN is the smallest.
#[derive(PartialEq)]
struct OrderedStrength(f64);

impl Eq for OrderedStrength {}

impl Ord for OrderedStrength {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |strength: f64| if strength.is_nan() { f64::NEG_INFINITY } else { strength };
        key(self.0).total_cmp(&key(other.0))
    }
}

impl PartialOrd for OrderedStrength {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_neurons_start_with_the_first_and_end_with_the_last() {
        assert_eq!(even(784, 10), [0, 87, 174, 261, 348, 435, 522, 609, 696, 783]);
        assert_eq!(even(3, 10), [0, 1, 2]);
        assert_eq!(even(11, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]);
        assert_eq!(even(9, 1), [0]);
        for total in 1..60 {
            for most in 1..70 {
                let picked = even(total, most);
                assert!(picked.len() == most.min(total) && picked.is_sorted_by(|a, b| a < b));
            }
        }
    }

    #[test]
    fn the_strongest_are_picked_and_stay_in_order() {
        assert_eq!(pick(3, 5, Some(&[1.0, 5.0, f64::NAN, 5.0, 2.0]), Pick::Strongest), [1, 3, 4]);
        assert_eq!(pick(3, 5, None, Pick::Strongest), [0, 1, 2]);
        assert_eq!(pick(3, 5, Some(&[1.0; 5]), Pick::Even), [0, 2, 4]);
    }
}
