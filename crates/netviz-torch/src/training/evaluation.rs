//! Figures on samples that nothing is learned from.

use netviz::data::Dataset;
use netviz::program::{Program, ValueId};
use netviz::spec::{Loss, Train};
use tch::{Kind, Tensor};

use super::divergence;
use super::loss::loss;
use crate::EngineError;
use crate::figures::Figures;
use crate::network::{Footprint, Mode, Network};
use crate::samples::{Batch, Samples};

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
    let wanted = scored(network.program(), kind);
    for batch in samples.batches(batch_size(network, wanted)) {
        let batch = batch?.on(network.device())?;
        let scores = network.forward(&batch.images, wanted, Mode::Infer)?;
        seen(&batch, &scores)?;
        figures.add(loss(&scores, &batch, kind, None)?.0);
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
    let wanted = scored(network.program(), kind);
    for batch in samples.batches(batch_size(network, wanted)) {
        let batch = batch?.on(network.device())?;
        let scores = network.forward(&batch.images, wanted, Mode::Infer)?;
        let (figures, _) = loss(&scores, &batch, kind, None)?;
        if !figures.is_finite() {
            let place = format!("in the validation after epoch {epoch}");
            return Err(divergence::explain(network, &batch, Mode::Infer, figures.loss(), &place, spec));
        }
    }
    Ok(figures)
}

/// As many samples as the network has memory for.
fn batch_size(network: &Network, wanted: ValueId) -> usize {
    Footprint::of_use(network.program(), wanted).evaluation_batch()
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
pub(crate) fn scored(program: &Program, loss: Loss) -> ValueId {
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
