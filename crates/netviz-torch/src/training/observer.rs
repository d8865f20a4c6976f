//! What the training loop reports, and to whom.

use std::fmt;
use std::time::Duration;

use netviz::metric::Metric;
use netviz::schema::Chosen;
use serde::{Deserialize, Serialize};

use super::State;
use crate::EngineError;
use crate::sums::MetricSums;

/// What is known about a run before it starts.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The folder of the run.
    pub run: String,
    /// Whether the folder has a number in its name because another run has the name of the network.
    pub is_numbered: bool,
    /// Name of the network.
    pub name: String,
    /// Number of parameters.
    pub parameters: usize,
    /// Name of the data set.
    pub data: &'static str,
    /// Number of training samples.
    pub samples: usize,
    /// Samples per step.
    pub batch_size: usize,
    /// Number of epochs.
    pub epochs: usize,
    /// Name of the optimizer.
    pub optimizer: &'static str,
    /// Processor threads.
    pub threads: usize,
    /// The device: `cpu` or `cuda`.
    pub device: &'static str,
    /// Whether the learning rate changes.
    pub scheduled: bool,
    /// The loss and the metrics that are shown.
    pub measures: Vec<Chosen<dyn Metric>>,
}

/// The progress of an epoch after a step.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The step in the epoch, from 1.
    pub step: usize,
    /// Steps per epoch.
    pub steps: usize,
    /// Metrics of the epoch so far.
    pub metrics: MetricSums,
    /// Time since the epoch's start.
    pub elapsed: Duration,
}

/// A finished epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The epoch, from 1.
    pub number: usize,
    /// Number of steps.
    pub steps: usize,
    /// Metrics on the training samples, computed for each batch before its step.
    #[serde(rename = "figures")]
    pub metrics: MetricSums,
    /// Metrics on the validation samples.
    pub validation: Option<MetricSums>,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// Duration, including the validation.
    pub elapsed: Duration,
}

impl Epoch {
    /// The metrics that epochs are compared by: on the validation samples if there are any, or else on the training
    /// samples.
    pub fn judged(&self) -> &MetricSums {
        self.validation.as_ref().unwrap_or(&self.metrics)
    }
}

/// The result of a finished run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Metrics on the test samples.
    pub test: MetricSums,
    /// Number of test samples.
    pub samples: usize,
    /// Duration of the run.
    pub elapsed: Duration,
    /// The best epoch, if epochs were compared.
    pub verdict: Option<Verdict>,
}

/// The best epoch, and whether early stopping ended the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The number of the best epoch.
    pub best: usize,
    /// The epoch after which early stopping ended the run, if it did.
    pub stopped: Option<usize>,
}

/// `stopped early after epoch 7; the best was epoch 4`
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(stopped) = self.stopped {
            write!(f, "stopped early after epoch {stopped}; ")?;
        }
        write!(f, "the best was epoch {}", self.best)
    }
}

/// The result of an observer's method. An error ends training.
pub type ObserverResult = Result<(), EngineError>;

/// Receives the progress of training. The training loop reports to nothing else.
pub trait Observer {
    /// Called before the first epoch.
    ///
    /// # Errors
    /// If the output cannot be written. The same holds for all other methods.
    fn start(&mut self, _: &Plan) -> ObserverResult {
        Ok(())
    }
    /// Called before the first step of a resumed run.
    fn resumed(&mut self, _: &State) -> ObserverResult {
        Ok(())
    }
    /// Called after every step.
    fn step(&mut self, _: &Progress) -> ObserverResult {
        Ok(())
    }
    /// Called after every epoch, once its checkpoint is written.
    fn epoch(&mut self, _: &Epoch) -> ObserverResult {
        Ok(())
    }
    /// Called at the end, unless the run was stopped.
    fn done(&mut self, _: &Outcome) -> ObserverResult {
        Ok(())
    }
    /// Called when the run was stopped.
    fn interrupted(&mut self) -> ObserverResult {
        Ok(())
    }
}

/// Shows nothing.
#[derive(Debug)]
pub struct Quiet;

impl Observer for Quiet {}
