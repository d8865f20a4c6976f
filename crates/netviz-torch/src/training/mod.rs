//! The training loop.

mod optimize;

use std::time::Instant;

use netviz::data::Dataset;
use netviz::optimizer::Optimizer;
use netviz::spec::{Loss, Train};
use tch::{Reduction, Tensor};

use optimize::Stepper;

use crate::EngineError;
use crate::figures::Figures;
use crate::network::{Mode, Network};
use crate::observe::{Epoch, Observer, Progress};
use crate::random;
use crate::samples::{Batch, Samples};

/// Samples of a batch in evaluation.
const EVALUATION_BATCH: usize = 1000;

/// What a network learns from.
#[derive(Debug)]
pub struct Data {
    /// The samples to learn from.
    pub train: Samples,
    /// Those that are kept apart, where there are any.
    pub validation: Option<Samples>,
}

impl Data {
    /// Keeps the last share of the samples apart.
    ///
    /// # Errors
    /// Those of libtorch.
    pub fn split(samples: Samples, validation: f64) -> Result<Self, EngineError> {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count is a count"
        )]
        let kept = (samples.len() as f64 * validation) as usize;
        if kept == 0 {
            return Ok(Self { train: samples, validation: None });
        }
        let (train, validation) = samples.split_at(samples.len() - kept)?;
        Ok(Self { train, validation: Some(validation) })
    }
}

/// How the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All epochs are done.
    Finished,
    /// It was asked to stop.
    Interrupted,
}

/// Trains a network.
///
/// `stop` is asked after every step. `keep` is called after every epoch with the epochs so far.
///
/// # Errors
/// Those of libtorch, and those of `keep`.
pub fn train<E: From<EngineError>>(
    network: &mut Network,
    data: &Data,
    spec: &Train,
    observer: &mut dyn Observer,
    stop: &dyn Fn() -> bool,
    keep: &mut dyn FnMut(&Epoch) -> Result<(), E>,
) -> Result<End, E> {
    let mut run = Run { network, data, spec, stepper: None, steps: 0 };
    for number in 1..=spec.epochs.get() {
        let Some(epoch) = run.epoch(number, observer, stop)? else { return Ok(End::Interrupted) };
        observer.epoch(&epoch);
        keep(&epoch)?;
    }
    Ok(End::Finished)
}

struct Run<'a> {
    network: &'a mut Network,
    data: &'a Data,
    spec: &'a Train,
    stepper: Option<Stepper>,
    /// Taken so far, in all epochs.
    steps: u64,
}

impl Run<'_> {
    /// One epoch, or `None` where it was stopped.
    fn epoch(
        &mut self,
        number: usize,
        observer: &mut dyn Observer,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Epoch>, EngineError> {
        let start = Instant::now();
        let data = self.data;
        let order = random::permutation(data.train.len(), self.spec.seed.0, number);
        let size = self.spec.batch_size.get();
        let count = order.len().div_ceil(size);
        let mut figures = Figures::default();
        for (index, numbers) in order.chunks(size).enumerate() {
            let batch = data.train.gather(numbers)?;
            figures.add(self.step(&batch, number, index)?);
            observer.step(&Progress {
                epoch: number,
                step: index + 1,
                steps: count,
                figures,
                elapsed: start.elapsed(),
            });
            if stop() {
                return Ok(None);
            }
        }
        let validation = match &data.validation {
            Some(samples) => Some(evaluate(self.network, samples, self.spec.loss.value)?),
            None => None,
        };
        Ok(Some(Epoch { number, steps: count, figures, validation, elapsed: start.elapsed() }))
    }

    /// One step of the optimizer; the figures are those before it.
    fn step(&mut self, batch: &Batch, epoch: usize, index: usize) -> Result<Figures, EngineError> {
        tch::manual_seed(random::dropout_seed(self.spec.seed.0, epoch, index));
        let scores = forward(self.network, batch, self.spec.loss.value, Mode::Train)?;
        let loss = loss(&scores, batch, self.spec.loss.value)?;
        let gradients = self.network.gradients(&loss)?;
        let figures = Figures::of(&scores, batch, &loss)?;
        self.steps += 1;
        let optimizer: &dyn Optimizer = self.spec.optimizer.optimizer.as_ref();
        let mut parameters = self.network.trainable();
        let stepper = match &mut self.stepper {
            Some(stepper) => stepper,
            None => self.stepper.insert(Stepper::new(&parameters, optimizer)),
        };
        stepper.step(self.steps, &mut parameters, &gradients, optimizer)?;
        Ok(figures)
    }
}

/// The loss and accuracy on samples.
///
/// # Errors
/// Those of libtorch.
pub fn evaluate(network: &Network, samples: &Samples, kind: Loss) -> Result<Figures, EngineError> {
    let _guard = tch::no_grad_guard();
    let mut figures = Figures::default();
    for batch in samples.batches(EVALUATION_BATCH) {
        let batch = batch?;
        let scores = forward(network, &batch, kind, Mode::Infer)?;
        figures.add(Figures::of(&scores, &batch, &loss(&scores, &batch, kind)?)?);
    }
    Ok(figures)
}

/// What the loss is computed from: logits for cross-entropy, which is exact where probabilities would
/// round to 0, and the output itself for the others.
fn forward(network: &Network, batch: &Batch, loss: Loss, mode: Mode) -> Result<Tensor, EngineError> {
    let program = network.program();
    let wanted = match loss {
        Loss::CategoricalCrossentropy => program.logits,
        Loss::MeanSquaredError => program.output,
    };
    network.forward(&batch.images, wanted, mode)
}

fn loss(scores: &Tensor, batch: &Batch, kind: Loss) -> Result<Tensor, EngineError> {
    Ok(match kind {
        Loss::CategoricalCrossentropy => {
            scores.f_cross_entropy_loss(&batch.labels, None::<&Tensor>, Reduction::Mean, -100, 0.0)?
        }
        Loss::MeanSquaredError => {
            let classes = scores.size()[1];
            let wanted = batch.labels.f_one_hot(classes)?.f_to_kind(scores.f_kind()?)?;
            scores.f_mse_loss(&wanted, Reduction::Mean)?
        }
    })
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
