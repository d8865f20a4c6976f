//! Who is told how training goes.

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

/// What is about to be trained.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The folder of the run.
    pub run: String,
    /// Whether another run has the name that this one's folder would have.
    pub is_numbered: bool,
    /// Name of the network.
    pub name: String,
    /// Number of parameters.
    pub parameters: usize,
    /// Name of the data set.
    pub data: &'static str,
    /// Number of training samples.
    pub samples: usize,
    /// Samples of a step.
    pub batch_size: usize,
    /// Number of epochs.
    pub epochs: usize,
    /// Name of the optimizer.
    pub optimizer: &'static str,
    /// Processor threads.
    pub threads: usize,
    /// What carries out the operations: `cpu` or `cuda`.
    pub device: &'static str,
    /// Whether the learning rate changes.
    pub scheduled: bool,
    /// Whether accuracy is shown.
    pub accuracy: bool,
}

impl Plan {
    /// `2 threads`, or `cuda`.
    fn workers(&self) -> String {
        if self.device == "cpu" { plural(self.threads, "thread") } else { self.device.to_owned() }
    }
}

/// Where an epoch stands after a step.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The step in it, from 1.
    pub step: usize,
    /// The steps of an epoch.
    pub steps: usize,
    /// Figures of the epoch so far.
    pub figures: Figures,
    /// Time since the epoch's start.
    pub elapsed: Duration,
}

/// A finished epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The epoch, from 1.
    pub number: usize,
    /// The steps that it took.
    pub steps: usize,
    /// Figures of the training samples, each as it was before its step.
    pub figures: Figures,
    /// Figures of the samples kept apart.
    pub validation: Option<Figures>,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// The time that it took, with the validation.
    pub elapsed: Duration,
}

impl Epoch {
    /// The figures that it is judged by: those of the samples kept apart, where there are any.
    pub fn judged(&self) -> &Figures {
        self.validation.as_ref().unwrap_or(&self.figures)
    }
}

/// The end of a run.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Figures of the test samples.
    pub test: Figures,
    /// Number of test samples.
    pub samples: usize,
    /// The time that the run took.
    pub elapsed: Duration,
    /// Which epoch was the best, where epochs were judged.
    pub verdict: Option<Verdict>,
}

/// Which epoch is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Its number.
    pub best: usize,
    /// The epoch after which early stopping ended the run, where it did.
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

/// Whether what was to be told could be. An error ends training.
pub type Told = Result<(), EngineError>;

/// Someone who is told how training goes. The loop calls nothing else.
pub trait Observer {
    /// Before the first epoch.
    ///
    /// # Errors
    /// As those of all methods: where it cannot be told.
    fn start(&mut self, _: &Plan) -> Told {
        Ok(())
    }
    /// Before the first step of a run that goes on from an earlier state.
    fn resumed(&mut self, _: &State) -> Told {
        Ok(())
    }
    /// After every step.
    fn step(&mut self, _: &Progress) -> Told {
        Ok(())
    }
    /// After every epoch, whose checkpoint is written.
    fn epoch(&mut self, _: &Epoch) -> Told {
        Ok(())
    }
    /// At the end, unless the run was stopped.
    fn done(&mut self, _: &Outcome) -> Told {
        Ok(())
    }
    /// Where the run was stopped.
    fn interrupted(&mut self) -> Told {
        Ok(())
    }
}

/// Nobody.
#[derive(Debug)]
pub struct Quiet;

impl Observer for Quiet {}

/// Whether there can be a full-screen view, where the arguments ask for one.
///
/// # Errors
/// What to do where there cannot.
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

/// The observer that the arguments and the terminal ask for. One that reads keys sets `stopped` where they are
/// to end the run.
///
/// # Errors
/// Where a view cannot have the terminal.
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
        Err(error) => Err(Failure::new(format!("`--tui` cannot have the terminal: {}", netviz::files::plain(&error)))
            .hint("leave `--tui` out")),
    }
}

#[cfg(not(unix))]
fn full_screen(_: &Arc<AtomicBool>) -> Result<Box<dyn Observer>, Failure> {
    unreachable!("`check` refuses it")
}

/// Says in a view that the run is about to stop; elsewhere, the terminal shows `^C` itself.
pub fn tell_stopping() {
    #[cfg(unix)]
    screen::tell_stopping();
}

/// Gives the terminal back where a view has it, before the program ends at once.
pub fn restore_terminal() {
    #[cfg(unix)]
    screen::leave();
}

/// `loss 0.2596  accuracy 0.9255`, with the names' prefix.
fn figures_text(figures: &Figures, prefix: &str, accuracy: bool) -> String {
    let loss = format!("{prefix}loss {:.4}", figures.loss());
    if accuracy { format!("{loss}  {prefix}accuracy {:.4}", figures.accuracy()) } else { loss }
}

/// The figures of a whole epoch.
fn epoch_text(epoch: &Epoch, accuracy: bool) -> String {
    let train = figures_text(&epoch.figures, "", accuracy);
    match &epoch.validation {
        Some(validation) => format!("{train}  {}", figures_text(validation, "val_", accuracy)),
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

/// Prints a line for people, in which nothing controls the terminal.
fn print_line(line: &str) -> Told {
    told(console::print(&(printable_line(line) + "\n")))
}

/// Prints an object for programs, in one line.
fn print_object(object: &Value) -> Told {
    told(console::print_data(&(json(object) + "\n")))
}

/// A reader that has gone away, such as `head`, does not stop the training, which may have taken hours and leaves its
/// results in the run's folder; a disk that is full does, since somebody counts on what is lost.
fn told(result: std::io::Result<()>) -> Told {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(EngineError::of_output(&error)),
        _ => Ok(()),
    }
}
