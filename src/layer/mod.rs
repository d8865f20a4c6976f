//! The layer kinds.
//!
//! A kind is one file with a struct that implements [`Layer`], and one line in [`KINDS`]. Nothing else
//! in the project matches on layer kinds: other code asks a layer through the trait.

mod activation;
mod add;
mod avg_pool2d;
mod batch_norm;
mod concat;
mod conv2d;
mod dense;
mod dropout;
mod flatten;
mod global_avg_pool2d;
mod max_pool2d;
mod pool;
mod reshape;
mod window;

pub use activation::Activation;

use std::fmt;
use std::sync::Arc;

use crate::limits;
use crate::program::{Scope, ValueId};
use crate::shape::Shape;
use crate::spec::arguments::{Arguments, Field, Reader, Setting};

/// Every layer kind, in the order of the documentation.
pub const KINDS: &[&Kind] = &[
    &dense::KIND,
    &activation::KIND,
    &dropout::KIND,
    &flatten::KIND,
    &reshape::KIND,
    &conv2d::KIND,
    &max_pool2d::KIND,
    &avg_pool2d::KIND,
    &global_avg_pool2d::KIND,
    &batch_norm::KIND,
    &add::KIND,
    &concat::KIND,
];

/// The kind called `name`.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// What is known of a layer kind without an instance.
pub struct Kind {
    /// The name in a spec.
    pub name: &'static str,
    /// The group it belongs to, which gives it its colour.
    pub category: Category,
    /// How many layers it can be fed by.
    pub arity: Arity,
    /// One line of documentation.
    pub doc: &'static str,
    /// Its arguments, besides `name` and `from`.
    pub fields: &'static [Field],
    /// The argument that a bare value stands for: `dropout: 0.2`.
    pub shorthand: Option<&'static str>,
    /// An entry of `layers` that works on inputs of `example_inputs`.
    pub example: &'static str,
    /// Shapes that the example is applied to.
    pub example_inputs: &'static [&'static [usize]],
    /// Reads the arguments.
    pub(crate) read: fn(&mut Reader) -> Option<Arc<dyn Layer>>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Kind").field(&self.name).finish()
    }
}

/// The group a kind belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Fully connected.
    Dense,
    /// Convolutions.
    Convolution,
    /// Pooling.
    Pooling,
    /// Normalization.
    Normalization,
    /// Regularization, active in training only.
    Regularization,
    /// Activation functions.
    Activation,
    /// The same values in another shape.
    Shape,
    /// Several inputs into one.
    Merge,
}

impl Category {
    /// Every category, in the order of the documentation, which is that of declaration.
    pub const ALL: [Self; 8] = [
        Self::Dense,
        Self::Convolution,
        Self::Pooling,
        Self::Normalization,
        Self::Regularization,
        Self::Activation,
        Self::Shape,
        Self::Merge,
    ];

    /// The name in a theme file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Convolution => "convolution",
            Self::Pooling => "pooling",
            Self::Normalization => "normalization",
            Self::Regularization => "regularization",
            Self::Activation => "activation",
            Self::Shape => "shape",
            Self::Merge => "merge",
        }
    }
}

/// How many layers a kind can be fed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// Two or more.
    Many,
}

/// Why a layer does not fit its inputs, or its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What does not fit, to follow "`conv2d_1` ".
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Misfit {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// Where a layer stands in its network.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The shape of its first input.
    pub input: &'a Shape,
    /// The layer whose activation function its only input has passed last, with that function. Layers in between
    /// change no values.
    pub activated: Option<(&'a str, Activation)>,
    /// Whether its result is that of the network.
    pub is_output: bool,
}

/// How a layer is drawn where neurons are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glyph {
    /// A row of neurons, connected to everything before it.
    Neurons,
    /// One outline with text inside.
    Outline {
        /// The outline.
        outline: Outline,
        /// The lines of text.
        lines: Vec<String>,
    },
    /// A square that tells the operation, and one that tells its feature maps.
    FeatureMaps {
        /// The operation's lines of text.
        lines: Vec<String>,
        /// Number of feature maps.
        maps: usize,
    },
}

/// An outline of a [`Glyph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    /// An ellipse: pooling, dropout.
    Ellipse,
    /// A triangle whose tip points where data flows: flattening.
    Triangle,
    /// An octagon: activations.
    Octagon,
    /// A rectangle: normalization, reshaping.
    Rectangle,
    /// A circle: merging.
    Circle,
}

/// One layer of a network: what it needs, what it computes and how it looks.
pub trait Layer: fmt::Debug + Send + Sync {
    /// The output's shape for these inputs, as many as the kind's [`Arity`] allows.
    ///
    /// # Errors
    /// Where the inputs do not fit.
    fn infer(&self, inputs: &[Shape]) -> Result<Shape, Misfit>;

    /// Writes the layer's operations and parameters for inputs that [`Self::infer`] accepted.
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> ValueId;

    /// Its arguments, as pictures and tables show them.
    fn settings(&self) -> Vec<Setting>;

    /// How it is drawn among neurons.
    fn glyph(&self, output: &Shape) -> Glyph;

    /// The activation function that it ends with.
    fn activation(&self) -> Activation {
        Activation::Linear
    }

    /// What is valid about it here but surely not meant.
    fn doubt(&self, _: &Surroundings) -> Option<Misfit> {
        None
    }

    /// The sign of what it does with its inputs, where there is a common one.
    fn sign(&self) -> Option<&'static str> {
        None
    }
}

/// Reads the arguments of a layer struct; what [`Kind::read`] points to.
fn read<T: Arguments + Layer + 'static>(reader: &mut Reader) -> Option<Arc<dyn Layer>> {
    Some(Arc::new(T::read(reader)?))
}

/// The shape, or a misfit where it has too many values.
fn checked(dimensions: impl Into<Vec<usize>>) -> Result<Shape, Misfit> {
    Shape::new(dimensions).ok_or_else(|| {
        Misfit::new(format!("gives more than {} values a sample", limits::ELEMENTS)).hint("use smaller sizes")
    })
}

/// Channels, height and width of the only input.
fn image(inputs: &[Shape]) -> Result<[usize; 3], Misfit> {
    inputs[0].as_image().ok_or_else(|| {
        Misfit::new(format!("needs an image (channels×height×width), but gets {}", inputs[0]))
            .hint("put `- reshape: [channels, height, width]` before it, or give `input` three sizes")
    })
}

/// Number of values of the only input, which must have one dimension.
fn flat(inputs: &[Shape]) -> Result<usize, Misfit> {
    match inputs[0].dimensions() {
        [size] => Ok(*size),
        _ => Err(Misfit::new(format!("needs one dimension, but gets {}", inputs[0])).hint("put `- flatten` before it")),
    }
}

#[cfg(test)]
mod tests;
