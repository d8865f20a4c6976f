//! The layer kinds.
//!
//! A kind is one file with a struct that implements [`Layer`], and one line in `kinds!`. Nothing else
//! in the project matches on layer kinds: other code asks a layer through the trait.

mod config;
mod pool;
mod window;

pub use activation::Activation;
pub use config::LayerConfig;

use std::fmt;
use std::sync::Arc;

pub use crate::category::Category;
use crate::diagnostics::{Diagnostic, Problems, Severity};
pub use crate::ir::Misfit;
use crate::ir::{Scope, TensorType, ValueId};
use crate::schema;
use crate::schema::arguments::{ArgValue, Arguments, Field, Reader, Settings};
use crate::source::Span;

/// Declares the kinds, each with the struct of its arguments: the table [`KINDS`], and a function of each name.
macro_rules! kinds {
    ($($kind:ident: $arguments:ty;)+) => {
        $(mod $kind;)+

        /// Every layer kind, in the order of the documentation.
        pub const KINDS: &[&Kind] = &[$(&$kind::KIND),+];

        $(
            #[doc = concat!("A layer of the kind `", stringify!($kind), "`.")]
            pub fn $kind() -> LayerConfig<$arguments> {
                LayerConfig::new(&$kind::KIND)
            }
        )+
    };
}

kinds! {
    dense: dense::Dense;
    activation: activation::ActivationLayer;
    dropout: dropout::Dropout;
    flatten: flatten::Flatten;
    reshape: reshape::Reshape;
    permute: permute::Permute;
    split: split::Split;
    conv2d: conv2d::Conv2d;
    max_pool2d: pool::Pool2d;
    avg_pool2d: pool::Pool2d;
    global_avg_pool2d: global_avg_pool2d::GlobalAvgPool2d;
    embedding: embedding::Embedding;
    lstm: lstm::Lstm;
    batch_norm: batch_norm::BatchNorm;
    layer_norm: layer_norm::LayerNorm;
    local_response_norm: local_response_norm::LocalResponseNorm;
    add: add::Add;
    multiply: multiply::Multiply;
    concat: concat::Concat;
}

/// The kind named `name`.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// Builds a layer of a kind, with arguments as in a model file; omitted ones have their defaults.
///
/// # Errors
/// The first problem: an argument that is unknown, missing or wrong.
pub(crate) fn build(kind: &Kind, arguments: &[(&str, ArgValue)]) -> Result<Arc<dyn Layer>, Diagnostic> {
    let mut problems = Problems::default();
    let entries = schema::entries(arguments);
    let known: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
    let owner = format!("`{}`", kind.name);
    let layer = (kind.read)(&mut Reader::new(&owner, Span::NONE, &entries, &known, &mut problems));
    let problem = problems.into_sorted().into_iter().find(|problem| problem.severity == Severity::Error);
    match (layer, problem) {
        (Some(layer), None) => Ok(layer),
        // Values have no place in a text.
        (_, Some(problem)) => Err(Diagnostic { span: None, ..problem }),
        (None, None) => Err(Diagnostic::error(format!("{owner} cannot be built from these arguments"))),
    }
}

/// Description of a layer kind.
#[non_exhaustive]
pub struct Kind {
    /// Name in the model file.
    pub name: &'static str,
    /// Category, which decides the colour.
    pub category: Category,
    /// Number of inputs that the kind accepts.
    pub arity: Arity,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Arguments besides `name` and `from`.
    pub fields: &'static [Field],
    /// The argument that a bare value sets: `dropout: 0.2`.
    pub shorthand: Option<&'static str>,
    /// An entry of `layers` that is valid for `example_inputs`.
    pub example: &'static str,
    /// Input shapes of the example.
    pub example_inputs: &'static [&'static [usize]],
    /// Whether its inputs are whole numbers, as the example's are.
    pub takes_integers: bool,
    /// Reads the arguments.
    pub(crate) read: fn(&mut Reader) -> Option<Arc<dyn Layer>>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Kind").field(&self.name).finish()
    }
}

/// Number of inputs that a layer kind accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// Two or more.
    Many,
}

impl Arity {
    /// Whether this is an accepted number of inputs.
    pub fn accepts(self, inputs: usize) -> bool {
        match self {
            Self::One => inputs == 1,
            Self::Many => inputs >= 2,
        }
    }
}

/// Position of a layer in its network.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct LayerContext<'a> {
    /// Type of the first input.
    pub input: &'a TensorType,
    /// The layer that applied an activation function to the only input last, and that function. Layers in between leave
    /// the values unchanged.
    pub activated: Option<(&'a str, Activation)>,
    /// Whether the output of the layer is that of the network.
    pub is_output: bool,
}

/// How the view of neurons draws a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glyph {
    /// A row of neurons, connected to all neurons of the inputs.
    Neurons,
    /// One outline with text inside.
    Outline {
        /// The outline.
        outline: Outline,
        /// The lines of text.
        lines: Vec<String>,
    },
    /// A square for the operation, and one for its feature maps.
    FeatureMaps {
        /// Lines of text of the operation.
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
    /// A triangle that points in the direction of the data flow: flattening.
    Triangle,
    /// An octagon: activations.
    Octagon,
    /// A rectangle: normalization, reshaping.
    Rectangle,
    /// A circle: merging.
    Circle,
}

/// One layer of a network: its requirements, its computation and its appearance.
pub trait Layer: Settings + fmt::Debug + Send + Sync {
    /// Adds the layer's operations and parameters, and returns its outputs, of which there is at least one. There are as
    /// many inputs as the kind's [`Arity`] allows.
    ///
    /// # Errors
    /// If the inputs do not fit.
    fn lower(&self, scope: &mut Scope, inputs: &[ValueId]) -> Result<Vec<ValueId>, Misfit>;

    /// How the view of neurons draws the layer.
    fn glyph(&self, output: &TensorType) -> Glyph;

    /// The activation function applied to the output.
    fn activation(&self) -> Activation {
        Activation::Linear
    }

    /// A warning about a valid layer that is almost certainly a mistake at this position.
    fn lint(&self, _: &LayerContext) -> Option<Misfit> {
        None
    }

    /// The mathematical sign of the operation, if it has a common one.
    fn symbol(&self) -> Option<&'static str> {
        None
    }
}

/// Reads the arguments of a layer struct; the function behind [`Kind::read`].
fn read<T: Arguments + Layer + 'static>(reader: &mut Reader) -> Option<Arc<dyn Layer>> {
    Some(Arc::new(T::read(reader)?))
}

#[cfg(test)]
mod tests;
