//! The differences between the models of several runs.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::graph::values;
use crate::run::Run;
use crate::schema::{ArgValue, Setting};
use crate::spec::Train;

/// A value in which runs differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its path, as for `--set`.
    pub(super) path: String,
    /// Its value in each run; `None` if the run has no such value.
    pub(super) values: Vec<Option<ArgValue>>,
}

impl Row {
    /// The row as a JSON object.
    pub(super) fn to_json(&self) -> Json {
        let values: Vec<_> = self.values.iter().map(|value| value.as_ref().map(ArgValue::to_json)).collect();
        json!({"path": self.path, "values": values})
    }
}

/// The values that differ, in the order of a model file.
pub(super) fn between(runs: &[Run]) -> Vec<Row> {
    let mut rows: BTreeMap<(usize, usize, String), Vec<Option<ArgValue>>> = BTreeMap::new();
    for (index, graph) in runs.iter().enumerate().filter_map(|(index, run)| Some((index, run.graph.as_ref()?))) {
        for (path, value) in values(graph) {
            let (part, number) = place(&path);
            rows.entry((part, number, path)).or_insert_with(|| vec![None; runs.len()])[index] = Some(value);
        }
    }
    rows.into_iter().flat_map(|((.., path), values)| opened(Row { path, values })).collect()
}

/// The learning rates of the first epoch in which they differ, among the runs that have this epoch. A run that was
/// resumed for more epochs has followed the schedule of fewer until then.
pub(super) fn learning_rates(runs: &[Run]) -> Option<Row> {
    let rate = |run: &Run, index: usize| run.epochs.get(index).and_then(|epoch| epoch.learning_rate);
    let epochs = runs.iter().map(|run| run.epochs.len()).max().unwrap_or(0);
    let differ = |index: &usize| {
        let mut rates = runs.iter().filter_map(|run| rate(run, *index)).map(f64::to_bits);
        rates.next().is_some_and(|first| rates.any(|other| other != first))
    };
    let index = (0..epochs).find(differ)?;
    let values = runs.iter().map(|run| rate(run, index).map(|rate| ArgValue::name(format!("{rate:.3e}")))).collect();
    Some(Row { path: format!("learning rate in epoch {}", index + 1), values })
}

/// The position of a path in a model file.
fn place(path: &str) -> (usize, usize) {
    match path.split_once('.') {
        Some(("layers", index)) => (1, index.parse().unwrap_or(0)),
        Some((_, key)) => (2, Train::fields().iter().position(|field| field.name == key).unwrap_or(0)),
        None => (0, 0),
    }
}

/// Drops a row of equal values. If all values are of the same kind, such as `rmsprop: {…}`, replaces the row by one for
/// each argument that differs.
fn opened(row: Row) -> Vec<Row> {
    if row.values.windows(2).all(|pair| pair[0] == pair[1]) {
        return Vec::new();
    }
    let records: Option<Vec<_>> = row.values.iter().map(|value| record(value.as_ref()?)).collect();
    match records.as_deref() {
        Some(records @ [(kind, _), ..]) if records.iter().all(|(other, _)| other == kind) => {
            let mut keys: Vec<&str> = Vec::new();
            for setting in records.iter().flat_map(|(_, arguments)| *arguments) {
                if !keys.contains(&&*setting.name) {
                    keys.push(&*setting.name);
                }
            }
            let prefix: Vec<&str> = [row.path.as_str()].into_iter().chain(*kind).collect();
            let value = |arguments: &[Setting], key: &str| {
                arguments.iter().find(|setting| setting.name == key).map(|setting| setting.value.clone())
            };
            let row = |key: &str| Row {
                path: format!("{}.{key}", prefix.join(".")),
                values: records.iter().map(|(_, arguments)| value(arguments, key)).collect(),
            };
            keys.into_iter().flat_map(|key| opened(row(key))).collect()
        }
        _ => vec![row],
    }
}

/// The kind and the arguments of a value that has arguments.
fn record(value: &ArgValue) -> Option<(Option<&'static str>, &[Setting])> {
    match value {
        ArgValue::Record { kind, arguments } => Some((*kind, arguments)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sgd(rate: f64, betas: [i64; 2]) -> ArgValue {
        let betas = ArgValue::List(betas.map(ArgValue::Int).into());
        ArgValue::choice("sgd", vec![setting("rate", ArgValue::Float(rate)), setting("betas", betas)])
    }

    fn setting(name: &'static str, value: ArgValue) -> Setting {
        Setting { name: name.into(), value, is_default: false }
    }

    fn rows(path: &str, values: Vec<Option<ArgValue>>) -> Vec<String> {
        let text = |row: Row| {
            let values: Vec<String> =
                row.values.iter().map(|value| value.as_ref().map_or("-".into(), ArgValue::to_string)).collect();
            format!("{} {}", row.path, values.join(" | "))
        };
        opened(Row { path: path.into(), values }).into_iter().map(text).collect()
    }

    #[test]
    fn what_differs_in_arguments_is_told_by_argument() {
        let found = rows("train.optimizer", vec![Some(sgd(0.1, [1, 2])), Some(sgd(0.2, [1, 3]))]);
        assert_eq!(found, ["train.optimizer.sgd.rate 0.1 | 0.2", "train.optimizer.sgd.betas 1, 2 | 1, 3"]);
        let stopping = |patience| {
            let arguments =
                vec![setting("patience", ArgValue::Int(patience)), setting("monitor", ArgValue::name("loss"))];
            Some(ArgValue::arguments(arguments))
        };
        let found = rows("train.early_stopping", vec![stopping(1), stopping(2)]);
        assert_eq!(found, ["train.early_stopping.patience 1 | 2"]);
    }

    #[test]
    fn what_differs_in_kind_is_told_as_a_whole() {
        let adam = ArgValue::choice("adam", vec![setting("rate", ArgValue::Float(0.1))]);
        assert_eq!(rows("train.optimizer", vec![Some(sgd(0.1, [1, 2])), Some(adam)]).len(), 1);
        let step = ArgValue::choice("step", vec![setting("every", ArgValue::Int(2))]);
        assert_eq!(rows("train.schedule", vec![None, Some(step)]), ["train.schedule - | step: {every: 2}"]);
        let dense = |arguments| Some(ArgValue::choice("dense", arguments));
        let named = vec![setting("name", ArgValue::name("a"))];
        assert_eq!(rows("layers.0", vec![dense(named), dense(Vec::new())]), ["layers.0.dense.name a | -"]);
        assert!(rows("train.seed", vec![Some(ArgValue::Int(1)); 3]).is_empty());
    }
}
