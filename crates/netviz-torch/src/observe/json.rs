//! One JSON object per line, for programs.

use netviz::metric::Metric;
use netviz::schema::Chosen;
use serde_json::{Map, Value, json};

use super::print_object;
use crate::sums::MetricSums;
use crate::training::State;
use crate::training::{Epoch, Observer, ObserverResult, Outcome, Plan};

/// Prints the events `resumed`, for a resumed run only, `epoch`, and `done` or `interrupted`.
#[derive(Debug, Default)]
pub struct Json {
    measures: Vec<Chosen<dyn Metric>>,
    run: String,
}

impl Observer for Json {
    fn start(&mut self, plan: &Plan) -> ObserverResult {
        self.measures.clone_from(&plan.measures);
        self.run.clone_from(&plan.run);
        Ok(())
    }

    fn resumed(&mut self, state: &State) -> ObserverResult {
        print_object(&json!({"event": "resumed", "epoch": state.epoch, "step": state.step}))
    }

    fn epoch(&mut self, epoch: &Epoch) -> ObserverResult {
        let mut event = Map::from_iter([("event".to_owned(), json!("epoch"))]);
        event.append(&mut epoch_object(epoch, &self.measures));
        print_object(&Value::Object(event))
    }

    fn done(&mut self, outcome: &Outcome) -> ObserverResult {
        let mut event = Map::from_iter([("event".to_owned(), json!("done")), ("run".to_owned(), json!(self.run))]);
        insert(&mut event, "test_", &outcome.test, &self.measures);
        insert_verdict(&mut event, outcome);
        event.insert("seconds".into(), rounded(outcome.elapsed.as_secs_f64()));
        print_object(&Value::Object(event))
    }

    fn interrupted(&mut self) -> ObserverResult {
        print_object(&json!({"event": "interrupted", "run": self.run}))
    }
}

/// The metrics of an epoch, as in `metrics.jsonl`.
pub fn epoch_object(epoch: &Epoch, measures: &[Chosen<dyn Metric>]) -> Map<String, Value> {
    let mut object = Map::from_iter([("epoch".to_owned(), json!(epoch.number))]);
    insert(&mut object, "", &epoch.metrics, measures);
    if let Some(validation) = &epoch.validation {
        insert(&mut object, "val_", validation, measures);
    }
    object.insert("learning_rate".into(), json!(epoch.learning_rate));
    object.insert("seconds".into(), rounded(epoch.elapsed.as_secs_f64()));
    object
}

/// Adds the loss and the metrics by name, each with `prefix`.
pub fn insert(object: &mut Map<String, Value>, prefix: &str, metrics: &MetricSums, measures: &[Chosen<dyn Metric>]) {
    let value = |metric: &Chosen<dyn Metric>| rounded(metrics.value(&**metric));
    object.extend(measures.iter().map(|metric| (format!("{prefix}{}", metric.name()), value(metric))));
}

/// Adds `best_epoch` and `stopped_after`, each if there is such an epoch.
pub fn insert_verdict(object: &mut Map<String, Value>, outcome: &Outcome) {
    if let Some(verdict) = &outcome.verdict {
        object.insert("best_epoch".into(), json!(verdict.best));
        object.extend(verdict.stopped.map(|epoch| ("stopped_after".to_owned(), json!(epoch))));
    }
}

/// Rounds to six decimals. NaN and infinity become `null`.
pub fn rounded(value: f64) -> Value {
    json!((value * 1e6).round() / 1e6)
}
