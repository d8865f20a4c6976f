//! `reduce_on_plateau`: a smaller learning rate where the loss does not fall any more.

use super::{Place, Plateau, Schedule, ScheduleKind, read};
use crate::spec::arguments::{Arguments, Setting, arguments};
use crate::spec::values::{Fraction, Size};

pub(super) const KIND: ScheduleKind = ScheduleKind {
    name: "reduce_on_plateau",
    doc: "The learning rate is multiplied by a factor where the loss has not fallen for some epochs.",
    fields: ReduceOnPlateau::FIELDS,
    example: "{patience: 3}",
    read: read::<ReduceOnPlateau>,
};

arguments! {
    /// Multiplied where the loss stays; the rule and the defaults are PyTorch's.
    pub(super) struct ReduceOnPlateau {
        /// Number of epochs without a lower loss that are borne with; the next one makes the change.
        patience: Size = Size::new(10),
        /// What the learning rate is multiplied by.
        factor: Fraction = Fraction(0.1),
        /// Share by which a loss must be lower than the lowest before it.
        threshold: Fraction = Fraction(1e-4),
        /// Share of the learning rate that is left at the least.
        minimum: Fraction = Fraction(0.0),
    }
}

impl Schedule for ReduceOnPlateau {
    fn factor(&self, place: &Place) -> f64 {
        place.plateau.factor
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

    fn settings(&self) -> Vec<Setting> {
        Arguments::settings(self)
    }
}
