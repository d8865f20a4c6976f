//! The comparison of two models as JSON; the guide describes the keys.

use serde_json::{Value, json};

use super::Compared;
use super::side::Side;
use crate::graph::{Change, Graph, Language, Mark, Pair};
use crate::schema::ArgValue;
use crate::text::countable;

pub(super) fn object(compared: &Compared) -> Value {
    let Compared { sides, layers, weights, .. } = compared;
    let [before, after] = [0, 1].map(|side| &sides[side].model.graph);
    let pairs = layers.pairs.iter();
    let of_pairs = pairs.clone().filter(|pair| word(pair).is_some()).map(|pair| of_pair(pair, [before, after]));
    let added = layers.added.iter().map(|&node| of_one(Mark::Added, after, node));
    let removed = layers.removed.iter().map(|&node| of_one(Mark::Removed, before, node));
    let tensors: Vec<Value> = weights
        .tensors
        .iter()
        .map(|tensor| {
            let [before, after] = &tensor.names;
            let relative = tensor.relative.is_finite().then_some(tensor.relative);
            json!({"before": before, "after": after, "shape": tensor.shape, "relative_change": relative})
        })
        .collect();
    let not_compared: Vec<Value> = weights
        .not_compared
        .iter()
        .map(|tensor| json!({"before": tensor.names[0], "after": tensor.names[1], "reason": tensor.reason}))
        .collect();
    json!({
        "equal": compared.is_equal(),
        "exact": compared.language == Language::Same,
        "before": of_side(&sides[0]),
        "after": of_side(&sides[1]),
        "summary": {
            "added": layers.count(Mark::Added),
            "removed": layers.count(Mark::Removed),
            "changed": layers.count(Mark::Changed),
            "moved": layers.count(Mark::Moved),
            "resized": pairs.clone().filter(|pair| word(pair) == Some("resized")).count(),
            "renamed": pairs.filter(|pair| pair.renamed).count(),
            "folded": layers.folded(),
            "equal": layers.equal(),
        },
        "layers": removed.chain(added).chain(of_pairs).collect::<Vec<Value>>(),
        "weights": {
            "compared": weights.tensors.len(),
            "different": weights.different(),
            "tensors": tensors,
            "not_compared": not_compared,
        },
    })
}

fn of_side(side: &Side) -> Value {
    let graph = &side.model.graph;
    json!({
        "model": side.name,
        "name": graph.name(),
        "format": side.format,
        "layers": graph.order().len(),
        "parameters": countable(graph.parameters().total()),
        "macs": countable(graph.macs()),
    })
}

/// What has happened to a layer of both models; `None` if nothing has.
fn word(pair: &Pair) -> Option<&'static str> {
    let states = [(pair.resized, "resized"), (pair.folded.is_some(), "folded"), (pair.renamed, "renamed")];
    let quiet = states.into_iter().find(|(is_so, _)| *is_so).map(|(_, word)| word);
    pair.mark().map(Mark::name).or(quiet)
}

fn of_pair(pair: &Pair, [before, after]: [&Graph; 2]) -> Value {
    let change = |Change { what, before, after, .. }: &Change| {
        let [before, after] = [before, after].map(|value| value.as_ref().map(ArgValue::to_json));
        json!({"what": what, "before": before, "after": after})
    };
    let node = after.node(pair.after);
    json!({
        "change": word(pair),
        "before": before.node(pair.before).name,
        "after": node.name,
        "kind": node.content.kind(),
        "changes": pair.changes.iter().map(change).collect::<Vec<Value>>(),
    })
}

fn of_one(mark: Mark, graph: &Graph, index: petgraph::graph::NodeIndex) -> Value {
    let node = graph.node(index);
    let (before, after) = if mark == Mark::Removed { (Some(&node.name), None) } else { (None, Some(&node.name)) };
    json!({"change": mark.name(), "before": before, "after": after, "kind": node.content.kind(), "changes": []})
}
