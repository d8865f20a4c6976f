//! The loss of a batch, and its gradient.

use netviz::spec::Loss;
use tch::{Device, Tensor};

use crate::EngineError;
use crate::figures::Figures;
use crate::samples::Batch;
use crate::storage::{values, values_mut};

/// The metrics of a batch, and the gradient of its mean loss with respect to the scores. `weights` are the weights of
/// the classes in that mean. One pass computes everything, where libtorch would take a dozen operations on a few
/// numbers.
pub(super) fn loss(
    scores: &Tensor,
    batch: &Batch,
    kind: Loss,
    weights: Option<&[f32]>,
) -> Result<(Figures, Tensor), EngineError> {
    let row_loss = match kind {
        Loss::CategoricalCrossentropy => cross_entropy,
        Loss::MeanSquaredError => squared_error,
    };
    let weight = |class: usize| weights.map_or(1.0, |weights| weights[class]);
    let total: f32 = batch.classes.iter().map(|&class| weight(class)).sum();
    let (mut loss, mut correct) = (0.0, 0);

    let here = scores.detach().f_to(Device::Cpu)?.f_contiguous()?;
    let mut gradient = here.f_zeros_like()?;
    let classes = here.numel() / batch.classes.len().max(1);
    let rows = values(&here)?.chunks_exact(classes).zip(values_mut(&mut gradient)?.chunks_exact_mut(classes));
    for ((scores, gradient), &class) in rows.zip(&batch.classes) {
        let share = weight(class) / total;
        loss += f64::from(share * row_loss(scores, class, gradient));
        for slope in gradient.iter_mut() {
            *slope *= share;
        }
        correct += usize::from(greatest(scores) == class);
    }
    Ok((Figures::of(loss, correct, batch.classes.len()), gradient.f_to(scores.device())?))
}

/// Cross-entropy: −ln of the softmax probability of the class.
fn cross_entropy(logits: &[f32], class: usize, gradient: &mut [f32]) -> f32 {
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

/// Mean squared error against the one-hot vector of the class.
fn squared_error(scores: &[f32], class: usize, gradient: &mut [f32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of classes are exact")]
    let count = scores.len() as f32;
    let mut sum = 0.0;
    for (index, (slope, score)) in gradient.iter_mut().zip(scores).enumerate() {
        let difference = score - f32::from(u8::from(index == class));
        sum += difference * difference;
        *slope = 2.0 * difference / count;
    }
    sum / count
}

/// The index of the largest value, the first of equals.
fn greatest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, index| if values[index] > values[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use tch::Reduction;

    use super::*;
    use crate::storage::to_vec;

    fn batch(classes: &[usize]) -> Batch {
        Batch { images: Tensor::from(0.0_f32), classes: classes.to_vec() }
    }

    /// `torch.nn.functional.cross_entropy(scores, labels, weight=weights)` of PyTorch 2.13.
    #[test]
    fn class_weights_weigh_as_in_pytorch() {
        let scores = Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 0.5, -1.0, 0.0]).reshape([2, 3]);
        let mean = |weights| {
            let figures = loss(&scores, &batch(&[2, 1]), Loss::CategoricalCrossentropy, weights);
            figures.expect("a loss").0.loss()
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
                (Loss::CategoricalCrossentropy, None, entropy(None)),
                (Loss::CategoricalCrossentropy, Some(&weights[..]), entropy(Some(&Tensor::from_slice(&weights)))),
                (Loss::MeanSquaredError, None, scores.mse_loss(&wanted, Reduction::Mean)),
            ] {
                let (figures, gradient) = loss(&scores, &batch(&classes), kind, weights).expect("a loss");
                let (found, value) = (figures.loss(), expected.double_value(&[]));
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
    fn the_first_of_equal_scores_counts() {
        let scores = Tensor::from_slice(&[1.0_f32, 1.0, 0.0, 2.0]).reshape([2, 2]);
        let figures = loss(&scores, &batch(&[0, 1]), Loss::MeanSquaredError, None).expect("a loss").0;
        assert!((figures.accuracy() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_number_has_no_finite_loss() {
        for row in [[f32::NAN, 1.0], [1.0, f32::NAN], [f32::INFINITY, 0.0], [f32::INFINITY, f32::INFINITY]] {
            for kind in [Loss::CategoricalCrossentropy, Loss::MeanSquaredError] {
                let scores = Tensor::from_slice(&row).reshape([1, 2]);
                let figures = loss(&scores, &batch(&[0]), kind, None).expect("a loss").0;
                assert!(!figures.is_finite(), "{row:?}");
            }
        }
    }
}
