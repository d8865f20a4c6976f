//! `sgd`: stochastic gradient descent, optionally with momentum.

use super::{Optimizer, Part, Step, f32_of, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Fraction, NonNegative, Positive};

pub(super) static KIND: Entry<dyn Optimizer> = Entry {
    name: "sgd",
    doc: "Stochastic gradient descent, optionally with momentum.",
    fields: Sgd::FIELDS,
    example: "{learning_rate: 0.001}",
    synonyms: &["gradient_descent", "momentum", "stochastic_gradient_descent"],
    read: read::<Sgd>,
};

arguments! {
    /// Stochastic gradient descent, with the defaults of Keras.
    pub(super) struct Sgd {
        /// Learning rate.
        #[most(5.0)]
        learning_rate: Positive = Positive(0.01),
        /// Weight decay (L2): this multiple of a parameter is added to its gradient.
        weight_decay: NonNegative = NonNegative(0.0),
        /// Momentum coefficient.
        momentum: Fraction = Fraction(0.0),
        /// Whether to use Nesterov momentum (Sutskever et al. 2013).
        nesterov: bool = false,
    }
}

impl Optimizer for Sgd {
    fn slots(&self) -> &'static [&'static str] {
        if self.momentum.0 == 0.0 { &[] } else { &["velocity"] }
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate.0
    }

    fn update(&self, step: Step, part: Part) {
        let (rate, decay) = (f32_of(step.rate), f32_of(self.weight_decay.0));
        let momentum = (f32_of(self.momentum.0), self.nesterov);
        match part.state {
            [velocity] => with_momentum(part.parameter, part.gradient, velocity, rate, decay, momentum),
            _ => plain(part.parameter, part.gradient, rate, decay),
        }
    }
}

wide! {
    fn plain(parameter: &mut [f32], gradient: &[f32], rate: f32, decay: f32) {
        for (parameter, &gradient) in parameter.iter_mut().zip(gradient) {
            *parameter -= rate * (gradient + decay * *parameter);
        }
    }
}

wide! {
    fn with_momentum(
        parameter: &mut [f32],
        gradient: &[f32],
        velocity: &mut [f32],
        rate: f32,
        decay: f32,
        (momentum, nesterov): (f32, bool),
    ) {
        for ((parameter, &gradient), velocity) in parameter.iter_mut().zip(gradient).zip(velocity) {
            let gradient = gradient + decay * *parameter;
            *velocity = momentum * *velocity - rate * gradient;
            *parameter += if nesterov { momentum * *velocity - rate * gradient } else { *velocity };
        }
    }
}
