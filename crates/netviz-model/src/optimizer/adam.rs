//! `adam`: running means of the gradient and of its square (Kingma and Ba 2014).

use super::{Optimizer, Part, Step, f32_of, read, shares};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Fraction, NonNegative, Positive};

pub(super) static KIND: Entry<dyn Optimizer> = Entry {
    name: "adam",
    doc: "Adam: running means of the gradient and of its square, with bias correction.",
    fields: Adam::FIELDS,
    example: "{learning_rate: 0.001}",
    synonyms: &[],
    read: read::<Adam>,
};

arguments! {
    /// Adam, with the defaults of Keras.
    pub(super) struct Adam {
        /// Learning rate.
        #[most(0.5)]
        learning_rate: Positive = Positive(1e-3),
        /// Weight decay (L2): this multiple of a parameter is added to its gradient.
        weight_decay: NonNegative = NonNegative(0.0),
        /// Decay rate of the running mean of the gradient.
        beta_1: Fraction = Fraction(0.9),
        /// Decay rate of the running mean of the squared gradient.
        beta_2: Fraction = Fraction(0.999),
        /// Added to the root mean square, after the bias correction.
        epsilon: Positive = Positive(1e-7),
    }
}

impl Optimizer for Adam {
    fn slots(&self) -> &'static [&'static str] {
        SLOTS
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate.0
    }

    fn update(&self, step: Step, mut part: Part) {
        self.step(step, 1.0, &mut part);
    }
}

pub(super) const SLOTS: &[&str] = &["average", "square_average"];

impl Adam {
    /// One step, before which the parameter is multiplied by `keep`.
    pub(super) fn step(&self, step: Step, keep: f64, part: &mut Part) {
        let exponent = i32::try_from(step.number).unwrap_or(i32::MAX);
        let correction_1 = 1.0 - self.beta_1.0.powi(exponent);
        let correction_2 = 1.0 - self.beta_2.0.powi(exponent);
        let [average, square] = part.state else { return };
        let scale = Scale {
            rate: f32_of(step.rate / correction_1),
            root: f32_of(correction_2.sqrt()),
            epsilon: f32_of(self.epsilon.0),
            decay: f32_of(self.weight_decay.0),
            keep: f32_of(keep),
            average: shares(self.beta_1),
            square: shares(self.beta_2),
        };
        update(part.parameter, part.gradient, average, square, &scale);
    }
}

/// The constants of one step.
struct Scale {
    rate: f32,
    /// Bias correction of the root mean square.
    root: f32,
    epsilon: f32,
    /// Multiple of the parameter that is added to the gradient.
    decay: f32,
    /// Factor applied to the parameter.
    keep: f32,
    average: (f32, f32),
    square: (f32, f32),
}

wide! {
    fn update(parameter: &mut [f32], gradient: &[f32], average: &mut [f32], square: &mut [f32], scale: &Scale) {
        let &Scale { rate, root, epsilon, decay, keep, average: (old_1, new_1), square: (old_2, new_2) } = scale;
        let values = parameter.iter_mut().zip(gradient).zip(average.iter_mut().zip(square));
        for ((parameter, &gradient), (average, square)) in values {
            let gradient = gradient + decay * *parameter;
            *average = old_1 * *average + new_1 * gradient;
            *square = old_2 * *square + new_2 * gradient * gradient;
            *parameter = keep * *parameter - rate * *average / (square.sqrt() / root + epsilon);
        }
    }
}
