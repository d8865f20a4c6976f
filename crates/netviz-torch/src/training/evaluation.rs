//! Evaluation: loss and metrics on samples, without training.

use netviz::ir::{Program, ValueId};
use netviz::loss::{Loss, Scores};
use netviz::spec::Train;
use tch::{Kind, Tensor};

use super::divergence;
use super::loss::Measures;
use crate::EngineError;
use crate::network::{Footprint, Mode, Network};
use crate::samples::{Batch, Samples};
use crate::sums::MetricSums;

/// The loss and metrics on samples.
///
/// # Errors
/// Those of libtorch.
pub fn evaluate(network: &Network, samples: &Samples, measures: &Measures) -> Result<MetricSums, EngineError> {
    judge(network, samples, measures, &mut |_, _| Ok(()))
}

/// Like [`evaluate`], and calls `seen` with every batch, in order, and the scores that its loss is computed from.
///
/// # Errors
/// Those of libtorch and of `seen`.
pub fn judge(
    network: &Network,
    samples: &Samples,
    measures: &Measures,
    seen: &mut dyn FnMut(&Batch, &Tensor) -> Result<(), EngineError>,
) -> Result<MetricSums, EngineError> {
    let _guard = tch::no_grad_guard();
    let mut metrics = measures.zero();
    let wanted = scored(network.program(), &*measures.loss);
    for batch in samples.batches(batch_size(network, wanted)) {
        let batch = batch?.on(network.device())?;
        let scores = network.forward(&batch.images, wanted, Mode::Infer)?;
        seen(&batch, &scores)?;
        metrics.add(&measures.of_batch(&scores, &batch, None)?.0);
    }
    Ok(metrics)
}

/// Evaluates a network in training on the validation samples.
///
/// # Errors
/// Those of libtorch, and a loss that is NaN or infinite; the message names `epoch`, which just ended.
pub(super) fn validate(
    network: &Network,
    samples: &Samples,
    spec: &Train,
    measures: &Measures,
    epoch: usize,
) -> Result<MetricSums, EngineError> {
    let metrics = evaluate(network, samples, measures)?;
    if metrics.is_finite() {
        return Ok(metrics);
    }
    let _guard = tch::no_grad_guard();
    let wanted = scored(network.program(), &*measures.loss);
    for batch in samples.batches(batch_size(network, wanted)) {
        let batch = batch?.on(network.device())?;
        let scores = network.forward(&batch.images, wanted, Mode::Infer)?;
        let (metrics, _) = measures.of_batch(&scores, &batch, None)?;
        if !metrics.is_finite() {
            let place = format!("in the validation after epoch {epoch}");
            return Err(divergence::explain(network, &batch, Mode::Infer, metrics.loss(), &place, spec));
        }
    }
    Ok(metrics)
}

/// The batch size for evaluation, by the memory that the network needs.
fn batch_size(network: &Network, wanted: ValueId) -> usize {
    Footprint::of_use(network.program(), wanted).evaluation_batch()
}

/// Evaluates a network on the test set of its data set. Returns the metrics and the number of samples.
///
/// # Errors
/// If the data cannot be loaded, and those of libtorch.
pub fn test(
    network: &Network,
    spec: &Train,
    folder: &std::path::Path,
) -> Result<(MetricSums, usize), netviz::cli::Failure> {
    let program = network.program();
    let input = &program.value(program.input()).ty;
    let samples = Samples::load(spec.data.value, folder, netviz::dataset::Split::Test, input)?;
    Ok((evaluate(network, &samples, &Measures::of(spec))?, samples.len()))
}

/// The value that the loss is computed from.
pub(crate) fn scored(program: &Program, loss: &dyn Loss) -> ValueId {
    match loss.scores() {
        Scores::Logits => program.logits(),
        Scores::Output => program.output(),
    }
}

/// The probability of each class, from the scores that the loss is computed from.
///
/// # Errors
/// Those of libtorch.
pub fn probabilities(network: &Network, scores: &Tensor, loss: &dyn Loss) -> Result<Tensor, EngineError> {
    let program = network.program();
    // If the output is not the logits, it is their softmax.
    let are_scores = scored(program, loss) == program.output() && program.output() != program.logits();
    Ok(if are_scores { scores.shallow_clone() } else { scores.f_softmax(1, Kind::Float)? })
}
