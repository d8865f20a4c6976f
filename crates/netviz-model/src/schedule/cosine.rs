//! `cosine`: the learning rate falls along half a cosine wave (Loshchilov and Hutter 2016).

use std::f64::consts::PI;

use super::{Schedule, ScheduleContext, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::Fraction;

pub(super) static KIND: Entry<dyn Schedule> = Entry {
    name: "cosine",
    doc: "Decreases the learning rate at each step along half a cosine wave, until the end of the last epoch.",
    fields: Cosine::FIELDS,
    example: "{minimum: 0.01}",
    synonyms: &["cosine_annealing", "cosine_annealing_lr", "cosine_decay", "cos"],
    read: read::<Cosine>,
};

arguments! {
    /// Half a cosine wave over the whole training.
    pub(super) struct Cosine {
        /// Final learning rate, as a fraction of the initial one.
        minimum: Fraction = Fraction(0.0),
    }
}

impl Schedule for Cosine {
    fn factor(&self, context: &ScheduleContext) -> f64 {
        let minimum = self.minimum.0;
        minimum + (1.0 - minimum) * (1.0 + (PI * context.done()).cos()) / 2.0
    }
}
