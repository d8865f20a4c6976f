//! Builds a [`Graph`] from a [`Spec`].

mod doubts;
mod input;
mod order;
mod training;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use petgraph::Direction::Incoming;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::builder::Lowering;
use super::{Connection, Graph, Node, Port};
use crate::diagnostics::{Diagnostic, Diagnostics, Problems, excerpt};
use crate::ir::{DType, TensorType, ValueId};
use crate::layer::{Arity, Kind};
use crate::limits;
use crate::schema::suggest;
use crate::shape::Shape;
use crate::source::{Source, Sources, Span};
use crate::spec::{From, INPUT, LayerSpec, Override, Spec};
use crate::text::plural;
use crate::yaml::explained;

/// The connections between nodes. Node 0 is the input, node `i + 1` is layer `i`.
pub(super) type Links = DiGraph<(), Connection>;

impl Graph {
    /// Reads and checks the model file of `sources`, with values that override it. Also returns the warnings.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn read(sources: &Sources, overrides: &[Override]) -> Result<(Self, Vec<Diagnostic>), Diagnostics> {
        let mut problems = Problems::default();
        let spec = Spec::parse(sources, overrides, &mut problems);
        let graph = spec.and_then(|spec| Self::build(spec, &mut problems));
        let failed = problems.has_errors();
        match graph {
            Some(graph) if !failed => Ok((graph, problems.into_sorted())),
            _ => Err(Diagnostics::new(explained(sources, problems.into_sorted()), sources.clone())),
        }
    }

    /// Reads and checks a model from a string.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn from_text(text: &str) -> Result<Self, Diagnostics> {
        Self::read(&Sources::new(Source::new("model.yaml", text)), &[]).map(|(graph, _)| graph)
    }

    /// Connects the layers, sorts them and infers their shapes; `None` if there is an error.
    ///
    /// What cannot be checked because of an error that has been reported is skipped.
    pub fn build(spec: Spec, problems: &mut Problems) -> Option<Self> {
        let (links, sound) = connect(&spec.layers, problems);
        let order = order::sort(&links, &spec.layers, problems)?;
        let output = order::find_output(&links)?;
        // If an input is unknown, it is also unknown which layers are unused.
        if sound.iter().all(|&sound| sound) {
            order::report_loose_ends(&links, output, &spec.layers, problems);
        }
        let dtype = spec.input.as_ref().map_or(DType::Float32, |input| input.value.dtype);
        let lower = |input: Option<&Shape>, problems: &mut Problems| {
            let input = input.map(|shape| TensorType::batch(dtype, shape.dimensions()));
            lower(&spec.name, input.as_ref(), &spec.layers, &links, &order, &sound, problems)
        };
        let Lowered { mut nodes, lowering } = input::settle(&spec, lower, problems);
        count(&spec, &order, &nodes, problems);
        if let Some(train) = &spec.train {
            training::check(train, nodes[output.index()].as_ref(), problems);
        }
        if problems.has_errors() {
            return None;
        }
        doubts::report(&spec.layers, &links, &order, &nodes, problems);
        let outputs = nodes[output.index()].as_ref().map(|node| node.outputs.clone())?;
        let input = nodes[0].as_ref().map(|node| &node.shape);
        let preprocessing =
            spec.train.as_ref().zip(input).map(|(train, input)| train.data.value.preprocessing(input, dtype));
        let program = lowering.finish(outputs).with_preprocessing(preprocessing);
        if let Some(train) = &spec.train {
            training::check_lookups(train, &program, problems);
            if problems.has_errors() {
                return None;
            }
        }
        let network = links.filter_map(|index, ()| nodes[index.index()].take(), |_, connection| Some(*connection));
        Some(Self { network, order, input: NodeIndex::new(0), output, program, train: spec.train })
    }
}

/// The layer of a node; `None` for the input.
pub(super) fn layer_of(layers: &[LayerSpec], node: NodeIndex) -> Option<&LayerSpec> {
    node.index().checked_sub(1).map(|index| &layers[index])
}

/// An output of a layer as the input `target` of another.
fn connection(source: usize, target: usize) -> Connection {
    Connection { source: Port(source), target: Port(target) }
}

/// Resolves every `from`. Also returns for each node whether its kind and its inputs are known.
fn connect(layers: &[LayerSpec], problems: &mut Problems) -> (Links, Vec<bool>) {
    let mut links = DiGraph::with_capacity(layers.len() + 1, layers.len());
    let nodes: Vec<NodeIndex> = (0..=layers.len()).map(|_| links.add_node(())).collect();
    let mut by_name = HashMap::from([(INPUT, nodes[0])]);
    by_name.extend(layers.iter().zip(&nodes[1..]).map(|(layer, &node)| (layer.name.as_str(), node)));
    let mut sound = vec![true; nodes.len()];
    let mut hints = Hints { layers, known: HashMap::new() };
    for (index, layer) in layers.iter().enumerate() {
        let mut is_sound = layer.body.as_ref().is_some_and(|body| fits_arity(layer, body.kind, problems));
        if layer.from.is_empty() {
            links.add_edge(nodes[index], nodes[index + 1], connection(0, 0));
        }
        for (port, From { name, output, span }) in layer.from.iter().enumerate() {
            if let Some(&source) = by_name.get(name.as_str()) {
                links.add_edge(source, nodes[index + 1], connection(*output, port));
            } else {
                is_sound = false;
                problems.push(unknown_layer(name, *span, &mut hints));
            }
        }
        sound[index + 1] = is_sound;
    }
    (links, sound)
}

fn unknown_layer<'a>(name: &'a str, span: Span, hints: &mut Hints<'a>) -> Diagnostic {
    let hint = hints.of(name);
    Diagnostic::error(format!("there is no layer named `{}`", excerpt(name))).at(span).hint(hint)
}

/// Hints about the names of layers that do not exist.
struct Hints<'a> {
    layers: &'a [LayerSpec],
    /// The hints so far. The same name always gets the same hint, so that an error repeated by an alias is reported
    /// once.
    known: HashMap<&'a str, String>,
}

impl<'a> Hints<'a> {
    /// Each search looks at every layer, so the number of searches is limited to the number of problems shown.
    fn of(&mut self, name: &'a str) -> String {
        const USUAL: &str = "give that layer this `name`, or name a layer that is there";
        let may_search = self.known.len() < limits::SHOWN_PROBLEMS;
        let layers = self.layers;
        let nearest = || suggest::nearest(name, layers.iter().map(|layer| layer.name.as_str()).chain([INPUT]));
        match self.known.entry(name) {
            Entry::Occupied(entry) => entry.get().clone(),
            Entry::Vacant(entry) if may_search => {
                let hint = nearest().map_or_else(|| USUAL.into(), |nearest| format!("did you mean `{nearest}`?"));
                entry.insert(hint).clone()
            }
            Entry::Vacant(_) => USUAL.into(),
        }
    }
}

fn fits_arity(layer: &LayerSpec, kind: &Kind, problems: &mut Problems) -> bool {
    let inputs = layer.from.len().max(1);
    if kind.arity.accepts(inputs) {
        return true;
    }
    let (message, hint) = match kind.arity {
        Arity::One => (
            format!("`{}` takes one input, but `from` names {inputs}", kind.name),
            "join them first with `add` or `concat`",
        ),
        Arity::Many => (format!("`{}` needs two inputs or more", kind.name), "name them, such as `from: [a, b]`"),
    };
    let span = layer.from.get(1).map_or(layer.span, |from| from.span);
    problems.push(Diagnostic::error(message).at(span).hint(hint));
    false
}

/// The nodes of a graph and their program.
pub(super) struct Lowered {
    /// `None` for a layer that does not fit, or that has an input without a type.
    pub(super) nodes: Vec<Option<Node>>,
    lowering: Lowering,
}

/// Lowers the layers in topological order, which also infers types and costs.
fn lower(
    name: &str,
    input: Option<&TensorType>,
    layers: &[LayerSpec],
    links: &Links,
    order: &[NodeIndex],
    sound: &[bool],
    problems: &mut Problems,
) -> Lowered {
    let mut nodes: Vec<Option<Node>> = order.iter().map(|_| None).collect();
    let mut lowering = Lowering::new(name);
    for &index in order.iter().filter(|index| sound[index.index()]) {
        let node = match layer_of(layers, index) {
            None => input.and_then(|ty| lowering.input(INPUT, ty.clone()).ok()),
            Some(layer) => inputs_of(index, layer, links, &nodes, problems)
                .zip(layer.body.as_ref())
                .map(|(inputs, body)| lowering.layer(&layer.name, body.kind, &body.layer, &inputs))
                .and_then(|lowered| {
                    lowered.map_err(|misfit| problems.push(misfit.diagnostic(&layer.name).at(layer.span))).ok()
                }),
        };
        nodes[index.index()] = node;
    }
    Lowered { nodes, lowering }
}

/// The inputs of a layer; `None` if one of them has no type. Reports outputs that do not exist.
fn inputs_of(
    index: NodeIndex,
    layer: &LayerSpec,
    links: &Links,
    nodes: &[Option<Node>],
    problems: &mut Problems,
) -> Option<Vec<ValueId>> {
    let mut value = |(Connection { source: Port(port), target }, source): (Connection, NodeIndex)| {
        let node = nodes[source.index()].as_ref()?;
        let output = node.outputs.get(port).copied();
        if output.is_none() {
            let span = layer.from.get(target.0).map_or(layer.span, |from| from.span);
            problems.push(missing_output(&node.name, node.outputs.len(), port).at(span));
        }
        output
    };
    edges(index, links).into_iter().map(&mut value).collect()
}

fn missing_output(name: &str, outputs: usize, port: usize) -> Diagnostic {
    let message = format!("`{name}` has {}, but no output {port}", plural(outputs, "output"));
    let hint = match outputs {
        1 => format!("write `{name}`"),
        _ => format!("they count from 0: `{name}:0` to `{name}:{}`", outputs - 1),
    };
    Diagnostic::error(message).hint(hint)
}

/// The connections to the inputs of a node, in order.
fn edges(index: NodeIndex, links: &Links) -> Vec<(Connection, NodeIndex)> {
    let mut edges: Vec<(Connection, NodeIndex)> =
        links.edges_directed(index, Incoming).map(|edge| (*edge.weight(), edge.source())).collect();
    edges.sort_unstable();
    edges
}

/// The inputs of a node, in order.
pub(super) fn sources(index: NodeIndex, links: &Links) -> Vec<NodeIndex> {
    edges(index, links).into_iter().map(|(_, source)| source).collect()
}

/// Reports the layer at which the number of parameters exceeds the limit, together with the layers before it.
fn count(spec: &Spec, order: &[NodeIndex], nodes: &[Option<Node>], problems: &mut Problems) {
    let mut total = 0_usize;
    for &index in order {
        let (Some(node), Some(layer)) = (&nodes[index.index()], layer_of(&spec.layers, index)) else { continue };
        let own = node.parameters.total();
        total = total.saturating_add(own);
        if total > limits::PARAMETERS {
            let message = if own > limits::PARAMETERS {
                format!("`{}` would hold more than 2⁴⁰ parameters", layer.name)
            } else {
                format!("the layers up to `{}` would hold more than 2⁴⁰ parameters", layer.name)
            };
            problems.push(Diagnostic::error(message).at(layer.span).hint("use smaller sizes"));
            return;
        }
    }
}
