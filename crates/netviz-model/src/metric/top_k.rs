//! `top_k`: the fraction of samples whose true class is among the most probable ones.

use super::{Better, Metric, Range, read};
use crate::schema::Entry;
use crate::schema::arguments::{Arguments, arguments};
use crate::schema::values::Size;

pub(super) static KIND: Entry<dyn Metric> = Entry {
    name: "top_k",
    doc: "Fraction of the samples whose true class is among the `k` most probable ones.",
    fields: TopK::FIELDS,
    example: "{k: 5}",
    synonyms: &["top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy", "top_k_accuracy"],
    read: read::<TopK>,
};

arguments! {
    /// Fraction of the samples whose true class is among the most probable ones.
    pub(super) struct TopK {
        /// Number of classes that count.
        k: Size = Size::new(5),
    }
}

impl Metric for TopK {
    fn name(&self) -> String {
        format!("top_{}", self.k.get())
    }

    fn better(&self) -> Better {
        Better::Higher
    }

    fn range(&self) -> Range {
        Range::Unit
    }

    fn sums(&self) -> Vec<String> {
        vec![self.name()]
    }

    fn add(&self, scores: &[f32], class: usize, sums: &mut [f64]) {
        let own = scores[class];
        // As for the most probable class, the first of equals counts.
        let is_before = |(index, &score): (usize, &f32)| score > own || (score >= own && index < class);
        let rank = scores.iter().enumerate().filter(|&score| is_before(score)).count();
        sums[0] += f64::from(u8::from(!own.is_nan() && rank < self.k.get()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn value(k: usize, scores: &[f32], classes: &[usize]) -> f64 {
        let (metric, mut sums) = (TopK { k: Size::new(k) }, [0.0]);
        metric.add_batch(scores, classes, &mut sums);
        metric.value(&sums, classes.len() as f64)
    }

    #[test]
    fn the_fraction_is_that_of_pytorch() {
        let stored: Value = serde_json::from_str(include_str!("../../tests/metrics/values.json")).expect("JSON");
        let list = |key: &str| stored[key].as_array().expect("a list").clone();
        #[expect(clippy::cast_possible_truncation, reason = "they are single precision")]
        let scores: Vec<f32> = list("scores").iter().map(|score| score.as_f64().expect("a number") as f32).collect();
        let classes: Vec<usize> =
            list("classes").iter().map(|class| class.to_string().parse().expect("a class")).collect();
        for (k, found) in stored["found"].as_object().expect("an object") {
            let value = value(k.parse().expect("a number"), &scores, &classes);
            assert!((value - found.as_f64().expect("a number")).abs() < 1e-5, "{k}: {value}");
        }
    }

    #[test]
    fn the_first_of_equal_scores_count_and_no_others() {
        assert!((value(2, &[1.0; 4], &[1]) - 1.0).abs() < 1e-12);
        assert!(value(2, &[1.0; 4], &[2]).abs() < 1e-12);
        assert!(value(5, &[1.0, f32::NAN], &[1]).abs() < 1e-12);
    }
}
