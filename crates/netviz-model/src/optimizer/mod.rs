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

use crate::schema::Registered;
use crate::schema::arguments::{Arguments, Reader, Settings};
use crate::schema::values::Fraction;
use crate::schema::{Chosen, Registry};

/// Every optimizer.
pub static OPTIMIZERS: Registry<dyn Optimizer> = Registry {
    what: "an optimizer",
    default: Some(&rmsprop::KIND),
    entries: &[&sgd::KIND, &rmsprop::KIND, &adam::KIND, &adamw::KIND],
    advice: &[(&["nadam", "amsgrad", "adamax", "radam", "adam8bit"], "the nearest is `adam`")],
};

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

impl Default for Chosen<dyn Optimizer> {
    /// `rmsprop` with its defaults, as in Keras.
    fn default() -> Self {
        Self { kind: &rmsprop::KIND, value: Arc::new(rmsprop::RmsProp::default()) }
    }
}

impl Registered for dyn Optimizer {
    fn registry() -> &'static Registry<Self> {
        &OPTIMIZERS
    }
}

/// Reads the arguments of an optimizer struct; the function behind [`Entry`](crate::schema::Entry).
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
