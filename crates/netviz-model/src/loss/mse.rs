//! `mse`: mean squared error.

use super::{Loss, Scores, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};

pub(super) static KIND: Entry<dyn Loss> = Entry {
    name: "mse",
    doc: "Mean squared error against the one-hot vector of the class.",
    fields: MeanSquaredError::FIELDS,
    example: "",
    synonyms: &["mean_squared_error", "mse_loss", "l2", "l2_loss", "squared_error"],
    read: read::<MeanSquaredError>,
};

arguments! {
    /// Mean squared error against the one-hot vector of the class.
    pub(super) struct MeanSquaredError {}
}

impl Loss for MeanSquaredError {
    fn scores(&self) -> Scores {
        Scores::Output
    }

    fn sample(&self, scores: &[f32], class: usize, gradient: &mut [f32]) -> f32 {
        let count = scores.len() as f32;
        let mut sum = 0.0;
        for (index, (slope, score)) in gradient.iter_mut().zip(scores).enumerate() {
            let difference = score - f32::from(u8::from(index == class));
            sum += difference * difference;
            *slope = 2.0 * difference / count;
        }
        sum / count
    }
}
