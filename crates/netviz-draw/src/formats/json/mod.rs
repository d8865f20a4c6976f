//! JSON: the network as node-link data, and the scene with the position of everything.
//!
//! ```json
//! {
//!   "directed": true,
//!   "multigraph": true,
//!   "graph": {"name": "mnist", "parameters": 407050, "trainable": 407050, "flops": 814120},
//!   "nodes": [
//!     {"id": "input", "kind": "input", "category": null, "shape": [784], "parameters": 0, "trainable": 0,
//!      "flops": 0, "activation": "linear", "settings": {}, "x": 468.85, "y": 84.2, "width": 624.25, "height": 30}
//!   ],
//!   "edges": [{"source": "input", "target": "dense_1", "key": 0, "shape": [784]}],
//!   "scene": {
//!     "width": 854.26, "height": 483.4, "title": "mnist", "description": "…", "background": "#ffffff",
//!     "groups": [{"id": "layer-input", "class": "layer", "label": "…", "details": {}, "ends": null, "items": []}],
//!     "folds": []
//!   }
//! }
//! ```
//!
//! In a comparison of two networks, a node has the key `change` if it is `added`, `removed`, `changed` or `moved`.
//!
//! Sums that are too large to be counted are null. The sizes of a `shape` may also be names, or null if nothing is
//! known about them.
//!
//! `networkx.node_link_graph(data, edges="edges")` reads it. The nodes are in topological order. The `key` of an edge
//! is the index of the target's input, so that a layer can use the same input twice. A node has `x` and `y`, the centre
//! of its drawn items without text and lines, with `width` and `height`, unless it is not drawn separately.
//!
//! The items of a group are described in [`scene`]. Numbers have two decimals, lengths are in pixels, y points down.

mod place;
mod scene;

use petgraph::graph::NodeIndex;
use serde_json::{Map, Value, json};

use super::number::rounded;
use super::{Format, InMarkdown};
use crate::picture::{Options, Picture};
use crate::properties::LayerProperties;
use crate::scene::Scene;
use netviz_model::diagnostics::Diagnostic;
use netviz_model::graph::Graph;
use netviz_model::ir::{Dim, TensorType};
use netviz_model::text::countable;

pub(super) const FORMAT: Format = Format {
    name: "json",
    endings: &[],
    doc: "the layers as node-link data and the items of the picture, as JSON",
    is_for_terminals: false,
    in_markdown: InMarkdown::Fence("json"),
    write: |picture| json(picture).map(Into::into),
    scene: None,
};

/// Writes the network and its scene, one line per node, edge and item.
///
/// # Errors
/// If the picture would be too large.
pub fn json(picture: &Picture) -> Result<String, Diagnostic> {
    // Programs read it, for which nothing has to be folded.
    if picture.options.page.is_some() {
        let options = Options { page: None, ..picture.options.clone() };
        return json(&Picture::new(picture.graph, picture.weights, picture.view, &options));
    }
    let scene = picture.scene()?;
    let graph = picture.graph;
    Ok(format!(
        "{{\n\"directed\": true,\n\"multigraph\": true,\n\"graph\": {},\n\"nodes\": {},\n\"edges\": {},\n\"scene\": {}\n}}\n",
        attributes(graph),
        list(nodes(graph, scene)),
        list(edges(graph)),
        scene::text(scene),
    ))
}

/// A list with one element per line.
fn list(values: impl Iterator<Item = impl ToString>) -> String {
    let lines: Vec<String> = values.map(|value| value.to_string()).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) }
}

/// A number with two decimals, as an integer if it is one.
fn number(value: f64) -> Value {
    let value = rounded(value);
    #[expect(clippy::cast_possible_truncation, reason = "places in a picture are far smaller")]
    if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) }
}

fn numbers<const N: usize>(values: [f64; N]) -> Value {
    Value::from(values.map(number).to_vec())
}

fn attributes(graph: &Graph) -> Value {
    let parameters = graph.parameters();
    json!({
        "name": graph.name(),
        "parameters": countable(parameters.total()),
        "trainable": countable(parameters.trainable),
        "flops": graph.flops().and_then(countable),
    })
}

fn nodes(graph: &Graph, scene: &Scene) -> impl Iterator<Item = Value> {
    let places = place::of_layers(scene);
    graph.order().map(move |index| {
        let mut node = layer(graph, index);
        if let Some(place) = node["id"].as_str().and_then(|name| places.get(name)) {
            node.extend(place.entries());
        }
        Value::from(node)
    })
}

/// A layer without its position.
fn layer(graph: &Graph, index: NodeIndex) -> Map<String, Value> {
    let properties = LayerProperties::of(graph, index);
    let settings: Map<String, Value> = properties
        .settings
        .iter()
        .map(|setting| (setting.name.clone().into_owned(), setting.value.to_json()))
        .collect();
    let entries = [
        ("id", properties.name.clone().into()),
        ("kind", properties.kind.as_str().into()),
        ("category", properties.category.map(netviz_model::layer::Category::name).into()),
        ("shape", shape(properties.ty())),
        ("parameters", json!(countable(properties.parameters.total()))),
        ("trainable", json!(countable(properties.parameters.trainable))),
        ("flops", json!(properties.flops.and_then(countable))),
        ("activation", properties.activation.name().into()),
        ("settings", settings.into()),
    ];
    let mut layer: Map<String, Value> = entries.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
    if let Some(mark) = properties.mark {
        layer.insert("change".into(), mark.name().into());
    }
    if properties.outputs.len() > 1 {
        layer.insert("outputs".into(), properties.outputs.iter().map(shape).collect());
    }
    layer
}

/// The network as node-link data, without a picture of it.
pub fn network(graph: &Graph) -> Value {
    let nodes: Vec<Value> = graph.order().map(|index| layer(graph, index).into()).collect();
    json!({"graph": attributes(graph), "nodes": nodes, "edges": edges(graph).collect::<Vec<_>>()})
}

fn edges(graph: &Graph) -> impl Iterator<Item = Value> {
    graph.order().flat_map(move |target| {
        graph.sources(target).into_iter().enumerate().map(move |(port, source)| {
            let [from, to] = [source.node, target].map(|index| graph.node(index));
            let shape = shape(graph.ty(source));
            let mut edge = json!({"source": from.name, "target": to.name, "key": port, "shape": shape});
            if from.outputs().len() > 1 {
                edge["output"] = source.port.0.into();
            }
            edge
        })
    })
}

/// The dimensions of one sample: sizes, names of symbols, and null for what is not known.
fn shape(ty: &TensorType) -> Value {
    let dimension = |dim: &Dim| match dim {
        Dim::Size(size) => Value::from(*size),
        Dim::Symbol(name) => Value::from(&**name),
        Dim::Unknown => Value::Null,
    };
    if ty.dims().is_none() { Value::Null } else { ty.sample_dims().iter().map(dimension).collect() }
}
