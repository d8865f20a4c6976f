//! `adamw`: Adam with decoupled weight decay (Loshchilov and Hutter 2017).

use super::adam::{Adam, SLOTS};
use super::{Optimizer, Part, Step, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Fraction, NonNegative, Positive};

pub(super) static KIND: Entry<dyn Optimizer> = Entry {
    name: "adamw",
    doc: "Adam with decoupled weight decay: each step also shrinks every parameter by a fixed fraction.",
    fields: AdamW::FIELDS,
    example: "{learning_rate: 0.001}",
    synonyms: &[],
    read: read::<AdamW>,
};

arguments! {
    /// AdamW, with the defaults of Keras.
    pub(super) struct AdamW {
        /// Learning rate.
        #[most(0.5)]
        learning_rate: Positive = Positive(1e-3),
        /// Weight decay: each step shrinks a parameter by this fraction times the learning rate.
        weight_decay: NonNegative = NonNegative(4e-3),
        /// Decay rate of the running mean of the gradient.
        beta_1: Fraction = Fraction(0.9),
        /// Decay rate of the running mean of the squared gradient.
        beta_2: Fraction = Fraction(0.999),
        /// Added to the root mean square, after the bias correction.
        epsilon: Positive = Positive(1e-7),
    }
}

impl Optimizer for AdamW {
    fn slots(&self) -> &'static [&'static str] {
        SLOTS
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate.0
    }

    fn update(&self, step: Step, mut part: Part) {
        let Self { learning_rate, beta_1, beta_2, epsilon, .. } = *self;
        let keep = 1.0 - step.rate * self.weight_decay.0;
        Adam { learning_rate, weight_decay: NonNegative(0.0), beta_1, beta_2, epsilon }.step(step, keep, &mut part);
    }
}
