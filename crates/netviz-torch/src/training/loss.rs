//! The loss and the metrics of a batch, and the gradient of the loss.

use std::sync::Arc;

use netviz::loss::Loss;
use netviz::metric::Metric;
use netviz::spec::Train;
use tch::{Device, Tensor};

use crate::EngineError;
use crate::samples::Batch;
use crate::storage::{values, values_mut};
use crate::sums::MetricSums;

/// The loss of a run, and the metrics that are measured with it.
#[derive(Debug)]
pub struct Measures {
    pub(super) loss: Arc<dyn Loss>,
    /// The metrics, each with the number of its sums.
    metrics: Vec<(Arc<dyn Metric>, usize)>,
    zero: MetricSums,
}

impl Measures {
    /// What a run measures.
    pub fn of(spec: &Train) -> Self {
        let metric = |metric: &Arc<dyn Metric>| (Arc::clone(metric), metric.sums().len());
        let metrics = spec.measured().iter().map(|chosen| metric(&chosen.value)).collect();
        Self { loss: Arc::clone(&spec.loss.value.value), metrics, zero: MetricSums::zero(spec) }
    }

    /// The sums before the first sample.
    pub(super) fn zero(&self) -> MetricSums {
        self.zero.clone()
    }

    /// The loss and the metrics of a batch, and the gradient of its mean loss with respect to the scores. `weights` are
    /// the weights of the classes in that mean. All of it is computed in main memory, where libtorch would take a dozen
    /// operations on a few numbers.
    pub(super) fn of_batch(
        &self,
        scores: &Tensor,
        batch: &Batch,
        weights: Option<&[f32]>,
    ) -> Result<(MetricSums, Tensor), EngineError> {
        let weight = |class: usize| weights.map_or(1.0, |weights| weights[class]);
        let total: f32 = batch.classes.iter().map(|&class| weight(class)).sum();
        let shares: Vec<f32> = batch.classes.iter().map(|&class| weight(class) / total).collect();

        let here = scores.detach().f_to(Device::Cpu)?.f_contiguous()?;
        let mut gradient = here.f_zeros_like()?;
        let rows = values(&here)?;
        let loss = self.loss.batch(rows, &batch.classes, &shares, values_mut(&mut gradient)?);
        let mut metrics = self.zero();
        let mut sums = metrics.count(loss, batch.classes.len());
        for (metric, count) in &self.metrics {
            let (own, others) = sums.split_at_mut(*count);
            metric.add_batch(rows, &batch.classes, own);
            sums = others;
        }
        Ok((metrics, gradient.f_to(scores.device())?))
    }
}

#[cfg(test)]
mod tests {
    use netviz::Model;
    use netviz::metric::Metrics;
    use tch::Reduction;

    use super::*;
    use crate::storage::to_vec;

    /// The measures of a run with this loss.
    fn measures(loss: &str) -> Measures {
        let text = format!(
            "input: [784]\nlayers: [dense: {{units: 10, activation: softmax}}]\ntrain: {{data: mnist, loss: {loss}}}"
        );
        Measures::of(Model::from_text(&text).expect("a model").graph.train().expect("a section"))
    }

    fn batch(classes: &[usize]) -> Batch {
        Batch { images: Tensor::from(0.0_f32), classes: classes.to_vec() }
    }

    /// `torch.nn.functional.cross_entropy(scores, labels, weight=weights)` of PyTorch 2.13.
    #[test]
    fn class_weights_weigh_as_in_pytorch() {
        let scores = Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 0.5, -1.0, 0.0]).reshape([2, 3]);
        let mean = |weights| {
            let metrics = measures("categorical_crossentropy").of_batch(&scores, &batch(&[2, 1]), weights);
            metrics.expect("a loss").0.loss()
        };
        let weighted = mean(Some(&[1.0, 4.0, 0.5]));
        assert!((weighted - 1.915_627_867_459_800_6).abs() < 1e-6, "{weighted}");
        assert!((mean(None) - 1.255_868_284_890_554_5).abs() < 1e-6, "{}", mean(None));
    }

    #[test]
    fn losses_and_gradients_are_those_of_libtorch() {
        let _turn = crate::random::turn();
        tch::manual_seed(1);
        let classes = [3, 0, 6, 6, 1];
        let labels = Tensor::from_slice(&classes.map(|class| i64::try_from(class).expect("small")));
        let weights = [0.5_f32, 2.0, 1.0, 4.0, 1.0, 1.0, 3.0];
        for scale in [1.0, 30.0, 1e4] {
            let scores = (Tensor::randn([5, 7], tch::kind::FLOAT_CPU) * scale).set_requires_grad(true);
            let entropy =
                |weights: Option<&Tensor>| scores.cross_entropy_loss(&labels, weights, Reduction::Mean, -100, 0.0);
            let wanted = labels.one_hot(7).to_kind(tch::Kind::Float);
            for (kind, weights, expected) in [
                ("categorical_crossentropy", None, entropy(None)),
                ("categorical_crossentropy", Some(&weights[..]), entropy(Some(&Tensor::from_slice(&weights)))),
                ("mse", None, scores.mse_loss(&wanted, Reduction::Mean)),
            ] {
                let (metrics, gradient) = measures(kind).of_batch(&scores, &batch(&classes), weights).expect("a loss");
                let (found, value) = (metrics.loss(), expected.double_value(&[]));
                assert!((found - value).abs() <= 1e-6 * value.max(1.0), "{found} is not {value}");
                let expected = Tensor::run_backward(&[&expected], &[&scores], false, false).remove(0);
                let largest = expected.abs().max().double_value(&[]);
                for (found, expected) in
                    to_vec(&gradient).expect("values").iter().zip(to_vec(&expected).expect("values"))
                {
                    assert!(f64::from((found - expected).abs()) <= 1e-6 * largest, "{found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn metrics_are_measured_with_the_loss() {
        let scores = Tensor::from_slice(&[1.0_f32, 1.0, 0.0, 2.0]).reshape([2, 2]);
        let metrics = measures("mse").of_batch(&scores, &batch(&[0, 1]), None).expect("a loss").0;
        assert_eq!(Metrics::usual().iter().map(|metric| metrics.value(&**metric)).collect::<Vec<_>>(), [1.0]);
        assert!((metrics.loss() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_number_has_no_finite_loss() {
        for row in [[f32::NAN, 1.0], [1.0, f32::NAN], [f32::INFINITY, 0.0], [f32::INFINITY, f32::INFINITY]] {
            for kind in ["categorical_crossentropy", "mse"] {
                let scores = Tensor::from_slice(&row).reshape([1, 2]);
                let metrics = measures(kind).of_batch(&scores, &batch(&[0]), None).expect("a loss").0;
                assert!(!metrics.is_finite(), "{row:?}");
            }
        }
    }
}
