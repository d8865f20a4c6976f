//! `categorical_crossentropy`: the negative logarithm of the predicted probability of the true class.

use super::{Loss, OutputLayer, Scores, read};
use crate::diagnostics::Diagnostic;
use crate::layer::Activation;
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};

pub(super) static KIND: Entry<dyn Loss> = Entry {
    name: "categorical_crossentropy",
    doc: "Cross-entropy: the mean of −ln of the predicted probability of the true class.",
    fields: CategoricalCrossentropy::FIELDS,
    example: "",
    synonyms: &[
        "sparse_categorical_crossentropy",
        "cross_entropy",
        "cross_entropy_loss",
        "crossentropy",
        "ce",
        "log_loss",
        "nll",
        "nll_loss",
        "softmax_cross_entropy",
        "softmax_cross_entropy_with_logits",
    ],
    read: read::<CategoricalCrossentropy>,
};

arguments! {
    /// Cross-entropy of the softmax of the logits.
    pub(super) struct CategoricalCrossentropy {}
}

impl Loss for CategoricalCrossentropy {
    /// The logits, because probabilities could round to 0.
    fn scores(&self) -> Scores {
        Scores::Logits
    }

    fn misfit(&self, output: &OutputLayer) -> Option<Diagnostic> {
        (output.activation != Activation::Softmax).then(|| {
            let name = KIND.name;
            Diagnostic::error(format!("`{name}` needs probabilities, but the last layer does not end in softmax"))
                .hint(format!("give `{}` `activation: softmax`, or use `loss: mse`", output.layer))
        })
    }

    fn supports_class_weights(&self) -> bool {
        true
    }

    fn sample(&self, logits: &[f32], class: usize, gradient: &mut [f32]) -> f32 {
        // Without the maximum subtracted, the exponentials of large logits would be infinite.
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for (power, logit) in gradient.iter_mut().zip(logits) {
            *power = (logit - most).exp();
        }
        let sum: f32 = gradient.iter().sum();
        for power in gradient.iter_mut() {
            *power /= sum;
        }
        gradient[class] -= 1.0;
        sum.ln() - (logits[class] - most)
    }
}
