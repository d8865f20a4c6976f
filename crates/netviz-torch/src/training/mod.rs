//! The training loop.
//!
//! Where training stands is a [`State`], which the loop moves on step by step; with the parameters it is all
//! that a later process needs to go on. What else happens between steps, such as writing checkpoints or
//! stopping, is up to a [`Between`].
//!
//! Whatever decides how training goes on must decide by the state, which has the figures of all epochs, and
//! not by what it remembers itself: a process that resumes the run remembers nothing.

mod clip;
mod divergence;
mod evaluation;
mod history;
mod loss;
mod optimize;
mod state;

use std::time::{Duration, Instant};

pub use divergence::check;
pub(crate) use evaluation::scored;
pub use evaluation::{evaluate, judge, probabilities, test};
pub use history::{History, Seal, line};
use netviz::optimizer::Step;
use netviz::spec::Train;
use netviz::spec::values::Positive;
pub use state::{Slots, State, trainable};

use crate::EngineError;
use crate::figures::Figures;
use crate::network::{Mode, Network, Pass};
use crate::observe::Observer;
use crate::random;
use crate::samples::{Batch, Samples};
use loss::loss;
use optimize::Update;

/// What a network learns from.
#[derive(Debug)]
pub struct Data {
    /// The samples to learn from.
    pub train: Samples,
    /// Those that are kept apart, where there are any.
    pub validation: Option<Samples>,
}

impl Data {
    /// Keeps a share of the samples apart, as the spec says.
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

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Continue,
    /// It ends here, before all epochs are done; a later process may go on from the state.
    Stop,
}

/// How the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All epochs are done, or as many as early stopping wanted.
    Finished,
    /// A [`Between`] stopped it.
    Interrupted,
}

/// What happens between steps.
pub trait Between<E> {
    /// After every step.
    ///
    /// # Errors
    /// Any, which ends training.
    fn step(&mut self, network: &Network, state: &State) -> Result<Flow, E>;

    /// After the last step of an epoch, before it is validated: what is learned is to be safe by then.
    ///
    /// # Errors
    /// Any, which ends training.
    fn validation(&mut self, network: &Network, state: &State) -> Result<(), E>;

    /// After every epoch, which is the last of [`State::history`]. The epoch's last step was announced by
    /// [`Self::step`] too.
    ///
    /// # Errors
    /// Any, which ends training.
    fn epoch(&mut self, network: &Network, state: &State) -> Result<Flow, E>;
}

/// Trains a network from `state` on, which moves along with it.
///
/// # Errors
/// Those of libtorch, of the observer and of `between`, and a loss that is no finite number.
pub fn train<E: From<EngineError>>(
    network: &mut Network,
    data: &Data,
    spec: &Train,
    state: &mut State,
    observer: &mut dyn Observer,
    between: &mut dyn Between<E>,
) -> Result<End, E> {
    let class_weights = spec.class_weights.as_ref().map(|weights| class_weights(&weights.value));
    let mut run = Run { network, data, spec, class_weights, state, observer };
    while run.state.epoch <= spec.epochs.get() && !run.is_stopped() {
        if run.epoch(between)? == Flow::Stop {
            return Ok(End::Interrupted);
        }
    }
    Ok(End::Finished)
}

#[expect(clippy::cast_possible_truncation, reason = "losses are 32-bit")]
fn class_weights(weights: &[Positive]) -> Vec<f32> {
    weights.iter().map(|weight| weight.0 as f32).collect()
}

struct Run<'a> {
    network: &'a mut Network,
    data: &'a Data,
    spec: &'a Train,
    class_weights: Option<Vec<f32>>,
    state: &'a mut State,
    observer: &'a mut dyn Observer,
}

impl Run<'_> {
    fn is_stopped(&self) -> bool {
        self.state.verdict(self.spec).is_some_and(|verdict| verdict.stopped.is_some())
    }

    /// What is left of the epoch under way.
    fn epoch<E: From<EngineError>>(&mut self, between: &mut dyn Between<E>) -> Result<Flow, E> {
        let clock = Clock { earlier: self.state.elapsed, start: Instant::now() };
        let order = random::permutation(self.data.train.len(), self.spec.seed.0, self.state.epoch);
        let size = self.spec.batch_size.get();
        let steps = order.len().div_ceil(size);
        for numbers in order.chunks(size).skip(self.state.step) {
            let rate = self.state.learning_rate(self.spec, self.state.step, steps);
            let figures = self.step(&self.data.train.gather(numbers)?.on(self.network.device())?, rate)?;
            self.state.add_step(figures, clock.elapsed());
            self.observer.step(&self.state.progress(steps))?;
            if between.step(self.network, self.state)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        let validation = self.validate(between)?;
        let rate = self.state.learning_rate(self.spec, steps.saturating_sub(1), steps);
        let epoch = self.state.add_epoch(self.spec, validation, rate, clock.elapsed());
        if self.state.is_best() {
            self.state.best = Some(self.network.weights()?);
        }
        // What is shown is safe.
        let flow = between.epoch(self.network, self.state)?;
        self.observer.epoch(&epoch)?;
        Ok(flow)
    }

    /// One step of the optimizer; the figures are those before it.
    fn step(&mut self, batch: &Batch, rate: f64) -> Result<Figures, EngineError> {
        self.seed_dropout();
        let wanted = evaluation::scored(self.network.program(), self.spec.loss.value);
        let pass = Pass::new(self.network, &batch.images, wanted)?;
        let (figures, gradient) = loss(pass.result()?, batch, self.spec.loss.value, self.class_weights.as_deref())?;
        if !figures.is_finite() {
            return Err(self.explain(batch, figures.loss()));
        }
        let mut gradients = pass.gradients(gradient)?;
        if let Some(limit) = self.spec.clip_norm {
            clip::clip(&mut gradients, limit.0)?;
        }
        let step = Step { number: self.state.steps + 1, rate };
        let optimizer = self.spec.optimizer.optimizer.as_ref();
        let update = Update { step, gradients: &gradients, slots: &mut self.state.slots, optimizer };
        update.apply(&mut self.network.trainable())?;
        Ok(figures)
    }

    /// What dropout drops depends on the place of the step alone.
    fn seed_dropout(&self) {
        if self.network.is_random() {
            tch::manual_seed(random::dropout_seed(self.spec.seed.0, self.state.epoch, self.state.step));
        }
    }

    /// Why the step under way came to a loss that is no finite number.
    fn explain(&self, batch: &Batch, loss: f64) -> EngineError {
        self.seed_dropout();
        let place = format!("at step {} of epoch {}", self.state.step + 1, self.state.epoch);
        divergence::explain(self.network, batch, Mode::Train, loss, &place, self.spec)
    }

    fn validate<E: From<EngineError>>(&self, between: &mut dyn Between<E>) -> Result<Option<Figures>, E> {
        let Some(samples) = &self.data.validation else { return Ok(None) };
        between.validation(self.network, self.state)?;
        Ok(Some(evaluation::validate(self.network, samples, self.spec, self.state.epoch)?))
    }
}

/// A time of which earlier processes may have spent a part.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// What they spent.
    pub earlier: Duration,
    /// When this process began.
    pub start: Instant,
}

impl Clock {
    /// All of it.
    pub fn elapsed(&self) -> Duration {
        self.earlier.saturating_add(self.start.elapsed())
    }
}
