//! What is compared of a layer, in the words that two formats have in common.

use std::borrow::Cow;

use petgraph::graph::NodeIndex;

use super::{Language, vocabulary};
use crate::category::Category;
use crate::graph::{Content, Graph};
use crate::ir::{DType, Dim, TensorType};
use crate::layer::Activation;
use crate::schema::{ArgValue, Setting};

/// The activation function that is an argument of another layer.
pub(super) fn activation(graph: &Graph, index: NodeIndex) -> Option<Cow<'static, str>> {
    let content = &graph.node(index).content;
    match content.category() {
        Some(Category::Activation) => None,
        _ if content.activation() != Activation::Linear => Some(vocabulary::kind(content.activation().name())),
        // Those of others, such as recurrent layers, are inside.
        Some(Category::Dense | Category::Convolution) => vocabulary::activation(&content.settings()),
        _ => None,
    }
}

pub(super) fn kind(graph: &Graph, index: NodeIndex, language: Language) -> Cow<'static, str> {
    let content = &graph.node(index).content;
    match (language, content.activation()) {
        (Language::Same, _) => Cow::Owned(content.kind().to_owned()),
        // `activation: relu` of a model file
        (Language::Different, activation)
            if content.category() == Some(Category::Activation) && activation != Activation::Linear =>
        {
            vocabulary::kind(activation.name())
        }
        (Language::Different, _) if averages(graph, index) => Cow::Borrowed("globalavgpool"),
        (Language::Different, _) => {
            // Those of shared weights count for another layer.
            let is_layer = matches!(content.category(), Some(Category::Dense | Category::Embedding));
            let has_weights = is_layer || graph.node(index).parameters.total() > 0;
            match vocabulary::kind_of(content.kind(), &content.settings(), has_weights) {
                // The sum of several values, not that of one.
                kind if kind == "sum" && graph.sources(index).len() > 1 => "add".into(),
                // The `Conv1D` of transformers is a product with a matrix.
                kind if kind == "conv" && content.category() == Some(Category::Dense) => "dense".into(),
                kind => kind,
            }
        }
    }
}

/// Whether it computes the mean of each channel of an image.
pub(super) fn averages(graph: &Graph, index: NodeIndex) -> bool {
    let is_mean = vocabulary::kind(graph.node(index).content.kind()) == "mean" || is_adaptive(graph, index);
    let image = graph.sources(index).first().and_then(|source| graph.ty(*source).sample());
    let vector = sizes(graph.output_type(index));
    let (Some(image), Some([channels])) = (image, vector.as_deref()) else { return false };
    is_mean && image.len() > 2 && [image.first(), image.last()].contains(&Some(channels))
}

/// Whether it is a pooling that is told the sizes of its output.
pub(super) fn is_adaptive(graph: &Graph, index: NodeIndex) -> bool {
    vocabulary::kind(graph.node(index).content.kind()) == "adaptiveavgpool"
}

/// What makes two layers equal.
pub(super) fn text(graph: &Graph, index: NodeIndex, kind: &str, language: Language, parameters: [usize; 2]) -> String {
    let node = graph.node(index);
    let settings = settings(graph, index, language);
    let settings: Vec<String> = settings.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    match language {
        Language::Same => {
            let types: Vec<String> = graph.types(index).map(TensorType::signature).collect();
            format!("{kind} {settings:?} {types:?} {parameters:?}")
        }
        // Formats differ in what they leave out, and in what they count as trained.
        Language::Different if node.content.category() == Some(Category::Activation) => {
            form_of(kind, graph.output_type(index))
        }
        Language::Different => format!("{} {}", form_of(kind, graph.output_type(index)), parameters[0]),
    }
}

/// A kind with the sizes of its output.
pub(super) fn form_of(kind: &str, ty: &TensorType) -> String {
    format!("{kind} {:?}", sizes_of(kind, ty))
}

/// The [sizes] of what a layer gives. The heads of an attention may be apart or together.
pub(super) fn sizes_of(kind: &str, ty: &TensorType) -> Option<Vec<usize>> {
    let sizes = sizes(ty)?;
    Some(if kind == "attention" { vec![sizes.into_iter().fold(1, usize::saturating_mul)] } else { sizes })
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
            // The element type of an input is that of its output.
            let is_own = |setting: &Setting| !setting.is_default && !is_input(graph, index);
            settings.filter(is_own).map(|setting| (setting.name, setting.value)).collect()
        }
        Language::Different => {
            let content = &graph.node(index).content;
            let common = settings.filter_map(|setting| {
                let name = vocabulary::setting(&setting.name)?;
                let value = plain(setting.value);
                (vocabulary::usual(name, content.kind(), content.category()) != Some(value.clone()))
                    .then_some((Cow::Borrowed(name), value))
            });
            common.collect()
        }
    }
}

/// The value of a setting that a layer does not have, or that is its default.
pub(super) fn default(graph: &Graph, index: NodeIndex, name: &str, language: Language) -> Option<ArgValue> {
    if language == Language::Different {
        let content = &graph.node(index).content;
        return vocabulary::usual(name, content.kind(), content.category());
    }
    graph.settings(index).into_iter().find(|setting| setting.name == name).map(|setting| setting.value)
}

/// The value of a setting by its common name, also if it is taken for granted.
pub(super) fn value(graph: &Graph, index: NodeIndex, name: &str) -> Option<ArgValue> {
    let settings = graph.settings(index).into_iter();
    let mut own = settings.filter(|setting| vocabulary::setting(&setting.name) == Some(name));
    own.next().map(|setting| setting.value).or_else(|| default(graph, index, name, Language::Different))
}

/// Whether two values of a setting are equal, in single precision.
pub(super) fn equal(before: &ArgValue, after: &ArgValue) -> bool {
    const PRECISION: f64 = 1e-6;
    let number = |value: &ArgValue| match value {
        ArgValue::Int(number) => Some(*number as f64),
        ArgValue::Float(number) => Some(*number),
        _ => None,
    };
    let is_near = |(a, b): (f64, f64)| (a - b).abs() <= PRECISION * a.abs().max(b.abs());
    before == after || number(before).zip(number(after)).is_some_and(is_near)
}

/// Sizes of which there is one or that are all the same as one number.
pub(super) fn plain(value: ArgValue) -> ArgValue {
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
