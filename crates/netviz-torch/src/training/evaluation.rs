//! The loss, and figures on samples that nothing is learned from.

use netviz::data::Dataset;
use netviz::program::{Program, ValueId};
use netviz::spec::{Loss, Train};
use tch::{Kind, Reduction, Tensor};

use super::divergence;
use crate::EngineError;
use crate::figures::Figures;
use crate::network::{Mode, Network};
use crate::samples::{Batch, Samples};

/// Samples of a batch in evaluation.
const EVALUATION_BATCH: usize = 1000;

/// The loss and accuracy on samples.
///
/// # Errors
/// Those of libtorch.
pub fn evaluate(network: &Network, samples: &Samples, kind: Loss) -> Result<Figures, EngineError> {
    judge(network, samples, kind, &mut |_, _| Ok(()))
}

/// As [`evaluate`]; `seen` is called with every batch, in the order of the samples, and what the loss is
/// computed from.
///
/// # Errors
/// Those of libtorch and of `seen`.
pub fn judge(
    network: &Network,
    samples: &Samples,
    kind: Loss,
    seen: &mut dyn FnMut(&Batch, &Tensor) -> Result<(), EngineError>,
) -> Result<Figures, EngineError> {
    let _guard = tch::no_grad_guard();
    let mut figures = Figures::default();
    for batch in samples.batches(EVALUATION_BATCH) {
        let batch = batch?.on(network.device())?;
        let scores = forward(network, &batch, kind, Mode::Infer)?;
        seen(&batch, &scores)?;
        figures.add(Figures::of(&scores, &batch, &loss(&scores, &batch, kind, None)?)?);
    }
    Ok(figures)
}

/// As [`evaluate`], for samples that judge a network in training.
///
/// # Errors
/// Those of libtorch, and a loss that is no finite number, which `epoch` ended with.
pub(super) fn validate(
    network: &Network,
    samples: &Samples,
    spec: &Train,
    epoch: usize,
) -> Result<Figures, EngineError> {
    let kind = spec.loss.value;
    let figures = evaluate(network, samples, kind)?;
    if figures.is_finite() {
        return Ok(figures);
    }
    let _guard = tch::no_grad_guard();
    for batch in samples.batches(EVALUATION_BATCH) {
        let batch = batch?.on(network.device())?;
        let scores = forward(network, &batch, kind, Mode::Infer)?;
        let loss = loss(&scores, &batch, kind, None)?.f_double_value(&[])?;
        if !loss.is_finite() {
            let place = format!("in the validation after epoch {epoch}");
            return Err(divergence::explain(network, &batch, Mode::Infer, loss, &place, spec));
        }
    }
    Ok(figures)
}

/// Figures on the test samples of a data set.
///
/// # Errors
/// Where the data cannot be loaded, and those of libtorch.
pub fn test(
    network: &Network,
    dataset: &Dataset,
    folder: &std::path::Path,
    loss: Loss,
) -> Result<(Figures, usize), netviz::cli::Failure> {
    let input = &network.program().value(network.program().input).shape;
    let samples = Samples::load(dataset, folder, netviz::data::Split::Test, input)?;
    Ok((evaluate(network, &samples, loss)?, samples.len()))
}

/// What the loss is computed from: logits for cross-entropy, which is exact where probabilities would
/// round to 0, and the output itself for the others.
pub(super) fn forward(network: &Network, batch: &Batch, loss: Loss, mode: Mode) -> Result<Tensor, EngineError> {
    network.forward(&batch.images, scored(network.program(), loss), mode)
}

fn scored(program: &Program, loss: Loss) -> ValueId {
    match loss {
        Loss::CategoricalCrossentropy => program.logits,
        Loss::MeanSquaredError => program.output,
    }
}

/// The probability of each class, by what the loss is computed from.
///
/// # Errors
/// Those of libtorch.
pub fn probabilities(network: &Network, scores: &Tensor, loss: Loss) -> Result<Tensor, EngineError> {
    let program = network.program();
    // An output that differs from its logits is their softmax.
    let are_scores = scored(program, loss) == program.output && program.output != program.logits;
    Ok(if are_scores { scores.shallow_clone() } else { scores.f_softmax(1, Kind::Float)? })
}

/// The mean loss of a batch; `weights` are those of the classes.
pub(super) fn loss(
    scores: &Tensor,
    batch: &Batch,
    kind: Loss,
    weights: Option<&Tensor>,
) -> Result<Tensor, EngineError> {
    Ok(match kind {
        Loss::CategoricalCrossentropy => {
            scores.f_cross_entropy_loss(&batch.labels, weights, Reduction::Mean, -100, 0.0)?
        }
        Loss::MeanSquaredError => {
            let classes = scores.size()[1];
            let wanted = batch.labels.f_one_hot(classes)?.f_to_kind(scores.f_kind()?)?;
            scores.f_mse_loss(&wanted, Reduction::Mean)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `torch.nn.functional.cross_entropy(scores, labels, weight=weights)` of PyTorch 2.13.
    #[test]
    fn class_weights_weigh_as_in_pytorch() {
        let scores = Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 0.5, -1.0, 0.0]).reshape([2, 3]);
        let batch =
            Batch { images: Tensor::from(0.0_f32), labels: Tensor::from_slice(&[2_i64, 1]), classes: vec![2, 1] };
        let weights = Tensor::from_slice(&[1.0_f32, 4.0, 0.5]);
        let mean =
            |weights| loss(&scores, &batch, Loss::CategoricalCrossentropy, weights).expect("a loss").double_value(&[]);
        assert!((mean(Some(&weights)) - 1.915_627_867_459_800_6).abs() < 1e-6, "{}", mean(Some(&weights)));
        assert!((mean(None) - 1.255_868_284_890_554_5).abs() < 1e-6, "{}", mean(None));
    }
}
