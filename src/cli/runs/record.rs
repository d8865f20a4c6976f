//! The metrics of a run, for tables and JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use crate::diagnostics::printable;
use crate::files::Shown;
use crate::metric::Measure;
use crate::run::Run;
use crate::spec::Train;
use crate::text::thousands;

/// A metric, and the epoch that it is from, counted from 1.
pub(in crate::cli) type Best = Option<(f64, usize)>;

/// A result of a run for a metric.
type Result = fn(&Run, &Measure) -> Option<f64>;

/// The folder as a name, on one line.
pub(in crate::cli) fn name(run: &Run) -> String {
    run.path.shown()
}

pub(in crate::cli) fn model(run: &Run) -> String {
    run.graph.as_ref().map(|graph| printable(graph.name())).unwrap_or_default()
}

pub(in crate::cli) fn status(run: &Run) -> &'static str {
    let stopped = run.outcome.as_ref().is_some_and(|outcome| outcome.stopped.is_some());
    if stopped { "stopped early" } else { run.status.name() }
}

/// `3/5`.
pub(in crate::cli) fn epochs(run: &Run) -> String {
    let planned = run.train().map(|train| format!("/{}", thousands(train.epochs.get())));
    thousands(run.epochs.len()) + &planned.unwrap_or_default()
}

/// Numbers have four decimals below 1,000, one below 1,000,000, and are otherwise in scientific notation.
pub(in crate::cli) fn number(measure: &Measure, value: Option<f64>) -> String {
    value.map(|value| measure.style.text(value, crate::chart::number)).unwrap_or_default()
}

/// The metrics that any of the runs has values of, and the usual ones; not the loss.
pub(in crate::cli) fn measures(runs: &[Run]) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    for measure in runs.iter().flat_map(Run::measures).chain(Measure::usual()) {
        if measures.iter().all(|known| known.name != measure.name) {
            measures.push(measure);
        }
    }
    measures
}

/// The test result.
pub(in crate::cli) fn test(run: &Run, measure: &Measure) -> Option<f64> {
    run.test()?.get(&measure.name)
}

/// The validation result of the epoch whose parameters the run has kept.
pub(super) fn validation(run: &Run, measure: &Measure) -> Option<f64> {
    run.epochs[run.kept()? - 1].validation.as_ref()?.get(&measure.name)
}

pub(in crate::cli) fn parameters(run: &Run) -> String {
    run.graph.as_ref().map(|graph| thousands(graph.parameters().total())).unwrap_or_default()
}

/// `sgd 0.1, cosine`: the learning rate, and the schedule if there is one.
pub(in crate::cli) fn optimizer(run: &Run) -> String {
    let Some(train) = run.train() else { return String::new() };
    let schedule = train.schedule.as_ref().map(|chosen| format!(", {}", chosen.kind.name)).unwrap_or_default();
    format!("{} {}{schedule}", train.optimizer.kind.name, train.optimizer.value.learning_rate())
}

/// The best validation result, the first of several. `None` also if it is unknown which values are better.
pub(in crate::cli) fn best(run: &Run, measure: &Measure) -> Best {
    let better = measure.better?;
    let epochs = run.epochs.iter().zip(1..);
    let values = epochs.filter_map(|(epoch, number)| Some((epoch.validation.as_ref()?.get(&measure.name)?, number)));
    values.min_by(|a, b| better.score(b.0).total_cmp(&better.score(a.0)))
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

/// The run as JSON, with its results for `measures`. Every key is always present; unknown values are `null`.
pub(in crate::cli) fn object(run: &Run, measures: &[Measure]) -> Value {
    let train = run.train();
    let problems: Vec<&str> = run.problems.iter().map(|problem| problem.message.as_str()).collect();
    let count = |count: fn(&Train) -> usize| train.map(count);
    let entry = |key: &str, value: Value| (key.to_owned(), value);
    let mut object = Map::from_iter([
        entry("run", json!(run.path.display().to_string())),
        entry("model", json!(run.graph.as_ref().map(crate::graph::Graph::name))),
        entry("status", json!(run.status.name())),
        entry("epochs", json!(run.epochs.len())),
        entry("planned_epochs", json!(count(|train| train.epochs.get()))),
        entry("stopped_after", json!(run.outcome.as_ref().and_then(|outcome| outcome.stopped))),
        entry("best_epoch", json!(run.outcome.as_ref().and_then(|outcome| outcome.best))),
    ]);
    let results: [(&str, Result); 3] =
        [("test", test), ("val", validation), ("best_val", |run, measure| best(run, measure).map(|best| best.0))];
    let loss = Measure::loss();
    for (prefix, value) in results {
        let all = measures.iter().chain([&loss]).map(|measure| {
            let key = format!("{prefix}_{}", measure.name);
            (key, json!(value(run, measure)))
        });
        object.extend(all.collect::<Vec<_>>());
    }
    object.extend([
        entry("parameters", json!(run.graph.as_ref().map(|graph| graph.parameters().total()))),
        entry("optimizer", json!(train.map(|train| train.optimizer.kind.name))),
        entry("learning_rate", json!(train.map(|train| train.optimizer.learning_rate()))),
        entry("seconds", json!(run.seconds())),
        entry("seconds_per_epoch", json!(pace(run))),
        entry("written", json!(run.modified.and_then(since_1970).map(|since| since.as_secs()))),
        entry("problems", json!(problems)),
    ]);
    Value::Object(object)
}
