//! The loss and the metrics, summed over samples.

use std::sync::Arc;

use netviz::metric::{LOSS, Metric};
use netviz::spec::Train;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The sums of the loss and of the metrics over samples.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "Map<String, Value>", try_from = "Map<String, Value>")]
pub struct MetricSums {
    /// The names of the sums: the loss, then those of the metrics.
    names: Arc<[String]>,
    sums: Vec<f64>,
    samples: f64,
}

/// The key of the number of samples.
const SAMPLES: &str = "samples";

impl MetricSums {
    /// The sums before the first sample.
    pub fn zero(spec: &Train) -> Self {
        let names: Arc<[String]> = spec.measured().with_loss().iter().flat_map(|metric| metric.sums()).collect();
        Self { sums: vec![0.0; names.len()], names, samples: 0.0 }
    }

    /// The same sums before the first sample.
    pub(crate) fn cleared(&self) -> Self {
        Self { names: Arc::clone(&self.names), sums: vec![0.0; self.sums.len()], samples: 0.0 }
    }

    /// Counts samples with this mean loss. Returns the sums of the metrics, to which the samples are still to be added.
    pub(crate) fn count(&mut self, loss: f64, samples: usize) -> &mut [f64] {
        #[expect(clippy::cast_precision_loss, reason = "counts of samples are exact in 64-bit numbers")]
        let samples = samples as f64;
        self.samples += samples;
        match self.sums.split_first_mut() {
            Some((sum, others)) => {
                *sum += loss * samples;
                others
            }
            None => &mut [],
        }
    }

    /// Adds the sums of other samples.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.names != other.names {
            let new: Vec<&String> = other.names.iter().filter(|name| !self.names.contains(name)).collect();
            self.names = self.names.iter().chain(new).cloned().collect();
            self.sums.resize(self.names.len(), 0.0);
        }
        for (name, sum) in self.names.iter().zip(&mut self.sums) {
            *sum += other.sum(name).unwrap_or(0.0);
        }
        self.samples += other.samples;
    }

    /// The sums over the samples added after `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let sums = self.names.iter().zip(&self.sums).map(|(name, sum)| sum - earlier.sum(name).unwrap_or(0.0));
        Self { names: Arc::clone(&self.names), sums: sums.collect(), samples: self.samples - earlier.samples }
    }

    /// Whether the loss is a finite number.
    pub(crate) fn is_finite(&self) -> bool {
        self.sum(LOSS).unwrap_or(0.0).is_finite()
    }

    /// Mean loss per sample.
    pub fn loss(&self) -> f64 {
        self.sum(LOSS).unwrap_or(0.0) / self.samples
    }

    /// The value of a metric, or of the loss; NaN if it was not measured.
    pub fn value(&self, metric: &dyn Metric) -> f64 {
        let sums: Option<Vec<f64>> = metric.sums().iter().map(|name| self.sum(name)).collect();
        sums.map_or(f64::NAN, |sums| metric.value(&sums, self.samples))
    }

    fn sum(&self, name: &str) -> Option<f64> {
        self.names.iter().position(|known| known == name).map(|index| self.sums[index])
    }
}

/// The sums by name, and the number of samples.
impl From<MetricSums> for Map<String, Value> {
    fn from(metrics: MetricSums) -> Self {
        let sums = metrics.names.iter().cloned().zip(metrics.sums);
        sums.chain([(SAMPLES.to_owned(), metrics.samples)]).map(|(name, sum)| (name, sum.into())).collect()
    }
}

impl TryFrom<Map<String, Value>> for MetricSums {
    type Error = String;

    fn try_from(object: Map<String, Value>) -> Result<Self, String> {
        let mut metrics = Self::default();
        let mut names = Vec::new();
        for (name, value) in object {
            let sum = value.as_f64().ok_or_else(|| format!("`{name}` is not a number"))?;
            if name == SAMPLES {
                metrics.samples = sum;
            } else {
                names.push(name);
                metrics.sums.push(sum);
            }
        }
        metrics.names = names.into();
        Ok(metrics)
    }
}

#[cfg(test)]
mod tests {
    use netviz::metric::{Better, Range};
    use netviz::schema::{Setting, Settings};

    use super::*;

    /// The mean of one sum minus the mean of another.
    #[derive(Debug)]
    struct Difference;

    impl Settings for Difference {
        fn settings(&self) -> Vec<Setting> {
            Vec::new()
        }
    }

    impl Metric for Difference {
        fn name(&self) -> String {
            "difference".into()
        }

        fn better(&self) -> Better {
            Better::Lower
        }

        fn range(&self) -> Range {
            Range::NonNegative
        }

        fn sums(&self) -> Vec<String> {
            ["high", "low"].map(str::to_owned).into()
        }

        fn add(&self, scores: &[f32], _: usize, sums: &mut [f64]) {
            sums[0] += f64::from(scores[0]);
            sums[1] += f64::from(scores[1]);
        }

        fn value(&self, sums: &[f64], samples: f64) -> f64 {
            (sums[0] - sums[1]) / samples
        }
    }

    fn metrics(json: &str) -> MetricSums {
        serde_json::from_str(json).expect("metrics")
    }

    fn is(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn what_is_written_is_read_back_in_the_same_order() {
        let text = "{\"loss\":0.1,\"low\":1.0,\"correct\":3.0,\"high\":5.000000000000001,\"samples\":4.0}";
        let metrics = metrics(text);
        assert_eq!(serde_json::to_string(&metrics).expect("JSON"), text);
        assert!(is(metrics.value(&Difference), 4.0 / 4.0) && is(metrics.loss(), 0.025));
    }

    #[test]
    fn sums_are_added_by_name() {
        let mut sum = MetricSums::default();
        for text in
            ["{\"loss\":1.0,\"high\":3.0,\"low\":1.0,\"samples\":1.0}", "{\"low\":1.0,\"high\":9.0,\"samples\":3.0}"]
        {
            sum.add(&metrics(text));
        }
        assert!(is(sum.value(&Difference), 2.5) && is(sum.loss(), 0.25), "{sum:?}");
        let late = sum.since(&metrics("{\"loss\":1.0,\"high\":3.0,\"low\":1.0,\"samples\":1.0}"));
        assert!(is(late.value(&Difference), 8.0 / 3.0) && is(late.loss(), 0.0), "{late:?}");
    }

    #[test]
    fn what_was_not_measured_is_no_number() {
        assert!(metrics("{\"loss\":1.0,\"high\":3.0,\"samples\":1.0}").value(&Difference).is_nan());
        assert!(MetricSums::default().loss().is_nan() && MetricSums::default().is_finite());
    }
}
