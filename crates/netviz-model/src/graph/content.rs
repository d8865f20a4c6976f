//! What a node of a graph is.

use std::borrow::Cow;
use std::sync::Arc;

use crate::category::Category;
use crate::graph::Composite;
use crate::ir::{Attribute, Op, TensorType};
use crate::layer::{Activation, Glyph, Kind, Layer, Outline};
use crate::schema::{ArgValue, Setting};
use crate::spec::INPUT;

/// The input, a layer and its kind, an operation, or several operations.
#[derive(Debug)]
#[non_exhaustive]
pub enum Content {
    /// The input of the network.
    Input,
    /// A layer.
    Layer {
        /// Its kind.
        kind: &'static Kind,
        /// The layer itself.
        layer: Arc<dyn Layer>,
    },
    /// A single operation.
    Operation(Op),
    /// Several operations of a [detailed](crate::graph::Graph::detailed) graph.
    Composite(Composite),
}

impl Content {
    /// The same content for another node.
    pub(super) fn shared(&self) -> Self {
        match self {
            Self::Input => Self::Input,
            Self::Layer { kind, layer } => Self::Layer { kind, layer: Arc::clone(layer) },
            Self::Operation(op) => Self::Operation(op.clone()),
            Self::Composite(composite) => Self::Composite(composite.clone()),
        }
    }

    /// The name of the kind of layer or of the operation; `input` for the input.
    pub fn kind(&self) -> &str {
        match self {
            Self::Input => INPUT,
            Self::Layer { kind, .. } => kind.name,
            Self::Operation(op) => op.name(),
            Self::Composite(composite) => &composite.kind,
        }
    }

    /// The category; `None` for the input, and for operations about which nothing is known.
    pub fn category(&self) -> Option<Category> {
        match self {
            Self::Input => None,
            Self::Layer { kind, .. } => Some(kind.category),
            Self::Operation(op) => op.category(),
            Self::Composite(composite) => composite.category,
        }
    }

    /// The activation function that a layer applies to its output.
    pub fn activation(&self) -> Activation {
        match self {
            Self::Input | Self::Operation(_) | Self::Composite(_) => Activation::Linear,
            Self::Layer { layer, .. } => layer.activation(),
        }
    }

    /// The arguments of a layer, or the attributes of an operation.
    pub fn settings(&self) -> Vec<Setting> {
        match self {
            Self::Input => Vec::new(),
            Self::Layer { layer, .. } => layer.settings(),
            Self::Operation(Op::Opaque(op)) => op.settings.clone(),
            Self::Operation(op) => {
                let attributes = op.form().attributes.into_iter();
                let setting =
                    |(name, value)| Setting { name: Cow::Borrowed(name), value: shown(value), is_default: false };
                attributes.map(setting).collect()
            }
            Self::Composite(composite) => composite.settings.clone(),
        }
    }

    /// How the view of neurons draws a layer or an operation; `None` for the input.
    pub fn glyph(&self, output: &TensorType) -> Option<Glyph> {
        match self {
            Self::Input => None,
            Self::Layer { layer, .. } => Some(layer.glyph(output)),
            Self::Operation(_) | Self::Composite(_) => {
                let outline = match self.category() {
                    // A row of neurons, if it is one.
                    Some(Category::Dense) if output.sample().is_some_and(|sample| sample.len() == 1) => {
                        return Some(Glyph::Neurons);
                    }
                    Some(Category::Pooling | Category::Regularization) => Outline::Ellipse,
                    Some(Category::Activation) => Outline::Octagon,
                    Some(Category::Merge) => Outline::Circle,
                    _ => Outline::Rectangle,
                };
                Some(Glyph::Outline { outline, lines: vec![self.kind().to_owned()] })
            }
        }
    }

    /// The mathematical sign of a layer, if it has a common one.
    pub fn symbol(&self) -> Option<&'static str> {
        match self {
            Self::Layer { layer, .. } => layer.symbol(),
            Self::Input | Self::Operation(_) => None,
            Self::Composite(composite) => composite.symbol,
        }
    }
}

/// An attribute as an argument.
fn shown(attribute: Attribute) -> ArgValue {
    match attribute {
        Attribute::Int(value) => ArgValue::Int(value),
        Attribute::Float(value) => ArgValue::Float(value),
        Attribute::Text(text) => ArgValue::name(text),
        Attribute::Ints(values) => ArgValue::Sizes(values),
        Attribute::Floats(values) => ArgValue::List(values.into_iter().map(ArgValue::Float).collect()),
        Attribute::Texts(texts) => ArgValue::List(texts.into_iter().map(ArgValue::name).collect()),
    }
}
