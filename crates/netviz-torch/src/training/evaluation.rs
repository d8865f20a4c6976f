//! Evaluation: loss and accuracy on samples, without training.

use netviz::data::Dataset;
use netviz::ir::{Program, ValueId};
use netviz::spec::{Loss, Train};
use tch::{Kind, Tensor};

use super::divergence;
use super::loss::loss;
use crate::EngineError;
use crate::figures::Figures;
use crate::network::input_shape;
use crate::network::{Footprint, Mode, Network};
use crate::samples::{Batch, Samples};

/// The loss and accuracy on samples.
///
/// # Errors
/// Those of libtorch.
pub fn evaluate(network: &Network, samples: &Samples, kind: Loss) -> Result<Figures, EngineError> {
    judge(network, samples, kind, &mut |_, _| Ok(()))
}

/// Like [`evaluate`], and calls `seen` with every batch, in order, and the scores that its loss is computed from.
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

/// Evaluates a network in training on the validation samples.
///
/// # Errors
/// Those of libtorch, and a loss that is NaN or infinite; the message names `epoch`, which just ended.
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

/// The batch size for evaluation, by the memory that the network needs.
fn batch_size(network: &Network, wanted: ValueId) -> usize {
    Footprint::of_use(network.program(), wanted).evaluation_batch()
}

/// Evaluates a network on the test set of a data set. Returns the metrics and the number of samples.
///
/// # Errors
/// If the data cannot be loaded, and those of libtorch.
pub fn test(
    network: &Network,
    dataset: &Dataset,
    folder: &std::path::Path,
    loss: Loss,
) -> Result<(Figures, usize), netviz::cli::Failure> {
    let input = &input_shape(network.program())?;
    let samples = Samples::load(dataset, folder, netviz::data::Split::Test, input)?;
    Ok((evaluate(network, &samples, loss)?, samples.len()))
}

/// The value that the loss is computed from: the logits for cross-entropy, because probabilities could round to 0, and
/// the output for other losses.
pub(crate) fn scored(program: &Program, loss: Loss) -> ValueId {
    match loss {
        Loss::CategoricalCrossentropy => program.logits,
        Loss::MeanSquaredError => program.output(),
    }
}

/// The probability of each class, from the scores that the loss is computed from.
///
/// # Errors
/// Those of libtorch.
pub fn probabilities(network: &Network, scores: &Tensor, loss: Loss) -> Result<Tensor, EngineError> {
    let program = network.program();
    // If the output is not the logits, it is their softmax.
    let are_scores = scored(program, loss) == program.output() && program.output() != program.logits;
    Ok(if are_scores { scores.shallow_clone() } else { scores.f_softmax(1, Kind::Float)? })
}
