//! Builds a [`Graph`] from a [`Spec`].

mod input;
mod lints;
mod order;
mod training;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use petgraph::Direction::Incoming;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Connection, Content, Graph, GraphBuilder, Node, Port, Source};
use crate::diagnostics::{Diagnostic, Diagnostics, Problems, excerpt};
use crate::ir::{DType, TensorType};
use crate::layer::{Arity, Kind};
use crate::limits;
use crate::schema::suggest;
use crate::shape::Shape;
use crate::source::{Sources, Span};
use crate::spec::{Body, From, INPUT, LayerSpec, Override, Spec};
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
        Self::read(&Sources::new(crate::source::Source::new("model.yaml", text)), &[]).map(|(graph, _)| graph)
    }

    /// Connects the layers, sorts them and infers their shapes; `None` if there is an error.
    ///
    /// What cannot be checked because of an error that has been reported is skipped.
    pub(crate) fn build(spec: Spec, problems: &mut Problems) -> Option<Self> {
        let (links, resolved) = connect(&spec.layers, problems);
        let order = order::sort(&links, &spec.layers, problems)?;
        let output = order::find_output(&links)?;
        // If an input is unknown, it is also unknown which layers are unused.
        if resolved.iter().all(|&resolved| resolved) {
            order::report_loose_ends(&links, output, &spec.layers, problems);
        }
        let dtype = spec.input.as_ref().map_or(DType::Float32, |input| input.value.dtype);
        let lower = |input: Option<&Shape>, problems: &mut Problems| {
            let input = input.map(|shape| TensorType::batch(dtype, shape.dimensions()));
            lower(&spec, input, &links, &order, &resolved, problems)
        };
        let Lowered { places, builder } = input::resolve_input(&spec, lower, problems);
        count(&spec.layers, &builder, problems);
        let output = places[output.index()].map(|node| Source { node, port: Port(0) });
        if let Some(train) = &spec.train {
            let last = output.map(|output| (builder.at(output.node), builder.ty(output)));
            training::check(train, last, problems);
        }
        if problems.has_errors() {
            return None;
        }
        let mut graph = builder.graph(vec![output?]);
        lints::report(&graph, &spec.layers, problems);
        if let Some((train, input)) = spec.train.as_ref().zip(spec.input.as_ref()) {
            training::check_lookups(train, &graph.program, problems);
            Arc::make_mut(&mut graph.program).preprocess(train.data.value.preprocessing(&input.value.shape, dtype));
        }
        graph.train = spec.train;
        (!problems.has_errors()).then_some(graph)
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
    let mut resolved = vec![true; nodes.len()];
    let mut hints = Hints { layers, known: HashMap::new() };
    for (index, layer) in layers.iter().enumerate() {
        let mut is_resolved = layer.body.as_ref().is_some_and(|body| fits_arity(layer, body.kind, problems));
        if layer.from.is_empty() {
            links.add_edge(nodes[index], nodes[index + 1], connection(0, 0));
        }
        for (port, From { name, output, span }) in layer.from.iter().enumerate() {
            if let Some(&source) = by_name.get(name.as_str()) {
                links.add_edge(source, nodes[index + 1], connection(*output, port));
            } else {
                is_resolved = false;
                problems.push(unknown_layer(name, *span, &mut hints));
            }
        }
        resolved[index + 1] = is_resolved;
    }
    (links, resolved)
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

/// The layers that fit, added to a graph.
pub(super) struct Lowered {
    builder: GraphBuilder,
    /// The node of the input and of each layer; `None` for one that does not fit, or that has an input without a type.
    places: Vec<Option<NodeIndex>>,
}

impl Lowered {
    /// The nodes, in the order of the file.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Option<&Node>> {
        self.places.iter().map(|place| place.map(|index| self.builder.at(index)))
    }
}

/// Lowers the layers in topological order, which also infers types and costs.
fn lower(
    spec: &Spec,
    mut input: Option<TensorType>,
    links: &Links,
    order: &[NodeIndex],
    resolved: &[bool],
    problems: &mut Problems,
) -> Lowered {
    let mut lowered =
        Lowered { builder: GraphBuilder::with_capacity(&*spec.name, order.len()), places: vec![None; order.len()] };
    for &index in order.iter().filter(|index| resolved[index.index()]) {
        let position = index.index();
        lowered.places[position] = match layer_of(&spec.layers, index) {
            None => input.take().map(|ty| lowered.builder.push_input(INPUT, ty, position)),
            Some(LayerSpec { name, span, body: Some(Body { kind, layer }), .. }) => {
                let content = Content::Layer { kind, layer: Arc::clone(layer) };
                inputs_of(&spec.layers[position - 1], index, links, &lowered, problems)
                    .map(|inputs| lowered.builder.push(name, content, &inputs, position))
                    .and_then(|added| added.map_err(|misfit| problems.push(misfit.diagnostic(name).at(*span))).ok())
            }
            Some(_) => None,
        };
    }
    lowered
}

/// The inputs of a layer; `None` if one of them has no type. Reports outputs that do not exist.
fn inputs_of(
    layer: &LayerSpec,
    index: NodeIndex,
    links: &Links,
    Lowered { builder, places }: &Lowered,
    problems: &mut Problems,
) -> Option<Vec<Source>> {
    let mut edges: Vec<(Connection, NodeIndex)> =
        links.edges_directed(index, Incoming).map(|edge| (*edge.weight(), edge.source())).collect();
    edges.sort_unstable();
    let mut source = |(Connection { source: port, target }, place): (Connection, NodeIndex)| {
        let node = places[place.index()]?;
        let Node { name, outputs, .. } = builder.at(node);
        if outputs.get(port.0).is_none() {
            let span = layer.from.get(target.0).map_or(layer.span, |from| from.span);
            problems.push(missing_output(name, outputs.len(), port.0).at(span));
            return None;
        }
        Some(Source { node, port })
    };
    edges.into_iter().map(&mut source).collect()
}

fn missing_output(name: &str, outputs: usize, port: usize) -> Diagnostic {
    let message = format!("`{name}` has {}, but no output {port}", plural(outputs, "output"));
    let hint = match outputs {
        1 => format!("write `{name}`"),
        _ => format!("they count from 0: `{name}:0` to `{name}:{}`", outputs - 1),
    };
    Diagnostic::error(message).hint(hint)
}

/// Reports the layer at which the number of parameters exceeds the limit, together with the layers before it.
fn count(layers: &[LayerSpec], builder: &GraphBuilder, problems: &mut Problems) {
    let mut total = 0_usize;
    for node in builder.nodes() {
        let own = node.parameters.total();
        total = total.saturating_add(own);
        if total > limits::PARAMETERS {
            let name = &node.name;
            let message = if own > limits::PARAMETERS {
                format!("`{name}` would hold more than 2⁴⁰ parameters")
            } else {
                format!("the layers up to `{name}` would hold more than 2⁴⁰ parameters")
            };
            let diagnostic = Diagnostic::error(message).hint("use smaller sizes");
            problems.push(match node.layer_number().map(|number| &layers[number]) {
                Some(layer) => diagnostic.at(layer.span),
                None => diagnostic,
            });
            return;
        }
    }
}
