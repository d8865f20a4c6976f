//! Layers that exporters take apart, each declared as the graph of operations that it becomes.
//!
//! A declaration is a text of one operation a line, the result last:
//!
//! ```text
//! a = Product(x, 0.70711)
//! b = Erf(a)
//! c = Add(b, 1)
//! y = Product(x, c, 0.5)
//! ```
//!
//! Names of other lines are their results, and other names are inputs: the same name is the same value. A number is a stored
//! scalar with this value, `=1` a stored tensor that is 1 throughout, `#` any stored or folded scalar, `_` any stored or folded
//! tensor, a name in capitals one of several values, and `~name` anything. Behind `@` is where in a tensor these values are:
//! `W@last` has them along the last axes, `W@channels` along the second one, and `W@one` along one that all of them share.
//! `axis=last` is an attribute, or the operand in its place, with this value, and one with `?=` may be left out.
//! `A|B` is either operation. Further operands are ignored. Additions and multiplications match in any order, and
//! operations that [pass on](super::passing) values are looked through. A `Product` is any number of multiplications,
//! divisions, changes of the sign and powers that together have these factors; `1/s` is one divided by a result. A line whose
//! name ends with `*` is any number of such operations, each of which reads the one before. No other node may read what a
//! line gives, except the last one and those that are marked with `!`.

mod activation;
mod attention;
mod given;
mod linear;
mod matcher;
mod normalization;
mod parse;
mod product;
mod quantization;
mod recurrent;
mod shape;

use std::collections::HashMap;
use std::sync::LazyLock;

use netviz_model::category::Category;
use netviz_model::graph::Composite;

use super::net::Net;
use super::{Part, Parts};
use matcher::Matcher;
use parse::Graph;

/// A layer, and the operations that it becomes.
pub(super) struct Pattern {
    /// What it is: the operator of ONNX if there is one.
    kind: &'static str,
    category: Category,
    /// Its operations.
    graph: &'static str,
    /// Operations with one value before and behind it that belong to it too, while only it reads them or it alone is read.
    absorbs: &'static [&'static str],
    /// Whether it must have the shape of its first input.
    keeps_shape: bool,
    /// What else must hold for the nodes of its lines.
    condition: fn(&Net, &[usize]) -> bool,
}

impl Pattern {
    const fn new(kind: &'static str, category: Category, graph: &'static str) -> Self {
        Self { kind, category, graph, absorbs: &[], keeps_shape: false, condition: |_, _| true }
    }

    const fn absorbs(self, absorbs: &'static [&'static str]) -> Self {
        Self { absorbs, ..self }
    }

    const fn keeps_shape(self) -> Self {
        Self { keeps_shape: true, ..self }
    }

    const fn only_if(self, condition: fn(&Net, &[usize]) -> bool) -> Self {
        Self { condition, ..self }
    }
}

/// The families; of two patterns that match, the first one counts.
const FAMILIES: &[&[Pattern]] = &[
    attention::PATTERNS,
    recurrent::PATTERNS,
    normalization::PATTERNS,
    activation::PATTERNS,
    quantization::PATTERNS,
    linear::PATTERNS,
    shape::PATTERNS,
];

/// Patterns by the operations of their last lines.
type ByLast = HashMap<&'static str, Vec<(&'static Pattern, Graph)>>;

/// Those of each family.
static BY_LAST: LazyLock<Vec<ByLast>> = LazyLock::new(|| FAMILIES.iter().map(|family| by_last(family)).collect());

fn by_last(family: &'static [Pattern]) -> ByLast {
    let mut by_last = ByLast::new();
    for pattern in family {
        let graph = Graph::parse(pattern.graph);
        for kind in graph.last_kinds() {
            by_last.entry(kind).or_default().push((pattern, graph.clone()));
        }
    }
    by_last
}

pub(super) fn join(net: &Net, parts: &mut Parts) {
    for family in BY_LAST.iter() {
        // Backwards, since a pattern is found from its result.
        for node in (0..net.count()).rev() {
            if parts.of[node] == Part::Single
                && let Some(patterns) = family.get(net.word(node))
            {
                join_at(net, parts, patterns, node);
            }
        }
    }
}

/// Joins the operations of the first pattern that ends at a node.
fn join_at(net: &Net, parts: &mut Parts, patterns: &[(&Pattern, Graph)], node: usize) {
    let found = patterns.iter().find_map(|(pattern, graph)| {
        let (lines, nodes) = Matcher::new(net, parts, graph).nodes(node)?;
        (pattern.condition)(net, &lines).then_some(())?;
        let nodes = absorbed(net, parts, nodes, pattern.absorbs);
        (!pattern.keeps_shape || keeps_shape(net, &nodes)).then_some(())?;
        // A layer that is one operation is named by that.
        (nodes.len() > 1 && parts.is_closed(net, &nodes)).then_some((pattern, nodes))
    });
    let Some((pattern, nodes)) = found else { return };
    let main = net.main(&nodes);
    let settings = main.filter(|_| pattern.category != Category::Attention).map(|main| net.settings(main));
    let composite = Composite {
        kind: pattern.kind.to_owned(),
        category: Some(pattern.category),
        settings: settings.unwrap_or_default(),
        symbol: None,
    };
    parts.join(net.name(node).to_owned(), composite, &nodes);
}

/// Whether what the last node gives has the type of what the first one reads.
fn keeps_shape(net: &Net, nodes: &[usize]) -> bool {
    let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else { return false };
    let input = net.operands(first).first().and_then(|operand| operand.value());
    input.zip(net.outputs(last).first()).is_some_and(|(input, &output)| net.ty(input) == net.ty(output))
}

/// The nodes with those around them that belong to them.
fn absorbed(net: &Net, parts: &Parts, mut nodes: Vec<usize>, kinds: &[&str]) -> Vec<usize> {
    if kinds.is_empty() {
        return nodes;
    }
    let is_free = |node: usize| parts.of[node] == Part::Single && kinds.contains(&net.word(node)) && !net.leaves(node);
    let values = |node: usize| net.sources(node).filter(|&source| parts.of[source] != Part::Folded).count();
    let shown = |node: usize| net.targets(node).filter(|&target| parts.of[target] != Part::Folded).collect::<Vec<_>>();
    loop {
        let within = |node: &usize| nodes.binary_search(node).is_ok();
        let before = nodes.iter().flat_map(|&node| net.sources(node)).filter(|node| !within(node));
        let mut more: Vec<usize> =
            before.filter(|&node| is_free(node) && values(node) == 1 && shown(node).iter().all(within)).collect();
        let is_end = |node: usize| !shown(node).iter().all(within);
        let mut ends = nodes.iter().copied().filter(|&node| is_end(node));
        if let (Some(end), None) = (ends.next(), ends.next())
            && let [target] = shown(end)[..]
            && is_free(target)
            && values(target) == 1
            && !net.leaves(end)
        {
            more.push(target);
        }
        if more.is_empty() {
            return nodes;
        }
        nodes.extend(more);
        nodes.sort_unstable();
        nodes.dedup();
    }
}
