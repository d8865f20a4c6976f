//! What is matched: the layers of a graph, in a form that formats have in common.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use petgraph::graph::NodeIndex;

use super::form::{activation, form_of, kind, text};
use super::passive::{is_constant, is_passive, only_reader};
use super::{Language, vocabulary};
use crate::category::Category;
use crate::graph::Graph;

/// What is looked through stands for so many values at most, so that time is proportional to the size of the networks.
const MOST: usize = 16;

/// A layer, or the activation function that is one of its arguments in the one format and a layer in the other.
#[derive(Debug)]
pub(super) struct Item<'g> {
    /// The layer.
    pub(super) node: NodeIndex,
    /// Whether it is the activation function of the layer.
    pub(super) is_activation: bool,
    /// What it is called in all formats.
    pub(super) kind: Cow<'static, str>,
    pub(super) category: Option<Category>,
    /// Its name.
    pub(super) full_name: &'g str,
    /// The name, if somebody has chosen it.
    pub(super) name: Option<&'g str>,
    /// Its parameters: trainable and fixed ones, or all and 0.
    pub(super) parameters: [usize; 2],
    /// The normalization behind it that it stands for, too.
    pub(super) norm: Option<NodeIndex>,
    /// Everything that makes two items equal, but for names and connections.
    pub(super) text: String,
    /// What makes two items similar: the kind and the sizes of the output.
    pub(super) form: String,
    /// Items that it reads, with the index of the output.
    pub(super) inputs: Vec<(usize, usize)>,
}

/// The items of a graph, in topological order.
#[derive(Debug)]
pub(super) struct Items<'g> {
    pub(super) all: Vec<Item<'g>>,
    /// The items that read each one, in order.
    pub(super) readers: Vec<Vec<usize>>,
}

impl<'g> Items<'g> {
    /// The items of a graph. If it `folds`, a normalization belongs to the layer before it, as exporters of networks
    /// that are not trained any more write it.
    pub(super) fn new(graph: &'g Graph, language: Language, folds: bool) -> Self {
        let mut all: Vec<Item> = Vec::with_capacity(graph.order().len());
        // The items that give the values of each node.
        let mut last: Vec<Vec<usize>> = Vec::with_capacity(graph.order().len());
        let folded = if folds { folded(graph) } else { HashMap::new() };
        let removed: HashSet<NodeIndex> = folded.values().map(|&(norm, _)| norm).collect();
        let numbered = numbered(graph);
        for index in graph.order() {
            let node = graph.node(index);
            let sources = graph.sources(index);
            let is_left_out = language == Language::Different && is_passive(graph, index) || removed.contains(&index);
            let given = sources.iter().flat_map(|source| {
                // Formats count other outputs, and give parts of a value as outputs or by nodes that are left out.
                let port = if language == Language::Same { source.port.0 } else { 0 };
                last[source.node.index()].iter().map(move |&item| (item, port))
            });
            let mut inputs: Vec<(usize, usize)> = given.collect();
            let is_constant = language == Language::Different && inputs.is_empty() && is_constant(graph, index);
            if is_constant || is_left_out && !sources.is_empty() && inputs.len() <= MOST {
                last.push(inputs.into_iter().map(|(item, _)| item).collect());
                continue;
            }
            if language == Language::Different {
                // Parts of one value are read together or each by itself.
                inputs.dedup();
            }
            let kind = kind(graph, index, language);
            let parameters = match (language, folded.get(&index)) {
                (Language::Same, _) => [node.parameters.trainable, node.parameters.fixed],
                (Language::Different, None) if !vocabulary::owns_parameters(&kind) => [0; 2],
                (Language::Different, None) => [node.parameters.total(), 0],
                (Language::Different, Some(&(_, biases))) => [node.parameters.total().saturating_add(biases), 0],
            };
            let text = text(graph, index, &kind, language, parameters);
            let form = form_of(&kind, graph.output_type(index));
            let full_name = node.name.as_str();
            let is_chosen = !vocabulary::is_automatic(full_name, node.content.kind())
                && stem(full_name).is_none_or(|stem| !numbered.contains(stem));
            let item = Item {
                node: index,
                is_activation: false,
                kind,
                category: node.content.category(),
                full_name,
                name: is_chosen.then_some(full_name),
                parameters,
                norm: folded.get(&index).map(|&(norm, _)| norm),
                text,
                form,
                inputs,
            };
            all.push(item);
            if let Some(kind) = activation(graph, index).filter(|_| language == Language::Different) {
                let text = form_of(&kind, graph.output_type(index));
                let (category, inputs) = (Some(Category::Activation), vec![(all.len() - 1, 0)]);
                let (parameters, norm, name) = ([0; 2], None, None);
                let is_activation = true;
                let (node, form) = (index, text.clone());
                all.push(Item {
                    node,
                    is_activation,
                    kind,
                    category,
                    full_name,
                    name,
                    parameters,
                    norm,
                    text,
                    form,
                    inputs,
                });
            }
            last.push(vec![all.len() - 1]);
        }
        let mut readers = vec![Vec::new(); all.len()];
        for (index, item) in all.iter().enumerate() {
            for &(source, _) in &item.inputs {
                readers[source].push(index);
            }
        }
        Self { all, readers }
    }
}

/// A name without the number at its end; `None` if it has none.
fn stem(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|last: char| last.is_ascii_digit());
    (stem.len() < name.len()).then_some(stem)
}

/// The stems of names by which layers of several kinds are numbered: another layer before them changes their names.
fn numbered(graph: &Graph) -> HashSet<&str> {
    let mut kinds: HashMap<&str, &str> = HashMap::new();
    let mut found = HashSet::new();
    for index in graph.order() {
        let node = graph.node(index);
        if let Some(stem) = stem(&node.name)
            && *kinds.entry(stem).or_insert(node.content.kind()) != node.content.kind()
        {
            found.insert(stem);
        }
    }
    found
}

/// Whether a network has batch normalizations that could be part of the layers before.
pub(super) fn has_normalizations(graph: &Graph) -> bool {
    !folded(graph).is_empty()
}

fn is_normalization(graph: &Graph, index: NodeIndex) -> bool {
    vocabulary::kind(graph.node(index).content.kind()) == "batchnorm"
}

/// The layers with weights whose values only a batch normalization reads, with that, and the number of biases that it
/// adds.
fn folded(graph: &Graph) -> HashMap<NodeIndex, (NodeIndex, usize)> {
    let own = graph.parameters_of_nodes();
    let vector = |index: NodeIndex| {
        let shapes = own[index.index()].iter().map(|&id| &graph.program().parameter(id).shape);
        shapes.filter(|shape| shape.len() == 1).map(|shape| shape[0]).next()
    };
    let pair = |index: NodeIndex| {
        let kind = vocabulary::kind(graph.node(index).content.kind());
        let norm = only_reader(graph, index).filter(|&norm| is_normalization(graph, norm))?;
        let is_linear = activation(graph, index).is_none();
        let fits = ["conv", "convtranspose", "dense"].contains(&&*kind) && is_linear;
        let biases = if vector(index).is_some() { 0 } else { vector(norm).unwrap_or(0) };
        fits.then_some((index, (norm, biases)))
    };
    graph.order().filter_map(pair).collect()
}
