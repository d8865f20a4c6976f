//! `rmsprop`: the gradient divided by a running root mean square (Tieleman and Hinton 2012).

use super::{Optimizer, Part, Step, f32_of, read, shares};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Fraction, NonNegative, Positive};

pub(super) static KIND: Entry<dyn Optimizer> = Entry {
    name: "rmsprop",
    doc: "RMSprop: divides the gradient by the root of a running mean of its square.",
    fields: RmsProp::FIELDS,
    example: "{learning_rate: 0.001}",
    synonyms: &[],
    read: read::<RmsProp>,
};

arguments! {
    /// RMSprop, with the defaults of Keras.
    pub(super) struct RmsProp {
        /// Learning rate.
        #[most(0.5)]
        learning_rate: Positive = Positive(1e-3),
        /// Weight decay (L2): this multiple of a parameter is added to its gradient.
        weight_decay: NonNegative = NonNegative(0.0),
        /// Decay rate of the running mean of the squared gradient.
        rho: Fraction = Fraction(0.9),
        /// Added to the root mean square, as in PyTorch; Keras 3 adds it before the root.
        epsilon: Positive = Positive(1e-7),
    }
}

impl Default for RmsProp {
    fn default() -> Self {
        Self {
            learning_rate: Positive(1e-3),
            weight_decay: NonNegative(0.0),
            rho: Fraction(0.9),
            epsilon: Positive(1e-7),
        }
    }
}

impl Optimizer for RmsProp {
    fn slots(&self) -> &'static [&'static str] {
        &["square_average"]
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate.0
    }

    fn update(&self, step: Step, part: Part) {
        let [square] = part.state else { return };
        let (rate, decay, epsilon) = (f32_of(step.rate), f32_of(self.weight_decay.0), f32_of(self.epsilon.0));
        update(part.parameter, part.gradient, square, rate, decay, shares(self.rho), epsilon);
    }
}

wide! {
    fn update(
        parameter: &mut [f32],
        gradient: &[f32],
        square: &mut [f32],
        rate: f32,
        decay: f32,
        (old, new): (f32, f32),
        epsilon: f32,
    ) {
        for ((parameter, &gradient), square) in parameter.iter_mut().zip(gradient).zip(square) {
            let gradient = gradient + decay * *parameter;
            *square = old * *square + new * gradient * gradient;
            *parameter -= rate * gradient / (square.sqrt() + epsilon);
        }
    }
}
