//! Observers: they show the progress of training.

pub mod json;
mod plain;
#[cfg(unix)]
mod screen;
mod terminal;

use std::io::{ErrorKind, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use netviz::cli::{Failure, TrainArgs, console};
use netviz::diagnostics::printable_line;
use netviz::metric::Metric;
use netviz::schema::Chosen;
use netviz::text::{json, plural};
use serde_json::Value;

pub use json::Json;
pub use plain::{Plain, test_line};
#[cfg(unix)]
pub use screen::Screen;
pub use terminal::Terminal;

use crate::EngineError;
use crate::sums::MetricSums;
use crate::training::{Epoch, Observer, ObserverResult, Plan, Quiet};

/// `2 threads`, or `cuda`.
fn workers(plan: &Plan) -> String {
    if plan.device == "cpu" { plural(plan.threads, "thread") } else { plan.device.to_owned() }
}

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
pub fn show_stopping() {
    #[cfg(unix)]
    screen::show_stopping();
}

/// Restores the terminal if a full-screen view has taken it over. For a program that is about to exit at once.
pub fn restore_terminal() {
    #[cfg(unix)]
    screen::leave();
}

/// `loss 0.2596  top_5 0.9255`, with `prefix` before each name.
fn metrics_text(metrics: &MetricSums, prefix: &str, measures: &[Chosen<dyn Metric>]) -> String {
    let text = |metric: &Chosen<dyn Metric>| {
        let value = metric.style().text(metrics.value(&**metric), |value| format!("{value:.4}"));
        format!("{prefix}{} {value}", metric.name())
    };
    measures.iter().map(text).collect::<Vec<_>>().join("  ")
}

/// The training metrics of an epoch, and the validation metrics if there are any.
fn epoch_text(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> String {
    let train = metrics_text(&epoch.metrics, "", measures);
    match &epoch.validation {
        Some(validation) => format!("{train}  {}", metrics_text(validation, "val_", measures)),
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
fn print_line(line: &str) -> ObserverResult {
    ignore_broken_pipe(console::print(&(printable_line(line) + "\n")))
}

/// Prints an object for programs, on one line.
fn print_object(object: &Value) -> ObserverResult {
    ignore_broken_pipe(console::print_data(&(json(object) + "\n")))
}

/// Ignores a closed pipe: a reader that exits early, such as `head`, must not stop a training that may have taken hours
/// and writes its results to the run's folder. Other errors, such as a full disk, end the training, because the lost
/// output may be needed.
fn ignore_broken_pipe(result: std::io::Result<()>) -> ObserverResult {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(EngineError::of_output(&error)),
        _ => Ok(()),
    }
}
