//! The state of training between two steps.

use std::time::Duration;

use netviz::ir::{Parameter, Program, Role};
use netviz::schedule::ScheduleContext;
use netviz::spec::{EarlyStopping, Train};
use netviz::weights::Weights;
use serde::{Deserialize, Serialize};

use super::history::History;
use super::{Epoch, Progress, Verdict};
use crate::sums::MetricSums;

/// Everything that the next step depends on, besides the parameters, the data and the spec. Random numbers are derived
/// from the spec's seed, the epoch and the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// The current epoch, from 1.
    pub epoch: usize,
    /// Completed steps of the current epoch.
    pub step: usize,
    /// Completed steps of all epochs.
    pub steps: u64,
    /// Metrics of the current epoch so far.
    #[serde(rename = "figures")]
    pub metrics: MetricSums,
    /// Time spent on the current epoch so far.
    pub elapsed: Duration,
    /// The completed epochs.
    #[serde(skip)]
    pub history: History,
    /// The optimizer state.
    #[serde(skip)]
    pub slots: Slots,
    /// The parameters after the best epoch, if epochs are compared.
    #[serde(skip)]
    pub best: Option<Weights>,
}

/// The optimizer state: for each trainable parameter, one list of values for each of the optimizer's slots.
pub type Slots = Vec<Vec<Vec<f32>>>;

impl State {
    /// The state before the first step.
    pub fn new(program: &Program, spec: &Train) -> Self {
        let optimizer = &spec.optimizer;
        let slots = |parameter: &Parameter| vec![vec![0.0; parameter.elements()]; optimizer.slots().len()];
        Self {
            epoch: 1,
            step: 0,
            steps: 0,
            metrics: MetricSums::zero(spec),
            elapsed: Duration::ZERO,
            history: History::default(),
            slots: trainable(program).map(slots).collect(),
            best: None,
        }
    }

    /// Time spent on all epochs so far.
    pub fn spent(&self) -> Duration {
        self.history.spent().saturating_add(self.elapsed)
    }

    /// Adds a step; `elapsed` is the time of the current epoch so far.
    pub(crate) fn add_step(&mut self, metrics: &MetricSums, elapsed: Duration) {
        self.step += 1;
        self.steps += 1;
        self.metrics.add(metrics);
        self.elapsed = elapsed;
    }

    /// The best epoch so far, the first of equals, and whether early stopping ends the run. `None` without validation
    /// and early stopping: epochs are not compared then.
    pub fn verdict(&self, spec: &Train) -> Option<Verdict> {
        let best = self.history.best()?;
        let done = self.history.len();
        let stops = |rule: &EarlyStopping| done < spec.epochs.get() && done - best >= rule.patience.get();
        Some(Verdict { best, stopped: spec.early_stopping.as_ref().filter(|rule| stops(rule)).map(|_| done) })
    }

    /// Whether the last epoch is the best so far.
    pub fn is_best(&self) -> bool {
        self.history.best() == Some(self.history.len())
    }

    /// The learning rate of step `step` of the current epoch, counted from 0; the epoch has `steps` steps.
    pub(super) fn learning_rate(&self, spec: &Train, step: usize, steps: usize) -> f64 {
        let (epochs, plateau) = (spec.epochs.get(), self.history.plateau());
        spec.learning_rate(&ScheduleContext { epoch: self.epoch - 1, epochs, step, steps, plateau })
    }

    /// Ends the current epoch and begins the next one.
    pub(super) fn add_epoch(
        &mut self,
        spec: &Train,
        validation: Option<MetricSums>,
        learning_rate: f64,
        elapsed: Duration,
    ) -> Epoch {
        let (number, steps) = (self.epoch, self.step);
        let zero = self.metrics.cleared();
        let metrics = std::mem::replace(&mut self.metrics, zero);
        let epoch = Epoch { number, steps, metrics, validation, learning_rate, elapsed };
        self.history.push(epoch.clone(), spec);
        self.epoch += 1;
        self.step = 0;
        self.elapsed = Duration::ZERO;
        epoch
    }

    /// The progress that observers receive after a step; `steps` is the number of steps per epoch.
    pub(super) fn progress(&self, steps: usize) -> Progress {
        Progress { epoch: self.epoch, step: self.step, steps, metrics: self.metrics.clone(), elapsed: self.elapsed }
    }
}

/// `after step 12 of epoch 3`, `after epoch 3`, `before the first step`.
impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match (self.epoch, self.step) {
            (1, 0) => f.write_str("before the first step"),
            (epoch, 0) => write!(f, "after epoch {}", epoch - 1),
            (epoch, step) => write!(f, "after step {step} of epoch {epoch}"),
        }
    }
}

/// The trainable parameters, in the order of [`State::slots`].
pub fn trainable(program: &Program) -> impl Iterator<Item = &Parameter> {
    program.parameters().iter().filter(|parameter| parameter.role == Role::Trainable)
}
