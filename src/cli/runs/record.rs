//! The metrics of a run, for tables and JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use crate::diagnostics::printable;
use crate::files::Shown;
use crate::run::{Figures, Run};
use crate::spec::Train;
use crate::text::thousands;

/// A metric, and the epoch that it is from, counted from 1.
pub(in crate::cli) type Best = Option<(f64, usize)>;

/// The folder as a name, on one line.
pub(in crate::cli) fn name(run: &Run) -> String {
    run.path.shown()
}

pub(in crate::cli) fn model(run: &Run) -> String {
    run.graph.as_ref().map(|graph| printable(graph.name())).unwrap_or_default()
}

pub(in crate::cli) fn status(run: &Run) -> &'static str {
    let stopped = run.outcome.is_some_and(|outcome| outcome.stopped.is_some());
    if stopped { "stopped early" } else { run.status.name() }
}

/// `3/5`.
pub(in crate::cli) fn epochs(run: &Run) -> String {
    let planned = run.train().map(|train| format!("/{}", thousands(train.epochs.get())));
    thousands(run.epochs.len()) + &planned.unwrap_or_default()
}

/// Four decimals below 1,000, one below 1,000,000, otherwise in scientific notation.
pub(in crate::cli) fn figure(value: Option<f64>) -> String {
    value.map(crate::chart::figure).unwrap_or_default()
}

/// The validation metrics of the epoch whose parameters the run has kept.
pub(super) fn validation(run: &Run) -> Figures {
    let epoch = run.kept().map(|epoch| run.epochs[epoch - 1]);
    epoch.and_then(|epoch| epoch.validation).unwrap_or_default()
}

pub(in crate::cli) fn parameters(run: &Run) -> String {
    run.graph.as_ref().map(|graph| thousands(graph.parameters().total())).unwrap_or_default()
}

/// `sgd 0.1, cosine`: the learning rate, and the schedule if there is one.
pub(in crate::cli) fn optimizer(run: &Run) -> String {
    let Some(train) = run.train() else { return String::new() };
    let schedule = train.schedule.as_ref().map(|chosen| format!(", {}", chosen.kind.name)).unwrap_or_default();
    format!("{} {}{schedule}", train.optimizer.kind.name, train.optimizer.optimizer.learning_rate())
}

/// The highest validation accuracy; the first of several.
pub(in crate::cli) fn best_accuracy(run: &Run) -> Best {
    best(run, |figures| figures.accuracy, |value| -value)
}

/// The lowest validation loss.
pub(in crate::cli) fn best_loss(run: &Run) -> Best {
    best(run, |figures| figures.loss, |value| value)
}

fn best(run: &Run, figure: fn(&Figures) -> Option<f64>, rank: fn(f64) -> f64) -> Best {
    let epochs = run.epochs.iter().zip(1..);
    let values = epochs.filter_map(|(epoch, number)| Some((figure(epoch.validation.as_ref()?)?, number)));
    values.min_by(|a, b| rank(a.0).total_cmp(&rank(b.0)))
}

/// Mean time of an epoch.
pub(in crate::cli) fn pace(run: &Run) -> Option<f64> {
    let seconds: Option<f64> = run.epochs.iter().map(|epoch| epoch.seconds).sum();
    seconds.filter(|_| !run.epochs.is_empty()).map(|seconds| seconds / run.epochs.len() as f64)
}

/// `1.4 s`, `2 min 05 s`, `3 h 07 min`.
pub(in crate::cli) fn duration(seconds: f64) -> String {
    let whole = Duration::try_from_secs_f64(seconds).unwrap_or_default().as_secs();
    match whole {
        0..60 => format!("{:.1} s", seconds.max(0.0)),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// `just now`, `5 min ago`, `2 days ago`.
pub(super) fn ago(now: SystemTime, then: SystemTime) -> String {
    let seconds = now.duration_since(then).unwrap_or_default().as_secs();
    match seconds {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "yesterday".to_owned(),
        _ => format!("{} days ago", thousands(usize::try_from(seconds / 86_400).unwrap_or(usize::MAX))),
    }
}

/// The time since 1970.
pub(super) fn since_1970(time: SystemTime) -> Option<Duration> {
    time.duration_since(SystemTime::UNIX_EPOCH).ok()
}

/// The run as JSON. Every key is always present; unknown values are `null`.
pub(in crate::cli) fn object(run: &Run) -> Value {
    let test = run.outcome.map(|outcome| outcome.test).unwrap_or_default();
    let validation = validation(run);
    let (accuracy, loss) = (best_accuracy(run), best_loss(run));
    let train = run.train();
    let problems: Vec<&str> = run.problems.iter().map(|problem| problem.message.as_str()).collect();
    let count = |count: fn(&Train) -> usize| train.map(count);
    let entries = [
        ("run", json!(run.path.display().to_string())),
        ("model", json!(run.graph.as_ref().map(crate::graph::Graph::name))),
        ("status", json!(run.status.name())),
        ("epochs", json!(run.epochs.len())),
        ("planned_epochs", json!(count(|train| train.epochs.get()))),
        ("stopped_after", json!(run.outcome.and_then(|outcome| outcome.stopped))),
        ("best_epoch", json!(run.outcome.and_then(|outcome| outcome.best))),
        ("test_accuracy", json!(test.accuracy)),
        ("test_loss", json!(test.loss)),
        ("val_accuracy", json!(validation.accuracy)),
        ("val_loss", json!(validation.loss)),
        ("best_val_accuracy", json!(accuracy.map(|best| best.0))),
        ("best_val_loss", json!(loss.map(|best| best.0))),
        ("parameters", json!(run.graph.as_ref().map(|graph| graph.parameters().total()))),
        ("optimizer", json!(train.map(|train| train.optimizer.kind.name))),
        ("learning_rate", json!(train.map(|train| train.optimizer.optimizer.learning_rate()))),
        ("seconds", json!(run.seconds())),
        ("seconds_per_epoch", json!(pace(run))),
        ("written", json!(run.modified.and_then(since_1970).map(|since| since.as_secs()))),
        ("problems", json!(problems)),
    ];
    Value::Object(Map::from_iter(entries.map(|(key, value)| (key.to_owned(), value))))
}
