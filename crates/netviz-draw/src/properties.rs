//! The properties of a layer that captions, boxes and tooltips show.

use petgraph::graph::NodeIndex;

use crate::detail::Detail;
use netviz_model::graph::{Graph, Mark};
use netviz_model::ir::{ParameterCount, TensorType};
use netviz_model::layer::{Activation, Category};
use netviz_model::schema::Setting;
use netviz_model::spec::INPUT;
use netviz_model::text::{rounded, thousands};

/// Properties of the input or a layer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LayerProperties {
    /// Unique name.
    pub name: String,
    /// Name of the kind; `input` for the input.
    pub kind: String,
    /// Category; `None` for the input, and for operations about which nothing is known.
    pub category: Option<Category>,
    /// Types of the inputs, in order.
    pub inputs: Vec<TensorType>,
    /// Types of the outputs, in order, of which there is at least one.
    pub outputs: Vec<TensorType>,
    /// Parameter counts.
    pub parameters: ParameterCount,
    /// Floating-point operations for one sample; `None` if they cannot be counted.
    pub flops: Option<usize>,
    /// The sign of the operation, such as `+`, if it has one.
    pub symbol: Option<&'static str>,
    /// Activation function applied to the output.
    pub activation: Activation,
    /// Arguments.
    pub settings: Vec<Setting>,
    /// What is new about it, in a comparison of two networks.
    pub mark: Option<Mark>,
    /// In what it differs there: `filters 16 → 24`.
    pub changes: Vec<String>,
}

impl LayerProperties {
    /// Properties of a node of a graph.
    pub fn of(graph: &Graph, index: NodeIndex) -> Self {
        let node = graph.node(index);
        Self {
            name: node.name.clone(),
            kind: node.content.kind().to_owned(),
            category: node.content.category(),
            inputs: graph.sources(index).into_iter().map(|source| graph.ty(source).clone()).collect(),
            outputs: graph.types(index).cloned().collect(),
            parameters: node.parameters,
            flops: node.flops,
            symbol: node.content.symbol(),
            activation: node.content.activation(),
            settings: graph.settings(index),
            mark: node.mark,
            changes: node.changes.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether it is an input of the network.
    pub(crate) fn is_input(&self) -> bool {
        self.category.is_none() && self.inputs.is_empty() && self.kind == INPUT
    }

    /// Type of the first output.
    pub fn ty(&self) -> &TensorType {
        &self.outputs[0]
    }

    /// The settings that differ from their defaults.
    pub fn chosen_settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| !setting.is_default)
    }

    /// Whether the last part of the name is the kind, or the kind and a number: `conv2d_1`, `encoder.relu`.
    pub(crate) fn tells_kind(&self) -> bool {
        // Characters of `LayerNorm` that stand for `LayerNormalization`.
        const ENOUGH: usize = 4;
        let leaf = self.name.rsplit('.').next().unwrap_or_default();
        let stem = leaf.trim_end_matches(|last: char| last.is_ascii_digit());
        let stem = stem.strip_suffix('_').unwrap_or(if stem.len() == leaf.len() { leaf } else { stem });
        let is_start =
            |whole: &str, start: &str| whole.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start));
        stem.eq_ignore_ascii_case(&self.kind)
            || leaf.strip_prefix(self.kind.as_str()).is_some_and(|rest| rest.starts_with('_'))
            || stem.len() >= ENOUGH && is_start(&self.kind, stem)
    }

    /// `batch_norm b1`, `relu`, `dropout rate 0.5`: what a band says in the frame of a group with the path `base`. The
    /// name is left out if it says no more than the kind, and so are arguments at low detail.
    pub(crate) fn as_band(&self, base: &str, detail: Detail) -> String {
        let is_activation = self.category == Some(Category::Activation) && self.activation != Activation::Linear;
        let mut text = if is_activation { self.activation.name() } else { &self.kind }.to_owned();
        // The name of a function says no more than the function, unless somebody has chosen it.
        let is_operator = self.category == Some(Category::Activation) && self.activation == Activation::Linear;
        if !self.tells_kind() && !is_operator {
            text = format!("{text} {}", relative(&self.name, base));
        }
        for setting in self.chosen_settings().filter(|_| !is_activation && detail != Detail::Low) {
            text = format!("{text} {} {}", setting.name.replace('_', " "), setting.value);
        }
        text
    }

    /// Names and values of all properties, for a tooltip.
    pub fn details(&self) -> Vec<(String, String)> {
        let mut details = vec![("kind".to_owned(), self.kind.clone())];
        if !self.inputs.is_empty() {
            details.push(("input".into(), self.input_shapes()));
        }
        details.push(("output".into(), self.output_shapes()));
        if self.category.is_some() {
            details.push(("parameters".into(), thousands(self.parameters.total())));
            details.push(("FLOPs".into(), counted(self.flops)));
        }
        details.extend(self.changes.iter().map(|change| ("difference".to_owned(), change.clone())));
        details.extend(self.settings.iter().map(|setting| (setting.name.replace('_', " "), setting.value.to_string())));
        details
    }

    /// `16×14×14, 8×14×14`.
    pub fn input_shapes(&self) -> String {
        listed(&self.inputs)
    }

    /// `16×14×14`, or `8×14×14, 8×14×14` for several outputs.
    pub fn output_shapes(&self) -> String {
        listed(&self.outputs)
    }
}

/// A name in the frame of a group: without the path of that.
pub(crate) fn relative<'a>(name: &'a str, base: &str) -> &'a str {
    let Some(rest) = name.strip_prefix(base).and_then(|rest| rest.strip_prefix('.')) else { return name };
    if base.is_empty() || rest.is_empty() {
        return name;
    }
    // A number alone says nothing.
    let start = if rest.starts_with(|first: char| first.is_ascii_digit()) {
        base.rfind('.').map_or(0, |dot| dot + 1)
    } else {
        base.len() + 1
    };
    &name[start..]
}

/// `28.2 k`, or `?` for what cannot be counted.
pub(crate) fn counted(flops: Option<usize>) -> String {
    flops.map_or_else(|| "?".into(), rounded)
}

/// `72 params` and `28.2 k FLOPs`, if above 0.
pub(crate) fn costs(parameters: usize, flops: Option<usize>) -> Vec<String> {
    let parameters = (parameters > 0).then(|| format!("{} params", thousands(parameters)));
    let flops = flops.filter(|&flops| flops > 0).map(|flops| format!("{} FLOPs", rounded(flops)));
    parameters.into_iter().chain(flops).collect()
}

fn listed(types: &[TensorType]) -> String {
    let shapes: Vec<String> = types.iter().map(TensorType::to_string).collect();
    shapes.join(", ")
}

/// Activation function for a caption. The glyph of an activation layer already names its function.
pub(crate) fn fused_activation(category: Category, activation: Activation) -> Activation {
    if category == Category::Activation { Activation::Linear } else { activation }
}

/// Names and values for the whole network.
pub(crate) fn totals(graph: &Graph) -> Vec<(String, String)> {
    let inputs: Vec<TensorType> = graph.inputs().iter().map(|&input| graph.output_type(input).clone()).collect();
    let outputs: Vec<TensorType> = graph.outputs().iter().map(|&output| graph.ty(output).clone()).collect();
    let totals = [
        ("input", listed(&inputs)),
        ("output", listed(&outputs)),
        ("layers", thousands(graph.order().len() - inputs.len())),
        ("parameters", thousands(graph.parameters().total())),
        ("FLOPs", counted(graph.flops())),
    ];
    totals.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
