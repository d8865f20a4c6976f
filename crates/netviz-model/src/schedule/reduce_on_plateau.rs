//! `reduce_on_plateau`: reduces the learning rate when the loss stops falling.

use super::{Plateau, Schedule, ScheduleContext, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::{Fraction, Size};

pub(super) static KIND: Entry<dyn Schedule> = Entry {
    name: "reduce_on_plateau",
    doc: "Multiplies the learning rate by a factor when the loss has stopped falling.",
    fields: ReduceOnPlateau::FIELDS,
    example: "{patience: 3}",
    synonyms: &["reduce_lr_on_plateau", "plateau"],
    read: read::<ReduceOnPlateau>,
};

arguments! {
    /// Multiplies the learning rate on a plateau of the loss; the rule and the defaults are those of PyTorch.
    pub(super) struct ReduceOnPlateau {
        /// Number of allowed epochs without improvement; after one more, the learning rate drops.
        patience: Size = Size::new(10),
        /// Factor of the learning rate.
        factor: Fraction = Fraction(0.1),
        /// Smallest relative decrease of the loss that counts as an improvement.
        threshold: Fraction = Fraction(1e-4),
        /// Lowest learning rate, as a fraction of the initial one.
        minimum: Fraction = Fraction(0.0),
    }
}

impl Schedule for ReduceOnPlateau {
    fn factor(&self, context: &ScheduleContext) -> f64 {
        context.plateau.factor
    }

    fn observe(&self, plateau: &mut Plateau, loss: f64) {
        if loss < plateau.lowest * (1.0 - self.threshold.0) {
            (plateau.lowest, plateau.without) = (loss, 0);
        } else {
            plateau.without += 1;
        }
        if plateau.without > self.patience.get() {
            plateau.factor = (plateau.factor * self.factor.0).max(self.minimum.0);
            plateau.without = 0;
        }
    }
}
