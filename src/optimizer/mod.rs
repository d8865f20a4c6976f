//! The optimizers: their arguments, and the step they take.
//!
//! An optimizer is one file with a struct that implements [`Optimizer`], and one line in
//! [`OPTIMIZERS`]. Steps are plain arithmetic over slices, so that nothing here needs a tensor library.

/// Compiles a function for every width of vectors too, of which a call takes the widest that the processor
/// has. The results are the same bits: the compiler joins no multiplication with an addition by itself.
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

use crate::diagnostics::{Diagnostic, Problems, excerpt};
use crate::spec::arguments::{Argument, Arguments, Field, Reader, Setting, Shown};
use crate::spec::choice::Choice;
use crate::spec::node::Node;
use crate::spec::suggest;
use crate::spec::values::{Fraction, names};

/// Every optimizer.
pub const OPTIMIZERS: &[&OptimizerKind] = &[&sgd::KIND, &rmsprop::KIND, &adam::KIND, &adamw::KIND];

/// What is known of an optimizer without an instance.
pub struct OptimizerKind {
    /// The name in a spec.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
    /// Its arguments.
    pub fields: &'static [Field],
    read: fn(&mut Reader) -> Option<Arc<dyn Optimizer>>,
}

impl fmt::Debug for OptimizerKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("OptimizerKind").field(&self.name).finish()
    }
}

/// One part of a parameter, its gradient and the optimizer's own values for it; all of one length.
#[derive(Debug)]
pub struct Part<'a> {
    /// The parameter, which the step changes.
    pub parameter: &'a mut [f32],
    /// The gradient of the loss.
    pub gradient: &'a [f32],
    /// One slice for each of [`Optimizer::slots`], all 0 before the first step.
    pub state: &'a mut [&'a mut [f32]],
}

/// A rule that changes parameters by their gradients. Each value is changed on its own, so a parameter
/// may be split in any way.
pub trait Optimizer: fmt::Debug + Send + Sync {
    /// Names of the values kept for each value of a parameter.
    fn slots(&self) -> &'static [&'static str];

    /// Takes step number `step`, which counts from 1.
    fn update(&self, step: u64, part: Part);

    /// Its arguments in force.
    fn settings(&self) -> Vec<Setting>;
}

/// An optimizer as a spec chooses it.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Which one.
    pub kind: &'static OptimizerKind,
    /// With its arguments.
    pub optimizer: Arc<dyn Optimizer>,
}

impl Default for Chosen {
    /// `rmsprop` with its defaults, as in Keras.
    fn default() -> Self {
        Self { kind: &rmsprop::KIND, optimizer: Arc::new(rmsprop::RmsProp::default()) }
    }
}

impl Shown for Chosen {
    fn shown(&self) -> Option<String> {
        Some(self.kind.name.to_owned())
    }
}

const EXAMPLE: &str = "rmsprop: {learning_rate: 0.001}";

impl Argument for Chosen {
    fn expected() -> String {
        let table: Vec<_> = OPTIMIZERS.iter().map(|kind| (kind.name, ())).collect();
        format!("an optimizer: {}", names(&table))
    }

    fn from_node(node: &Node, problems: &mut Problems) -> Option<Self> {
        let choice = Choice::of(node, "an optimizer", EXAMPLE, problems)?;
        let Some(kind) = OPTIMIZERS.iter().copied().find(|kind| kind.name == choice.name) else {
            let hint = suggest::hint(choice.name, OPTIMIZERS.iter().map(|kind| kind.name));
            let message = format!("unknown optimizer `{}`", excerpt(choice.name));
            problems.push(Diagnostic::error(message).at(choice.span).hint(hint));
            return None;
        };
        let entries = choice.entries(None, &format!("{}: {{learning_rate: 0.001}}", kind.name), problems)?;
        let owner = format!("`{}`", kind.name);
        let known: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
        let mut reader = Reader::new(&owner, choice.span, &entries, &known, problems);
        Some(Self { kind, optimizer: (kind.read)(&mut reader)? })
    }
}

/// Reads the arguments of an optimizer struct; what [`OptimizerKind::read`] points to.
fn read<T: Arguments + Optimizer + 'static>(reader: &mut Reader) -> Option<Arc<dyn Optimizer>> {
    Some(Arc::new(T::read(reader)?))
}

/// The weights of the old and of the new value in a running mean. The second is worked out before
/// rounding: in 32 bits, 1 − 0.999 is off by 5 in 100,000.
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
