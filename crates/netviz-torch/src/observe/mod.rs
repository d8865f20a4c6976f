//! Observers: they show the progress of training.

pub mod json;
mod plain;
#[cfg(unix)]
mod screen;
mod terminal;

use std::fmt;
use std::io::{ErrorKind, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use netviz::cli::{Failure, TrainArgs, console};
use netviz::diagnostics::printable_line;
use netviz::metric::Metric;
use netviz::schema::Chosen;
use netviz::text::{json, plural};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use json::Json;
pub use plain::{Plain, test_line};
#[cfg(unix)]
pub use screen::Screen;
pub use terminal::Terminal;

use crate::EngineError;
use crate::figures::Figures;
use crate::training::State;

/// The facts about a run that are known before it starts.
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

impl Plan {
    /// `2 threads`, or `cuda`.
    fn workers(&self) -> String {
        if self.device == "cpu" { plural(self.threads, "thread") } else { self.device.to_owned() }
    }
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
    pub figures: Figures,
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
    pub figures: Figures,
    /// Metrics on the validation samples.
    pub validation: Option<Figures>,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// Duration, including the validation.
    pub elapsed: Duration,
}

impl Epoch {
    /// The metrics that epochs are compared by: on the validation samples if there are any, or else on the training
    /// samples.
    pub fn judged(&self) -> &Figures {
        self.validation.as_ref().unwrap_or(&self.figures)
    }
}

/// The result of a finished run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Metrics on the test samples.
    pub test: Figures,
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
pub type Told = Result<(), EngineError>;

/// Receives the progress of training. The training loop reports to nothing else.
pub trait Observer {
    /// Called before the first epoch.
    ///
    /// # Errors
    /// If the output cannot be written. The same holds for all other methods.
    fn start(&mut self, _: &Plan) -> Told {
        Ok(())
    }
    /// Called before the first step of a resumed run.
    fn resumed(&mut self, _: &State) -> Told {
        Ok(())
    }
    /// Called after every step.
    fn step(&mut self, _: &Progress) -> Told {
        Ok(())
    }
    /// Called after every epoch, once its checkpoint is written.
    fn epoch(&mut self, _: &Epoch) -> Told {
        Ok(())
    }
    /// Called at the end, unless the run was stopped.
    fn done(&mut self, _: &Outcome) -> Told {
        Ok(())
    }
    /// Called when the run was stopped.
    fn interrupted(&mut self) -> Told {
        Ok(())
    }
}

/// Shows nothing.
#[derive(Debug)]
pub struct Quiet;

impl Observer for Quiet {}

/// Checks that a full-screen view is possible, if the arguments ask for one.
///
/// # Errors
/// If it is not possible.
pub fn check(args: &TrainArgs) -> Result<(), Failure> {
    let problem = if !args.tui {
        return Ok(());
    } else if !std::io::stdout().is_terminal() {
        "`--tui` draws on a terminal, but the output goes elsewhere"
    } else if cfg!(not(unix)) || console::is_dumb() {
        "`--tui` cannot draw on this terminal"
    } else {
        return Ok(());
    };
    Err(Failure::new(problem).hint("leave `--tui` out"))
}

/// Chooses the observer that fits the arguments and the terminal. An observer that reads keys sets `stopped` when a key
/// ends the run.
///
/// # Errors
/// If a full-screen view cannot take over the terminal.
pub fn choose(args: &TrainArgs, stopped: &Arc<AtomicBool>) -> Result<Box<dyn Observer>, Failure> {
    Ok(if args.quiet {
        Box::new(Quiet)
    } else if args.json {
        Box::new(Json::default())
    } else if args.tui {
        full_screen(stopped)?
    } else if console::is_interactive(&std::io::stdout()) {
        Box::new(Terminal::default())
    } else {
        Box::new(Plain::default())
    })
}

#[cfg(unix)]
fn full_screen(stopped: &Arc<AtomicBool>) -> Result<Box<dyn Observer>, Failure> {
    match Screen::open(Arc::clone(stopped)) {
        Ok(screen) => Ok(Box::new(screen)),
        Err(error) => {
            Err(Failure::new(format!("`--tui` cannot use the terminal: {}", netviz::text::system_error(&error)))
                .hint("leave `--tui` out"))
        }
    }
}

#[cfg(not(unix))]
fn full_screen(_: &Arc<AtomicBool>) -> Result<Box<dyn Observer>, Failure> {
    unreachable!("`check` refuses it")
}

/// Shows in a full-screen view that the run is about to stop. Without one, the terminal shows `^C` itself.
pub fn tell_stopping() {
    #[cfg(unix)]
    screen::tell_stopping();
}

/// Restores the terminal if a full-screen view has taken it over. For a program that is about to exit at once.
pub fn restore_terminal() {
    #[cfg(unix)]
    screen::leave();
}

/// `loss 0.2596  top_5 0.9255`, with `prefix` before each name.
fn figures_text(figures: &Figures, prefix: &str, measures: &[Chosen<dyn Metric>]) -> String {
    let text = |metric: &Chosen<dyn Metric>| {
        let value = metric.style().text(figures.value(&**metric), |value| format!("{value:.4}"));
        format!("{prefix}{} {value}", metric.name())
    };
    measures.iter().map(text).collect::<Vec<_>>().join("  ")
}

/// The training metrics of an epoch, and the validation metrics if there are any.
fn epoch_text(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> String {
    let train = figures_text(&epoch.figures, "", measures);
    match &epoch.validation {
        Some(validation) => format!("{train}  {}", figures_text(validation, "val_", measures)),
        None => train,
    }
}

/// `1.4 s`, `2 min 05 s`.
pub fn duration_text(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Prints a line for people, with control characters replaced.
fn print_line(line: &str) -> Told {
    told(console::print(&(printable_line(line) + "\n")))
}

/// Prints an object for programs, on one line.
fn print_object(object: &Value) -> Told {
    told(console::print_data(&(json(object) + "\n")))
}

/// Ignores a closed pipe: a reader that exits early, such as `head`, must not stop a training that may have taken hours
/// and writes its results to the run's folder. Other errors, such as a full disk, end the training, because the lost
/// output may be needed.
fn told(result: std::io::Result<()>) -> Told {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(EngineError::of_output(&error)),
        _ => Ok(()),
    }
}
