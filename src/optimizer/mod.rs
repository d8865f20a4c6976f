//! The optimizers: their arguments and their update rules.
//!
//! An optimizer is one file with a struct that implements [`Optimizer`], and one line in
//! [`OPTIMIZERS`]. Steps are plain arithmetic over slices, so that nothing here needs a tensor library.

/// Also compiles a function for wider vectors; a call uses the widest version that the processor supports. The results
/// are the same to the last bit, because the compiler does not fuse multiplications and additions by itself.
macro_rules! wide {
    ($function:item) => {
        #[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
        $function
    };
}

mod adam;
mod adamw;
mod rmsprop;
mod sgd;

use std::fmt;
use std::sync::Arc;

use crate::diagnostics::Problems;
use crate::spec::arguments::{ArgValue, Argument, Arguments, Field, Reader, Settings, ToValue};
use crate::spec::choice::{Choosable, choose, expected};
use crate::spec::node::Node;
use crate::spec::values::Fraction;
use crate::spec::words::{self, Vocabulary};

/// Every optimizer.
pub const OPTIMIZERS: &[&OptimizerKind] = &[&sgd::KIND, &rmsprop::KIND, &adam::KIND, &adamw::KIND];

/// Description of an optimizer.
pub struct OptimizerKind {
    /// Name in the model file.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Arguments.
    pub fields: &'static [Field],
    read: fn(&mut Reader) -> Option<Arc<dyn Optimizer>>,
}

impl fmt::Debug for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("OptimizerKind").field(&self.name).finish()
    }
}

/// A slice of a parameter, its gradient and its optimizer state; all of the same length.
#[derive(Debug)]
pub struct Part<'a> {
    /// The parameter, which the step updates.
    pub parameter: &'a mut [f32],
    /// Gradient of the loss.
    pub gradient: &'a [f32],
    /// Optimizer state: one slice for each of [`Optimizer::slots`], all 0 before the first step.
    pub state: &'a mut [&'a mut [f32]],
}

/// Number and learning rate of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Number of the step, from 1.
    pub number: u64,
    /// Learning rate: [`Optimizer::learning_rate`] times the factors of schedule and warm-up.
    pub rate: f64,
}

/// An update rule for parameters. Each value is updated independently, so a parameter may be split anywhere.
pub trait Optimizer: Settings + fmt::Debug + Send + Sync {
    /// Names of the state kept for each value of a parameter.
    fn slots(&self) -> &'static [&'static str];

    /// The configured learning rate.
    fn learning_rate(&self) -> f64;

    /// Takes one step.
    fn update(&self, step: Step, part: Part);
}

/// An optimizer selected by a model file.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The kind.
    pub kind: &'static OptimizerKind,
    /// The optimizer with its arguments.
    pub optimizer: Arc<dyn Optimizer>,
}

impl Default for Chosen {
    /// `rmsprop` with its defaults, as in Keras.
    fn default() -> Self {
        Self { kind: &rmsprop::KIND, optimizer: Arc::new(rmsprop::RmsProp::default()) }
    }
}

impl ToValue for Chosen {
    fn to_value(&self) -> Option<ArgValue> {
        Some(ArgValue::choice(self.kind.name, self.optimizer.settings()))
    }
}

impl Choosable for OptimizerKind {
    type Value = Arc<dyn Optimizer>;
    const WHAT: &'static str = "an optimizer";
    const EXAMPLE: &'static str = "rmsprop: {learning_rate: 0.001}";
    const TABLE: &'static [&'static Self] = OPTIMIZERS;
    const WORDS: Vocabulary = words::OPTIMIZERS;

    fn name(&self) -> &'static str {
        self.name
    }

    fn fields(&self) -> &'static [Field] {
        self.fields
    }

    fn example(&self) -> &'static str {
        "{learning_rate: 0.001}"
    }

    fn read(&self, reader: &mut Reader) -> Option<Self::Value> {
        (self.read)(reader)
    }
}

impl Argument for Chosen {
    fn expected() -> String {
        expected::<OptimizerKind>()
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        choose(node, problems).map(|(kind, optimizer)| Self { kind, optimizer })
    }
}

/// Reads the arguments of an optimizer struct; the function behind [`OptimizerKind::read`].
fn read<T: Arguments + Optimizer + 'static>(reader: &mut Reader) -> Option<Arc<dyn Optimizer>> {
    Some(Arc::new(T::read(reader)?))
}

/// The weights of the old and of the new value in a running mean. The second is computed before rounding: in 32 bits, 1
/// − 0.999 is off by 5 in 100,000.
fn shares(old: Fraction) -> (f32, f32) {
    (f32_of(old.0), f32_of(1.0 - old.0))
}

/// Hyperparameters are written as decimal numbers and used as 32-bit ones.
#[expect(clippy::cast_possible_truncation, reason = "the tensors are 32-bit")]
fn f32_of(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests;
