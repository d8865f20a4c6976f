//! `accuracy`: the fraction of samples that are classified correctly.

use super::{Better, Metric, Range, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};

pub(super) static KIND: Entry<dyn Metric> = Entry {
    name: "accuracy",
    doc: "Fraction of the samples whose most probable class is the true one.",
    fields: Accuracy::FIELDS,
    example: "",
    synonyms: &[
        "acc",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
        "top1",
        "top_1",
        "val_accuracy",
        "val_acc",
    ],
    read: read::<Accuracy>,
};

arguments! {
    /// Fraction of the samples whose most probable class is the true one.
    pub(super) struct Accuracy {}
}

impl Metric for Accuracy {
    fn name(&self) -> String {
        KIND.name.to_owned()
    }

    fn better(&self) -> Better {
        Better::Higher
    }

    fn range(&self) -> Range {
        Range::Unit
    }

    fn is_usual(&self) -> bool {
        true
    }

    fn sums(&self) -> Vec<String> {
        vec!["correct".to_owned()]
    }

    fn add(&self, scores: &[f32], class: usize, sums: &mut [f64]) {
        sums[0] += f64::from(u8::from(greatest(scores) == class));
    }
}

/// The index of the largest value, the first of equals.
fn greatest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, index| if values[index] > values[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_scores_counts() {
        let mut sums = [0.0];
        Accuracy {}.add_batch(&[1.0, 1.0, 0.0, 2.0, 3.0, 2.0], &[0, 1, 1], &mut sums);
        assert!((Accuracy {}.value(&sums, 3.0) - 2.0 / 3.0).abs() < 1e-12);
    }
}
