//! `sgd`: stochastic gradient descent, with momentum if wanted.

use super::{Optimizer, OptimizerKind, Part, Step, f32_of, read};
use crate::spec::arguments::{Arguments, Setting, arguments};
use crate::spec::values::{Fraction, Positive};

pub(super) const KIND: OptimizerKind = OptimizerKind {
    name: "sgd",
    doc: "Stochastic gradient descent, with momentum if wanted.",
    fields: Sgd::FIELDS,
    read: read::<Sgd>,
};

arguments! {
    /// Stochastic gradient descent; the defaults are Keras'.
    pub(super) struct Sgd {
        /// Step size.
        learning_rate: Positive = Positive(0.01),
        /// Share of the last step that is taken again.
        momentum: Fraction = Fraction(0.0),
        /// Whether the momentum looks ahead (Sutskever et al. 2013).
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
        let (rate, momentum) = (f32_of(step.rate), f32_of(self.momentum.0));
        match part.state {
            [velocity] => with_momentum(part.parameter, part.gradient, velocity, rate, momentum, self.nesterov),
            _ => plain(part.parameter, part.gradient, rate),
        }
    }

    fn settings(&self) -> Vec<Setting> {
        Arguments::settings(self)
    }
}

wide! {
    fn plain(parameter: &mut [f32], gradient: &[f32], rate: f32) {
        for (parameter, &gradient) in parameter.iter_mut().zip(gradient) {
            *parameter -= rate * gradient;
        }
    }
}

wide! {
    fn with_momentum(
        parameter: &mut [f32],
        gradient: &[f32],
        velocity: &mut [f32],
        rate: f32,
        momentum: f32,
        nesterov: bool,
    ) {
        for ((parameter, &gradient), velocity) in parameter.iter_mut().zip(gradient).zip(velocity) {
            *velocity = momentum * *velocity - rate * gradient;
            *parameter += if nesterov { momentum * *velocity - rate * gradient } else { *velocity };
        }
    }
}
