//! The sort order of runs.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use super::record;
use crate::cli::Failure;
use crate::diagnostics::excerpt;
use crate::metric::{Better, METRICS, Measure, loss};
use crate::run::Run;

/// Sort order of runs: [`DEFAULT`], [`TIME`], [`NEWEST`], the loss or the name of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort(String);

/// By name; numbers in it by value.
pub(super) const DEFAULT: &str = "name";
/// By duration, shortest first.
const TIME: &str = "time";
/// By the time of the last metrics, newest first.
const NEWEST: &str = "newest";

impl Sort {
    /// Sorts runs, which are in the order of their names. The sort is stable. `measures` are the metrics of the runs.
    pub(super) fn apply(&self, runs: &mut [Run], measures: &[Measure]) -> Result<(), Failure> {
        let measures = sortable(measures);
        let measure = measures.iter().find(|measure| measure.name == self.0);
        let key = |run: &Run| match (self.0.as_str(), measure) {
            (_, Some(measure)) => {
                record::test(run, measure).map(|value| -measure.better.unwrap_or(Better::Higher).score(value))
            }
            (TIME, None) => run.seconds(),
            (NEWEST, None) => run.modified.and_then(record::since_1970).map(|since| -since.as_secs_f64()),
            _ => None,
        };
        if measure.is_none() && ![DEFAULT, TIME, NEWEST].contains(&self.0.as_str()) {
            let known: Vec<&str> = measures.iter().map(|measure| measure.name.as_str()).collect();
            let message = format!("runs cannot be sorted by `{}`", excerpt(&self.0));
            return Err(Failure::new(message)
                .hint(format!("sort them by {DEFAULT}, {}, {TIME} or {NEWEST}", known.join(", ")))
                .with_code(2));
        }
        runs.sort_by(|a, b| key(a).unwrap_or(f64::INFINITY).total_cmp(&key(b).unwrap_or(f64::INFINITY)));
        Ok(())
    }
}

/// The metrics of runs, all other metrics that need no arguments, and the loss.
fn sortable(measures: &[Measure]) -> Vec<Measure> {
    let plain = METRICS.entries.iter().filter_map(|entry| entry.plain()).map(|metric| Measure::of(&*metric));
    let mut all = measures.to_vec();
    for measure in plain.chain([Measure::loss()]) {
        if all.iter().all(|known| known.name != measure.name) {
            all.push(measure);
        }
    }
    all
}

/// Accepts every text, because the metrics of runs are not known yet. Help and completions show the metrics that
/// netviz knows.
#[derive(Debug, Clone)]
pub(super) struct Parser;

impl TypedValueParser for Parser {
    type Value = Sort;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value).map(Sort)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let metrics = METRICS.entries.iter().copied().chain([loss().kind]).filter_map(|entry| {
            let measure = Measure::of(&*entry.plain()?);
            let first = if measure.better == Some(Better::Lower) { "lowest" } else { "highest" };
            (measure.name == entry.name).then(|| value(entry.name, format!("Test {}, {first} first", measure.title())))
        });
        let name = value(DEFAULT, "Name; numbers in it by value".to_owned());
        let time = value(TIME, "Duration, shortest first".to_owned());
        let newest = value(NEWEST, "Time of the last metrics, newest first".to_owned());
        let all: Vec<PossibleValue> = [name].into_iter().chain(metrics).chain([time, newest]).collect();
        Some(Box::new(all.into_iter()))
    }
}

fn value(name: &'static str, doc: String) -> PossibleValue {
    PossibleValue::new(name).help(doc)
}
