//! A [`Spec`] into a [`Graph`].

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use petgraph::Direction::Incoming;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Content, Graph, Node, Port, training};
use crate::diagnostics::{Diagnostic, Problems};
use crate::layer::Arity;
use crate::program::ParameterCount;
use crate::program::builder::measure;
use crate::shape::Shape;
use crate::source::Span;
use crate::spec::{INPUT, LayerSpec, Spec, suggest};

/// The most parameters of one layer: four terabytes.
const MAX_PARAMETERS: usize = 1 << 40;

impl Graph {
    /// Connects the layers, orders them and infers their shapes; `None` where something is wrong.
    pub fn build(spec: Spec, problems: &mut Problems) -> Option<Self> {
        let links = connect(&spec.layers, problems)?;
        let order = sort(&links, &spec.layers, problems)?;
        let output = find_output(&links, &spec.layers, problems);
        let mut nodes = infer(&spec, &links, &order, problems)?;
        let graph = links.filter_map(|index, ()| nodes[index.index()].take(), |_, port| Some(*port));
        let graph =
            Self { name: spec.name, graph, order, input: NodeIndex::new(0), output: output?, train: spec.train };
        training::check(&graph, problems);
        (!problems.has_errors()).then_some(graph)
    }
}

/// The layer behind a node; node 0 is the input.
fn layer_of(layers: &[LayerSpec], node: NodeIndex) -> Option<&LayerSpec> {
    node.index().checked_sub(1).map(|index| &layers[index])
}

fn name_of(layers: &[LayerSpec], node: NodeIndex) -> &str {
    layer_of(layers, node).map_or(INPUT, |layer| &layer.name)
}

/// Resolves every `from`. Node 0 is the input, node `i + 1` is layer `i`.
fn connect(layers: &[LayerSpec], problems: &mut Problems) -> Option<DiGraph<(), Port>> {
    let mut links = DiGraph::with_capacity(layers.len() + 1, layers.len());
    let nodes: Vec<NodeIndex> = (0..=layers.len()).map(|_| links.add_node(())).collect();
    let mut by_name = HashMap::from([(INPUT, nodes[0])]);
    by_name.extend(layers.iter().zip(&nodes[1..]).map(|(layer, &node)| (layer.name.as_str(), node)));
    let mut complete = true;
    for (index, layer) in layers.iter().enumerate() {
        let mut sources = vec![nodes[index]];
        if !layer.from.is_empty() {
            sources.clear();
            for (name, span) in &layer.from {
                match by_name.get(name.as_str()) {
                    Some(&node) => sources.push(node),
                    None => {
                        complete = false;
                        problems.push(unknown_layer(name, *span, layers));
                    }
                }
            }
        }
        complete &= fits_arity(layer, layer.from.len().max(1), problems);
        for (port, source) in sources.into_iter().enumerate() {
            links.add_edge(source, nodes[index + 1], Port(port));
        }
    }
    complete.then_some(links)
}

fn unknown_layer(name: &str, span: Span, layers: &[LayerSpec]) -> Diagnostic {
    let names = layers.iter().map(|layer| layer.name.as_str()).chain([INPUT]);
    let hint = suggest::nearest(name, names).map_or_else(
        || "give that layer this `name`, or name a layer that is there".into(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    Diagnostic::error(format!("there is no layer named `{name}`")).at(span).hint(hint)
}

fn fits_arity(layer: &LayerSpec, inputs: usize, problems: &mut Problems) -> bool {
    let (message, hint) = match layer.kind.arity {
        Arity::One if inputs > 1 => (
            format!("`{}` takes one input, but `from` names {inputs}", layer.kind.name),
            "join them first with `add` or `concat`",
        ),
        Arity::Many if inputs < 2 => {
            (format!("`{}` needs two inputs or more", layer.kind.name), "name them: `from: [a, b]`")
        }
        _ => return true,
    };
    let span = layer.from.get(1).map_or(layer.span, |(_, span)| *span);
    problems.push(Diagnostic::error(message).at(span).hint(hint));
    false
}

/// Topological order, ties in the order of the file (Kahn 1962); reports every cycle.
fn sort(links: &DiGraph<(), Port>, layers: &[LayerSpec], problems: &mut Problems) -> Option<Vec<NodeIndex>> {
    let mut waiting: Vec<usize> =
        links.node_indices().map(|node| links.neighbors_directed(node, Incoming).count()).collect();
    let mut ready: BTreeSet<NodeIndex> = links.node_indices().filter(|node| waiting[node.index()] == 0).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for next in links.neighbors(node) {
            waiting[next.index()] -= 1;
            if waiting[next.index()] == 0 {
                ready.insert(next);
            }
        }
    }
    if order.len() == waiting.len() {
        return Some(order);
    }
    for component in tarjan_scc(links) {
        let first = *component.iter().min()?;
        if component.len() > 1 || links.contains_edge(first, first) {
            let path: Vec<&str> =
                cycle(links, &component, first).into_iter().map(|node| name_of(layers, node)).collect();
            let message = format!("the layers feed each other in a cycle: {}", path.join(" → "));
            let span = layer_of(layers, first).map(|layer| layer.from.first().map_or(layer.span, |(_, span)| *span));
            let diagnostic = Diagnostic::error(message).hint("a layer can only use layers that do not depend on it");
            problems.push(span.map_or(diagnostic.clone(), |span| diagnostic.at(span)));
        }
    }
    None
}

/// A shortest cycle through `first`, which is in a strongly connected component.
fn cycle(links: &DiGraph<(), Port>, component: &[NodeIndex], first: NodeIndex) -> Vec<NodeIndex> {
    let members: BTreeSet<NodeIndex> = component.iter().copied().collect();
    let mut reached_from = HashMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let mut next: Vec<NodeIndex> = links.neighbors(node).filter(|next| members.contains(next)).collect();
        next.sort_unstable();
        for next in next {
            if reached_from.contains_key(&next) {
                continue;
            }
            reached_from.insert(next, node);
            queue.push_back(next);
        }
    }
    let mut path = vec![first];
    let mut node = first;
    while let Some(&previous) = reached_from.get(&node) {
        path.push(previous);
        node = previous;
        if node == first {
            break;
        }
    }
    path.reverse();
    path
}

/// The one layer that feeds no other; reports the rest, which would be left out of the result.
fn find_output(links: &DiGraph<(), Port>, layers: &[LayerSpec], problems: &mut Problems) -> Option<NodeIndex> {
    let mut ends: Vec<NodeIndex> =
        links.node_indices().filter(|&node| links.neighbors(node).next().is_none()).collect();
    let output = ends.pop()?;
    for layer in ends.into_iter().filter_map(|node| layer_of(layers, node)) {
        let message = format!("layer `{}` feeds nothing", layer.name);
        let hint = format!(
            "only the last layer, `{}`, may; name `{}` in a `from`, or remove it",
            name_of(layers, output),
            layer.name
        );
        problems.push(Diagnostic::error(message).at(layer.span).hint(hint));
    }
    Some(output)
}

/// Shapes and parameter counts in the order of the graph; a layer behind a misfit is passed over.
fn infer(
    spec: &Spec,
    links: &DiGraph<(), Port>,
    order: &[NodeIndex],
    problems: &mut Problems,
) -> Option<Vec<Option<Node>>> {
    let mut nodes: Vec<Option<Node>> = order.iter().map(|_| None).collect();
    for &index in order {
        let Some(layer) = layer_of(&spec.layers, index) else {
            nodes[index.index()] = Some(Node {
                name: INPUT.into(),
                content: Content::Input,
                shape: spec.input.0.clone(),
                parameters: ParameterCount::default(),
            });
            continue;
        };
        let mut edges: Vec<(Port, NodeIndex)> =
            links.edges_directed(index, Incoming).map(|edge| (*edge.weight(), edge.source())).collect();
        edges.sort_unstable();
        let inputs: Option<Vec<Shape>> =
            edges.iter().map(|(_, source)| nodes[source.index()].as_ref().map(|node| node.shape.clone())).collect();
        let Some(inputs) = inputs else { continue };
        nodes[index.index()] = infer_layer(layer, &inputs).map_err(|diagnostic| problems.push(diagnostic)).ok();
    }
    nodes.iter().all(Option::is_some).then_some(nodes)
}

fn infer_layer(spec: &LayerSpec, inputs: &[Shape]) -> Result<Node, Diagnostic> {
    let shape = spec.layer.infer(inputs).map_err(|misfit| {
        let diagnostic = Diagnostic::error(format!("`{}` {}", spec.name, misfit.message)).at(spec.span);
        match misfit.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    })?;
    let (parameters, _) = measure(spec.layer.as_ref(), inputs);
    if parameters.total() > MAX_PARAMETERS {
        let message = format!("`{}` would hold more than 2⁴⁰ parameters", spec.name);
        return Err(Diagnostic::error(message).at(spec.span).hint("use smaller sizes"));
    }
    let content = Content::Layer { kind: spec.kind, layer: Arc::clone(&spec.layer) };
    Ok(Node { name: spec.name.clone(), content, shape, parameters })
}
