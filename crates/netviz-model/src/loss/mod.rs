//! The loss functions: what they need, and their arithmetic.
//!
//! A loss is one file with a struct that implements [`Loss`], and one line in [`LOSSES`]. Its arithmetic is over
//! slices, so that nothing here needs a tensor library.

mod categorical_crossentropy;
mod mse;

use std::fmt;
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::layer::Activation;
use crate::schema::Registered;
use crate::schema::Registry;
use crate::schema::arguments::{Arguments, Reader, Settings};

/// Every loss.
pub static LOSSES: Registry<dyn Loss> = Registry {
    what: "a loss",
    default: None,
    entries: &[&categorical_crossentropy::KIND, &mse::KIND],
    advice: &[(
        &["binary_crossentropy", "bce", "bce_loss", "bce_with_logits_loss"],
        "with two classes or more, write `categorical_crossentropy` and end in softmax",
    )],
};

/// The values that a loss is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scores {
    /// The inputs of the final softmax.
    Logits,
    /// The output of the network.
    Output,
}

/// The last layer of a network.
#[derive(Debug, Clone, Copy)]
pub struct OutputLayer<'a> {
    /// Its name.
    pub layer: &'a str,
    /// Its activation.
    pub activation: Activation,
}

/// A loss function of classification: a value for each sample, from one score per class and the true class.
pub trait Loss: Settings + fmt::Debug + Send + Sync {
    /// The values that it is computed from.
    fn scores(&self) -> Scores;

    /// Why it cannot be used with a network that ends in this layer; `None` if it can.
    fn misfit(&self, _: &OutputLayer) -> Option<Diagnostic> {
        None
    }

    /// Whether the classes can have different weights.
    fn supports_class_weights(&self) -> bool {
        false
    }

    /// The loss of a sample. Writes the derivative of the loss with respect to each score.
    fn sample(&self, scores: &[f32], class: usize, gradient: &mut [f32]) -> f32;

    /// The weighted sum of the losses of a batch, and its derivatives. `scores` and `gradient` have one row per sample,
    /// `weights` are the weights of the samples.
    ///
    /// Compiled for each loss, so that a batch costs one indirect call.
    fn batch(&self, scores: &[f32], classes: &[usize], weights: &[f32], gradient: &mut [f32]) -> f64 {
        let width = scores.len() / classes.len().max(1);
        let rows = scores.chunks_exact(width).zip(gradient.chunks_exact_mut(width));
        let mut loss = 0.0;
        for ((scores, gradient), (&class, &weight)) in rows.zip(classes.iter().zip(weights)) {
            loss += f64::from(weight * self.sample(scores, class, gradient));
            for slope in gradient {
                *slope *= weight;
            }
        }
        loss
    }
}

/// The names of the losses whose classes can have different weights.
pub(crate) fn with_class_weights() -> Vec<&'static str> {
    let weighs = LOSSES.entries.iter().filter(|entry| entry.plain().is_some_and(|loss| loss.supports_class_weights()));
    weighs.map(|entry| entry.name).collect()
}

impl Registered for dyn Loss {
    fn registry() -> &'static Registry<Self> {
        &LOSSES
    }
}

/// Reads the arguments of a loss struct; the function behind [`Entry`](crate::schema::Entry).
fn read<T: Arguments + Loss + 'static>(reader: &mut Reader) -> Option<Arc<dyn Loss>> {
    Some(Arc::new(T::read(reader)?))
}
