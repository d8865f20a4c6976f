//! What is matched: the layers of a graph, in a form that formats have in common.

use std::borrow::Cow;

use petgraph::graph::NodeIndex;

use super::Language;
use super::vocabulary;
use crate::category::Category;
use crate::graph::{Content, Graph};
use crate::ir::{DType, Dim, TensorType};
use crate::layer::Activation;
use crate::schema::ArgValue;

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
    /// The name, if somebody has chosen it.
    pub(super) name: Option<&'g str>,
    /// Everything that makes two items equal, but for names and connections.
    pub(super) text: String,
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
    pub(super) fn new(graph: &'g Graph, language: Language) -> Self {
        let mut all: Vec<Item> = Vec::with_capacity(graph.order().len());
        // The item that gives the values of each node.
        let mut last: Vec<Option<usize>> = Vec::with_capacity(graph.order().len());
        for index in graph.order() {
            let node = graph.node(index);
            let sources = graph.sources(index);
            if language == Language::Different && is_passive(graph, index) && sources.len() == 1 {
                last.push(last[sources[0].node.index()]);
                continue;
            }
            let inputs =
                sources.iter().filter_map(|source| Some((last[source.node.index()]?, source.port.0))).collect();
            let kind = kind(graph, index, language);
            let name = node.name.as_str();
            let text = text(graph, index, &kind, language);
            let is_chosen = !vocabulary::is_automatic(name, node.content.kind());
            let category = node.content.category();
            let name = is_chosen.then_some(name);
            all.push(Item { node: index, is_activation: false, kind, category, name, text, inputs });
            let activation = node.content.activation();
            if splits(graph, index, language) && activation != Activation::Linear {
                let kind = vocabulary::kind(activation.name());
                let text = activation_text(&kind, graph.output_type(index));
                let (category, inputs) = (Some(Category::Activation), vec![(all.len() - 1, 0)]);
                all.push(Item { node: index, is_activation: true, kind, category, name: None, text, inputs });
            }
            last.push(Some(all.len() - 1));
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

/// Whether an activation function that is an argument is an item of its own.
fn splits(graph: &Graph, index: NodeIndex, language: Language) -> bool {
    let content = &graph.node(index).content;
    language == Language::Different && content.category() != Some(Category::Activation)
}

/// Whether it passes on values unchanged in inference, so that exporters leave it out.
fn is_passive(graph: &Graph, index: NodeIndex) -> bool {
    let content = &graph.node(index).content;
    content.category() == Some(Category::Regularization) || vocabulary::kind(content.kind()) == "identity"
}

fn kind(graph: &Graph, index: NodeIndex, language: Language) -> Cow<'static, str> {
    let content = &graph.node(index).content;
    match (language, content.activation()) {
        (Language::Same, _) => Cow::Owned(content.kind().to_owned()),
        // `activation: relu` of a model file
        (Language::Different, activation)
            if content.category() == Some(Category::Activation) && activation != Activation::Linear =>
        {
            vocabulary::kind(activation.name())
        }
        (Language::Different, _) => {
            vocabulary::kind_of(content.kind(), &content.settings(), graph.node(index).parameters.total())
        }
    }
}

/// What makes two layers equal.
fn text(graph: &Graph, index: NodeIndex, kind: &str, language: Language) -> String {
    let node = graph.node(index);
    let settings = settings(graph, index, language);
    let settings: Vec<String> = settings.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    match language {
        Language::Same => {
            let types: Vec<String> = graph.types(index).map(TensorType::signature).collect();
            format!("{kind} {settings:?} {types:?} {:?}", node.parameters)
        }
        // Formats differ in what they leave out, and in what they count as trained.
        Language::Different if node.content.category() == Some(Category::Activation) => {
            activation_text(kind, graph.output_type(index))
        }
        Language::Different => {
            format!("{kind} {:?} {}", sizes(graph.output_type(index)), node.parameters.total())
        }
    }
}

fn activation_text(kind: &str, ty: &TensorType) -> String {
    format!("{kind} {:?}", sizes(ty))
}

/// The sizes of a sample from the smallest on, since formats order them differently; `None` if one is not known.
pub(super) fn sizes(ty: &TensorType) -> Option<Vec<usize>> {
    let dims = ty.dims()?;
    let sample = if ty.has_batch() { &dims[1..] } else { dims };
    let size = |dim: &Dim| match dim {
        Dim::Size(size) => Some(*size),
        _ => None,
    };
    let mut sizes: Vec<usize> = sample.iter().map(size).collect::<Option<_>>()?;
    sizes.retain(|&size| size != 1);
    sizes.sort_unstable();
    Some(sizes)
}

/// The element type, if the format says it.
pub(super) fn dtype(ty: &TensorType) -> Option<DType> {
    Some(ty.dtype()).filter(|dtype| *dtype != DType::Undefined)
}

/// The settings of a layer by name that can be compared, but for those with their default values.
pub(super) fn settings(graph: &Graph, index: NodeIndex, language: Language) -> Vec<(Cow<'static, str>, ArgValue)> {
    let settings = graph.settings(index).into_iter();
    match language {
        Language::Same => {
            settings.filter(|setting| !setting.is_default).map(|setting| (setting.name, setting.value)).collect()
        }
        Language::Different => {
            let category = graph.node(index).content.category();
            let common = settings.filter_map(|setting| {
                let name = vocabulary::setting(&setting.name)?;
                let value = plain(setting.value);
                (vocabulary::usual(name, category) != Some(value.clone())).then_some((Cow::Borrowed(name), value))
            });
            common.collect()
        }
    }
}

/// The value of a setting that a layer does not have, or that is its default.
pub(super) fn default(graph: &Graph, index: NodeIndex, name: &str, language: Language) -> Option<ArgValue> {
    if language == Language::Different {
        return vocabulary::usual(name, graph.node(index).content.category());
    }
    graph.settings(index).into_iter().find(|setting| setting.name == name).map(|setting| setting.value)
}

/// Whether two values of a setting are equal, in single precision.
pub(super) fn equal(before: &ArgValue, after: &ArgValue) -> bool {
    const PRECISION: f64 = 1e-6;
    let number = |value: &ArgValue| match value {
        ArgValue::Int(number) => Some(*number as f64),
        ArgValue::Float(number) => Some(*number),
        _ => None,
    };
    let is_near = |(a, b): (f64, f64)| a == b || (a - b).abs() <= PRECISION * a.abs().max(b.abs());
    before == after || number(before).zip(number(after)).is_some_and(is_near)
}

/// Sizes of which there is one or that are all the same as one number.
fn plain(value: ArgValue) -> ArgValue {
    let numbers: Option<Vec<i64>> = match &value {
        ArgValue::Sizes(sizes) => Some(sizes.clone()),
        ArgValue::List(values) => values
            .iter()
            .map(|value| match value {
                ArgValue::Int(number) => Some(*number),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    match numbers.as_deref() {
        Some([first, rest @ ..]) if rest.iter().all(|number| number == first) => ArgValue::Int(*first),
        Some(numbers) => ArgValue::Sizes(numbers.to_vec()),
        None => value,
    }
}

/// Whether a node is an input of the network.
pub(super) fn is_input(graph: &Graph, index: NodeIndex) -> bool {
    matches!(graph.node(index).content, Content::Input)
}
