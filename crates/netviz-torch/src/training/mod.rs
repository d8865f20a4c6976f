//! The training loop.
//!
//! The loop advances a [`State`] step by step. The state and the parameters are all that a later process needs to
//! resume. Everything else that happens between steps, such as writing checkpoints or stopping, is done by a
//! [`Callback`].
//!
//! Every decision about how training goes on must depend on the state alone, which has the metrics of all epochs. A
//! process that resumes a run has no other memory.

mod clip;
mod divergence;
mod evaluation;
mod history;
mod loss;
mod observer;
mod optimize;
mod state;

use std::time::{Duration, Instant};

pub use divergence::check;
pub(crate) use evaluation::scored;
pub use evaluation::{evaluate, judge, probabilities, test};
pub use history::{History, Seal, line};
pub use loss::Measures;
use netviz::optimizer::Step;
use netviz::schema::values::Positive;
use netviz::spec::Train;
pub use observer::{Epoch, Observer, ObserverResult, Outcome, Plan, Progress, Quiet, Verdict};
pub use state::{Slots, State, trainable};

use crate::EngineError;
use crate::network::{Mode, Network, Pass};
use crate::random;
use crate::samples::{Batch, Samples};
use crate::sums::MetricSums;
use optimize::Update;

/// The samples of a run.
#[derive(Debug)]
pub struct Data {
    /// Training samples.
    pub train: Samples,
    /// Validation samples, if any.
    pub validation: Option<Samples>,
}

impl Data {
    /// Splits off validation samples, as `validation_split` says.
    pub fn split(samples: Samples, spec: &Train) -> Self {
        let kept = spec.validation_split.count(samples.len());
        if kept == 0 {
            return Self { train: samples, validation: None };
        }
        let position = samples.len() - kept;
        let samples = if spec.validation_split.mixed {
            samples.select(&random::mixed(samples.len(), spec.seed.0))
        } else {
            samples
        };
        let (train, validation) = samples.split_at(position);
        Self { train, validation: Some(validation) }
    }
}

/// Whether the loop continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackAction {
    /// Continue with the next step.
    Continue,
    /// Stop before all epochs are done. A later process may resume from the state.
    Stop,
}

/// How the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All epochs are done, or early stopping ended training.
    Finished,
    /// A [`Callback`] stopped it.
    Interrupted,
}

/// Hooks that run between steps.
pub trait Callback<E> {
    /// Called after every step.
    ///
    /// # Errors
    /// Any error ends training.
    fn step(&mut self, network: &Network, state: &State) -> Result<CallbackAction, E>;

    /// Called after the last step of an epoch, before its validation, so that the parameters can be saved first.
    ///
    /// # Errors
    /// Any error ends training.
    fn validation(&mut self, network: &Network, state: &State) -> Result<(), E>;

    /// Called after every epoch, which is then the last of [`State::history`]. [`Self::step`] was called for the last
    /// step of the epoch too.
    ///
    /// # Errors
    /// Any error ends training.
    fn epoch(&mut self, network: &Network, state: &State) -> Result<CallbackAction, E>;
}

/// Trains a network from `state` on, and updates the state.
///
/// # Errors
/// Those of libtorch, of the observer and of `between`, and a loss that is NaN or infinite.
pub fn train<E: From<EngineError>>(
    network: &mut Network,
    data: &Data,
    spec: &Train,
    state: &mut State,
    observer: &mut dyn Observer,
    between: &mut dyn Callback<E>,
) -> Result<End, E> {
    let class_weights = spec.class_weights.as_ref().map(|weights| class_weights(&weights.value));
    let measures = Measures::of(spec);
    let mut run = Run { network, data, spec, measures, class_weights, state, observer };
    while run.state.epoch <= spec.epochs.get() && !run.is_stopped() {
        if run.epoch(between)? == CallbackAction::Stop {
            return Ok(End::Interrupted);
        }
    }
    Ok(End::Finished)
}

#[expect(clippy::cast_possible_truncation, reason = "losses are 32-bit")]
fn class_weights(weights: &[Positive]) -> Vec<f32> {
    weights.iter().map(|weight| weight.get() as f32).collect()
}

struct Run<'a> {
    network: &'a mut Network,
    data: &'a Data,
    spec: &'a Train,
    measures: Measures,
    class_weights: Option<Vec<f32>>,
    state: &'a mut State,
    observer: &'a mut dyn Observer,
}

impl Run<'_> {
    fn is_stopped(&self) -> bool {
        self.state.verdict(self.spec).is_some_and(|verdict| verdict.stopped.is_some())
    }

    /// Runs the remaining steps of the current epoch, then validates.
    fn epoch<E: From<EngineError>>(&mut self, between: &mut dyn Callback<E>) -> Result<CallbackAction, E> {
        let clock = Clock { earlier: self.state.elapsed, start: Instant::now() };
        let order = random::permutation(self.data.train.len(), self.spec.seed.0, self.state.epoch);
        let size = self.spec.batch_size.get();
        let steps = order.len().div_ceil(size);
        for numbers in order.chunks(size).skip(self.state.step) {
            let rate = self.state.learning_rate(self.spec, self.state.step, steps);
            let metrics = self.step(&self.data.train.gather(numbers)?.on(self.network.device())?, rate)?;
            self.state.add_step(&metrics, clock.elapsed());
            self.observer.step(&self.state.progress(steps))?;
            if between.step(self.network, self.state)? == CallbackAction::Stop {
                return Ok(CallbackAction::Stop);
            }
        }
        let validation = self.validate(between)?;
        let rate = self.state.learning_rate(self.spec, steps.saturating_sub(1), steps);
        let epoch = self.state.add_epoch(self.spec, validation, rate, clock.elapsed());
        if self.state.is_best() {
            self.state.best = Some(self.network.weights()?);
        }
        // Save the epoch before the observer shows it.
        let flow = between.epoch(self.network, self.state)?;
        self.observer.epoch(&epoch)?;
        Ok(flow)
    }

    /// Runs one optimizer step. Returns the metrics of the batch before the step.
    fn step(&mut self, batch: &Batch, rate: f64) -> Result<MetricSums, EngineError> {
        self.seed_dropout();
        let wanted = evaluation::scored(self.network.program(), &*self.measures.loss);
        let pass = Pass::new(self.network, &batch.images, wanted)?;
        let (metrics, gradient) = self.measures.of_batch(pass.result()?, batch, self.class_weights.as_deref())?;
        if !metrics.is_finite() {
            return Err(self.explain(batch, metrics.loss()));
        }
        let mut gradients = pass.gradients(gradient)?;
        if let Some(limit) = self.spec.clip_norm {
            clip::clip(&mut gradients, limit.get())?;
        }
        let step = Step { number: self.state.steps + 1, rate };
        let optimizer = self.spec.optimizer.value.as_ref();
        let update = Update { step, gradients: &gradients, slots: &mut self.state.slots, optimizer };
        update.apply(&mut self.network.trainable())?;
        Ok(metrics)
    }

    /// Dropout depends only on the seed, the epoch and the step.
    fn seed_dropout(&self) {
        if self.network.is_random() {
            tch::manual_seed(random::dropout_seed(self.spec.seed.0, self.state.epoch, self.state.step));
        }
    }

    /// The error for a loss of the current step that is NaN or infinite.
    fn explain(&self, batch: &Batch, loss: f64) -> EngineError {
        self.seed_dropout();
        let place = format!("at step {} of epoch {}", self.state.step + 1, self.state.epoch);
        divergence::explain(self.network, batch, Mode::Train, loss, &place, self.spec)
    }

    fn validate<E: From<EngineError>>(&self, between: &mut dyn Callback<E>) -> Result<Option<MetricSums>, E> {
        let Some(samples) = &self.data.validation else { return Ok(None) };
        between.validation(self.network, self.state)?;
        Ok(Some(evaluation::validate(self.network, samples, self.spec, &self.measures, self.state.epoch)?))
    }
}

/// Measures a time that includes earlier processes.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Time spent by earlier processes.
    pub earlier: Duration,
    /// When this process started to measure.
    pub start: Instant,
}

impl Clock {
    /// The total time.
    pub fn elapsed(&self) -> Duration {
        self.earlier.saturating_add(self.start.elapsed())
    }
}
