//! What does not depend on the values of the inputs is not shown: computations of weights, and of shapes.

use std::collections::HashSet;

use netviz_model::category::Category;
use netviz_model::ir::Operand;

use super::net::Net;
use super::{Part, Parts};

/// What the values of a node follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// Stored tensors alone.
    Weights,
    /// The sizes of inputs, and stored tensors.
    Sizes,
    /// The values of inputs, or chance.
    Values,
}

/// Operations that give sizes of what they read.
const SIZES: &[&str] = &["Shape", "Size", "sym_size", "sym_size.int", "sym_numel", "size"];
/// Operations whose values follow from more than what they read.
const SOURCES: &[&str] = &["If", "Loop", "Scan", "Multinomial", "Bernoulli"];

/// Operations whose bodies run several times, and start from values that may be constants.
const LOOPS: &[&str] = &["Loop", "Scan", "while_loop", "scan", "associative_scan", "map", "map_impl"];

pub(super) fn fold(net: &Net, parts: &mut Parts) {
    let loops = (0..net.count()).filter(|&node| LOOPS.contains(&net.kind(node))).map(|node| net.name(node));
    let loops: HashSet<&str> = loops.collect();
    let all: HashSet<&str> = (0..net.count()).map(|node| net.name(node)).collect();
    let mut origins = Vec::with_capacity(net.count());
    let mut is_start = vec![false; net.count()];
    for node in 0..net.count() {
        let own = body(net, node, &loops);
        let outer = net.sources(node).filter(|&source| own.is_some() && body(net, source, &loops) != own);
        let outer: Vec<usize> = outer.filter(|&source| source < node).collect();
        // What a body is given at run time is no operand.
        let is_given = matches!(net.operands(node), [Operand::Absent, ..]) && body(net, node, &all).is_some();
        origins.push(if outer.is_empty() && !is_given { origin(net, node, &origins) } else { Origin::Values });
        for source in outer {
            is_start[source] = true;
        }
    }
    // A folded node that only others read that are shown for themselves would leave these without a source.
    for (node, origin) in origins.into_iter().enumerate() {
        let is_read = net.targets(node).next().is_some();
        if origin != Origin::Values && is_read && !is_start[node] && !net.leaves(node) {
            parts.of[node] = Part::Folded;
        }
    }
}

/// The innermost one of these operations in whose body a node is.
fn body<'a>(net: &'a Net, node: usize, holders: &HashSet<&str>) -> Option<&'a str> {
    let mut path = net.name(node);
    while !holders.is_empty() {
        path = path.rsplit_once('.')?.0;
        if holders.contains(path) {
            return Some(path);
        }
    }
    None
}

fn origin(net: &Net, node: usize, known: &[Origin]) -> Origin {
    let kind = net.kind(node);
    // What is looked up is shown, and so is what becomes of it.
    let is_lookup = net.category(node) == Some(Category::Embedding);
    if is_lookup
        || net.is_input(node)
        || SOURCES.contains(&kind)
        || kind.starts_with("Random")
        || net.operands(node).is_empty()
    {
        return Origin::Values;
    }
    let origins = net.sources(node).map(|source| known.get(source).copied().unwrap_or(Origin::Values));
    match origins.max().unwrap_or(Origin::Weights) {
        Origin::Values if SIZES.contains(&kind) => Origin::Sizes,
        origin => origin,
    }
}
