//! Reads the model, the metrics and the report of a run.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::integrity::Digests;
use super::record::{Epoch, MetricValues, Outcome};
use super::text::{object, text};
use super::{METRICS, REPORT, SPEC};
use crate::Model;
use crate::graph::Graph;
use crate::limits;
use crate::metric::Measure;

/// The model, which must have a `train` section.
pub(super) fn graph(path: &Path, digests: &Digests) -> Result<Graph, String> {
    let text = text(path, SPEC, limits::MODEL_FILE)?.unwrap_or_default();
    digests.check(SPEC, text.as_bytes())?;
    let model = Model::from_text(&text).map_err(|problems| {
        let first = problems.first().map_or("", |problem| problem.message.as_str());
        format!("{SPEC} is not a valid model: {first}")
    })?;
    model.graph.train().is_some().then_some(model.graph).ok_or_else(|| format!("{SPEC} has no `train` section"))
}

/// The finished epochs.
pub(super) fn epochs(path: &Path, digests: &Digests) -> Result<Vec<Epoch>, String> {
    let text = text(path, METRICS, limits::METRICS_FILE)?.unwrap_or_default();
    digests.check(METRICS, text.as_bytes())?;
    let lines = text.lines().enumerate();
    let told = |number: usize, why: &str| format!("line {number} of {METRICS} {why}");
    lines.map(|(index, line)| epoch(line, index + 1).map_err(|why| told(index + 1, &why))).collect()
}

fn epoch(line: &str, number: usize) -> Result<Epoch, String> {
    let object = object(line)?;
    if object.get("epoch").and_then(Value::as_u64) != Some(number as u64) {
        return Err(format!("is not epoch {number}"));
    }
    let is_validated = object.keys().any(|key| key.starts_with(VALIDATION));
    Ok(Epoch {
        training: values(&object, "")?,
        validation: is_validated.then(|| values(&object, VALIDATION)).transpose()?,
        learning_rate: number_of(&object, "learning_rate")?,
        seconds: number_of(&object, "seconds")?,
    })
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The run finished.
    Finished,
    /// The run was interrupted.
    Interrupted,
    /// The run was resumed, and has not ended since.
    None,
}

/// Contents of a report.
pub(super) struct Report {
    /// How the run ended.
    pub(super) end: End,
    /// The planned number of epochs.
    pub(super) planned: usize,
    pub(super) outcome: Outcome,
}

/// The report; `None` if there is none.
pub(super) fn report(path: &Path) -> Result<Option<Report>, String> {
    let Some(text) = text(path, REPORT, limits::METRICS_FILE)? else { return Ok(None) };
    let read = || -> Result<Report, String> {
        let object = object(&text)?;
        let end = match object.get("status").and_then(Value::as_str) {
            Some("finished") => End::Finished,
            Some("interrupted") => End::Interrupted,
            Some("unfinished") => End::None,
            _ => return Err("has no known `status`".into()),
        };
        Ok(Report {
            end,
            planned: count_of(&object, "epochs")?.ok_or("has no `epochs`")?,
            outcome: Outcome {
                test: values(&object, TEST)?,
                best: count_of(&object, "best_epoch")?,
                stopped: count_of(&object, "stopped_after")?,
                seconds: number_of(&object, "seconds")?,
            },
        })
    };
    read().map(Some).map_err(|why| format!("{REPORT} {why}"))
}

/// Prefixes of the keys of validation and test metrics. Training metrics have none.
const VALIDATION: &str = "val_";
const TEST: &str = "test_";
/// Keys of an epoch that are not metrics.
const OTHERS: [&str; 3] = ["epoch", "learning_rate", "seconds"];

/// The numbers whose keys have a prefix. Texts that other versions of netviz may have written are ignored, unless they
/// stand for a known metric.
fn values(object: &Map<String, Value>, prefix: &str) -> Result<MetricValues, String> {
    static KNOWN: LazyLock<Vec<Measure>> =
        LazyLock::new(|| [Measure::loss()].into_iter().chain(Measure::usual()).collect());
    let is_other = |key: &str| prefix.is_empty() && (OTHERS.contains(&key) || key.starts_with(VALIDATION));
    let mut values = Vec::new();
    for (key, value) in object.iter().filter(|(key, _)| !is_other(key)) {
        let Some(name) = key.strip_prefix(prefix) else { continue };
        if value.is_number() || value.is_null() || KNOWN.iter().any(|known| known.name == name) {
            values.extend(number_of(object, key)?.map(|value| (name.to_owned(), value)));
        }
    }
    // The loss comes on top.
    let most = limits::METRICS + 1;
    if values.len() > most { Err(format!("has more than {most} metrics")) } else { Ok(MetricValues(values)) }
}

/// A number; `None` for `null`, which replaces NaN and infinity, and for a missing key.
fn number_of(object: &Map<String, Value>, key: &str) -> Result<Option<f64>, String> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| format!("has a `{key}` that is not a number")),
    }
}

fn count_of(object: &Map<String, Value>, key: &str) -> Result<Option<usize>, String> {
    let Some(value) = object.get(key) else { return Ok(None) };
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    count.map(Some).ok_or_else(|| format!("has a `{key}` that is not an integer"))
}
