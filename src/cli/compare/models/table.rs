//! The differences between two models as tables.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use petgraph::graph::NodeIndex;

use super::Compared;
use super::weights::WeightChanges;
use crate::cli::table::{Column, NARROW, table};
use crate::diagnostics::printable_line;
use crate::graph::{Graph, Language, Mark, Pair};
use crate::schema::ArgValue;
use crate::text::{plural, rounded, thousands};

/// Tensors that are listed.
const MOST_TENSORS: usize = 10;
/// The tables of layers and weights, and the sums.
pub(super) fn written(compared: &Compared) -> String {
    let [before, after] = &compared.sides;
    let title = |side: &super::Side| match side.format {
        "netviz" => side.name.clone(),
        format => format!("{} ({format})", side.name),
    };
    let rows = rows(compared);
    let columns = [Column::text(""), Column::text("layer"), Column::text("type"), Column::text("difference")];
    let layers = if rows.is_empty() { String::new() } else { table(&columns, &rows, NARROW) };
    let head = format!("{} → {}\n", title(before), title(after));
    let parts = [head, layers, weights(&compared.weights), sums(compared)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<String>>().join("\n")
}

/// One row for each layer with a mark, in the order of the second model; a removed one stands behind the layer before
/// it.
fn rows(compared: &Compared) -> Vec<Vec<String>> {
    let [before, after] = [0, 1].map(|side| &compared.sides[side].model.graph);
    let layers = &compared.layers;
    let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
    for pair in &layers.pairs {
        if let Some(mark) = pair.mark() {
            let name = names(&before.node(pair.before).name, &after.node(pair.after).name);
            let kind = after.node(pair.after).content.kind();
            rows.push((pair.after.index(), row(mark, &name, kind, &changes(pair, compared))));
        }
    }
    for &node in &layers.added {
        rows.push((node.index(), of_one(Mark::Added, after, node)));
    }
    let mut places: Vec<Option<usize>> = vec![None; before.order().len()];
    for pair in &layers.pairs {
        places[pair.before.index()] = Some(pair.after.index());
    }
    let removed: HashSet<NodeIndex> = layers.removed.iter().copied().collect();
    let mut place = 0;
    for index in before.order() {
        place = places[index.index()].unwrap_or(place);
        if removed.contains(&index) {
            rows.push((place, of_one(Mark::Removed, before, index)));
        }
    }
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(mark: Mark, name: &str, kind: &str, difference: &str) -> Vec<String> {
    vec![mark.sign().to_owned(), printable_line(name), printable_line(kind), printable_line(difference)]
}

/// `a`, or `a → b`.
fn names(before: &str, after: &str) -> String {
    if before == after { after.to_owned() } else { format!("{before} → {after}") }
}

/// A layer that one of the models has, with its shape and parameters.
fn of_one(mark: Mark, graph: &Graph, index: NodeIndex) -> Vec<String> {
    let node = graph.node(index);
    let shapes: Vec<String> = graph.types(index).map(ToString::to_string).collect();
    let parameters = Some(node.parameters.total()).filter(|&count| count > 0);
    let parts = [shapes.join(", ")].into_iter().chain(parameters.map(|count| plural(count, "parameter")));
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    row(mark, &node.name, node.content.kind(), &parts.join("; "))
}

/// `units 10 → 20; reads a → b`.
fn changes(pair: &Pair, compared: &Compared) -> String {
    let moved = pair.moved.then(|| {
        let sources = |side: usize, node: NodeIndex| {
            let graph = &compared.sides[side].model.graph;
            graph.sources(node).into_iter().map(|source| graph.source_name(source)).collect::<Vec<_>>().join(", ")
        };
        let [old, new] = [sources(0, pair.before), sources(1, pair.after)];
        if old == new { "in another group".to_owned() } else { format!("reads {old} → {new}") }
    });
    moved.into_iter().chain(pair.changes.iter().map(ToString::to_string)).collect::<Vec<_>>().join("; ")
}

/// The tensors that differ most.
fn weights(weights: &WeightChanges) -> String {
    let different = weights.different();
    if different == 0 {
        return String::new();
    }
    let columns = [Column::text("tensor"), Column::text("shape"), Column::numbers("relative change")];
    let shown = weights.tensors.iter().take(different.min(MOST_TENSORS));
    let rows: Vec<Vec<String>> = shown
        .map(|tensor| {
            let shape = ArgValue::sizes(tensor.shape.iter().copied()).to_string();
            let [before, after] = &tensor.names;
            vec![printable_line(&names(before, after)), shape, percent(tensor.relative)]
        })
        .collect();
    let more = if different > MOST_TENSORS {
        format!("and {} more\n", thousands(different - MOST_TENSORS))
    } else {
        String::new()
    };
    table(&columns, &rows, NARROW) + &more
}

/// `12.3 %`; small changes have two digits.
fn percent(relative: f64) -> String {
    let percent = 100.0 * relative;
    if !percent.is_finite() {
        "from zero".to_owned()
    } else if percent >= 9.95 {
        format!("{percent:.0} %")
    } else if percent >= 0.01 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.1e} %")
    }
}

/// `3 layers added, 1 removed, 2 changed, 48 equal`, and the sums of both models.
fn sums(compared: &Compared) -> String {
    let layers = &compared.layers;
    let resized = layers.pairs.iter().filter(|pair| pair.resized && pair.mark().is_none()).count();
    let mut counts: Vec<(usize, &str)> = Mark::ALL.map(|mark| (layers.count(mark), mark.name())).into();
    counts.extend([(resized, "with other sizes as a result"), (layers.equal(), "equal")]);
    counts.retain(|(count, _)| *count > 0);
    let mut text: Vec<String> = counts.iter().map(|(count, what)| format!("{} {what}", thousands(*count))).collect();
    if let (Some(first), Some((count, what))) = (text.first_mut(), counts.first()) {
        *first = format!("{} {what}", plural(*count, "layer"));
    }
    let renamed = layers.pairs.iter().filter(|pair| pair.renamed).count();
    let renamed =
        (renamed > 0 && compared.language == Language::Same).then(|| format!(" ({} renamed)", thousands(renamed)));
    let mut lines = vec![text.join(", ") + &renamed.unwrap_or_default()];
    let graphs = [0, 1].map(|side| &compared.sides[side].model.graph);
    let both = |name: &str, [before, after]: [usize; 2]| {
        let [old, new] = [before, after].map(rounded);
        let [old, new] = if old == new && before != after { [before, after].map(thousands) } else { [old, new] };
        if before == after { format!("{name} {old}") } else { format!("{name} {old} → {new}") }
    };
    let macs = graphs.map(Graph::macs);
    let parameters = both("parameters", graphs.map(|graph| graph.parameters().total()));
    lines.push([parameters, both("multiply-adds", macs)].join("; "));
    lines.extend(of_weights(&compared.weights));
    if layers.folded() > 0 {
        let count = plural(layers.folded(), "batch normalization");
        lines.push(format!("{count} folded into the layers before in one of the two"));
    }
    if compared.language == Language::Different {
        let [before, after] = &compared.sides;
        let words = match (before.format, after.format) {
            (old, new) if old == new => format!("files of {} and {}", written_by(before), written_by(after)),
            ("netviz", new) => format!("a model file and {new}"),
            (old, "netviz") => format!("{old} and a model file"),
            (old, new) => format!("{old} and {new}"),
        };
        lines.push(format!(
            "{words} are compared by what both say: not by paddings, initializers, changes of shape and order, and \
             layers for training alone"
        ));
    }
    if compared.is_equal() {
        lines.push("the models are equal".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Reasons for weights that are not compared of which the table tells.
const REASONS: usize = 3;

/// The program that wrote a file.
fn written_by(side: &super::Side) -> String {
    if side.exporter.is_empty() { "an unknown program".to_owned() } else { printable_line(&side.exporter) }
}

fn of_weights(weights: &WeightChanges) -> Option<String> {
    let skipped = weights.not_compared.len();
    let (different, all) = (weights.different(), weights.tensors.len());
    let compared = match (all, different) {
        (0, _) => None,
        (_, 0) => Some(format!("weights equal in {}", plural(all, "tensor"))),
        _ => Some(format!("weights differ in {} of {}", thousands(different), plural(all, "tensor"))),
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tensor in &weights.not_compared {
        *counts.entry(&tensor.reason).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| Reverse(count));
    let reason = |(reason, count)| {
        if count == skipped { String::from(reason) } else { format!("{reason} ({})", thousands(count)) }
    };
    let reasons: Vec<String> = counts.into_iter().take(REASONS).map(reason).collect();
    let rest = (skipped > 0).then(|| {
        let what =
            if compared.is_none() { format!("weights of {}", plural(skipped, "tensor")) } else { thousands(skipped) };
        format!("{what} not compared: {}", reasons.join(", "))
    });
    let parts: Vec<String> = compared.into_iter().chain(rest).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
