//! Branches that sizes alone decide between, such as PyTorch's exporter writes for a `squeeze`: a few operations that are one.

use netviz_model::graph::Composite;

use super::net::Net;
use super::{Part, Parts};

/// The largest number of operations in both branches.
const MOST: usize = 6;

/// What the branches may do: nothing, or give the values another shape.
const SHAPES: &[&str] = &["Squeeze", "Unsqueeze", "Reshape", "Flatten", "Identity", "Cast", "Constant"];

pub(super) fn join(net: &Net, parts: &mut Parts) {
    for node in (0..net.count()).filter(|&node| net.kind(node) == "If") {
        let Some((condition, results)) = net.operands(node).split_first() else { continue };
        let is_decided = match net.giver(*condition) {
            Some(giver) => parts.of[giver] == Part::Folded,
            None => condition.parameter().is_some(),
        };
        if !is_decided || parts.of[node] != Part::Single {
            continue;
        }
        // The operations of the branches are in groups of the node.
        let is_inside =
            |other: usize| net.name(other).strip_prefix(net.name(node)).is_some_and(|rest| rest.starts_with('.'));
        let mut inside: Vec<usize> = Vec::new();
        let mut waiting: Vec<usize> = results.iter().filter_map(|&operand| net.giver(operand)).collect();
        while let Some(other) = waiting.pop().filter(|_| inside.len() <= MOST) {
            if is_inside(other) && parts.of[other] == Part::Single && !inside.contains(&other) {
                inside.push(other);
                waiting.extend(net.sources(other));
            }
        }
        if inside.len() > MOST || inside.iter().any(|&other| !SHAPES.contains(&net.kind(other))) {
            continue;
        }
        // The one that does most.
        let place = |&&other: &&usize| (SHAPES.iter().position(|kind| *kind == net.kind(other)), other);
        let Some(&main) = inside.iter().min_by_key(place) else { continue };
        let (kind, category, settings) = (net.kind(main).to_owned(), net.category(main), net.settings(main));
        inside.push(node);
        inside.sort_unstable();
        if parts.is_closed(net, &inside) {
            parts.join(net.name(node).to_owned(), Composite { kind, category, settings, symbol: None }, &inside);
        }
    }
}
