//! The differences between the models of several runs.

use std::collections::BTreeMap;

use crate::graph::values;
use crate::run::Run;
use crate::spec::Train;

/// A value in which runs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its path, as for `--set`.
    pub(super) path: String,
    /// Its text in each run; `None` if the run has no such value.
    pub(super) values: Vec<Option<String>>,
}

/// The values that differ, in the order of a model file.
pub(super) fn between(runs: &[Run]) -> Vec<Row> {
    let mut rows: BTreeMap<(usize, usize, String), Vec<Option<String>>> = BTreeMap::new();
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
    let values = runs.iter().map(|run| rate(run, index).map(|rate| format!("{rate:.3e}"))).collect();
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
    let parts: Option<Vec<Parts>> = row.values.iter().map(|value| Parts::of(value.as_deref()?)).collect();
    match parts.as_deref() {
        Some(parts @ [first, ..]) if parts.iter().all(|other| other.kind == first.kind) => {
            let mut keys: Vec<&str> = Vec::new();
            for (key, _) in parts.iter().flat_map(|parts| &parts.arguments) {
                if !keys.contains(key) {
                    keys.push(key);
                }
            }
            let prefix: Vec<&str> =
                [row.path.as_str(), first.kind].into_iter().filter(|part| !part.is_empty()).collect();
            let row = |key: &str| Row {
                path: format!("{}.{key}", prefix.join(".")),
                values: parts.iter().map(|parts| parts.value(key).map(str::to_owned)).collect(),
            };
            keys.into_iter().flat_map(|key| opened(row(key))).collect()
        }
        _ => vec![row],
    }
}

/// A value that has arguments: `rmsprop: {rho: 0.9}`, or without a kind `{patience: 3}`.
struct Parts<'a> {
    kind: &'a str,
    arguments: Vec<(&'a str, &'a str)>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_once('{')?;
        let kind = if kind.is_empty() { kind } else { kind.strip_suffix(": ")? };
        let (mut depth, mut start, mut arguments) = (0, 0, Vec::new());
        let inner = rest.strip_suffix('}')?;
        for (index, character) in inner.char_indices().chain([(inner.len(), ',')]) {
            match character {
                '{' | '[' => depth += 1,
                '}' | ']' => depth -= 1,
                ',' if depth == 0 => {
                    arguments.push(inner[start..index].trim().split_once(": ")?);
                    start = index + 1;
                }
                _ => {}
            }
        }
        Some(Self { kind, arguments })
    }

    fn value(&self, key: &str) -> Option<&'a str> {
        self.arguments.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(path: &str, values: &[&str]) -> Vec<String> {
        let values = values.iter().map(|value| Some((*value).to_owned()).filter(|value| !value.is_empty())).collect();
        let text = |row: Row| {
            let values: Vec<String> = row.values.into_iter().map(|value| value.unwrap_or_else(|| "-".into())).collect();
            format!("{} {}", row.path, values.join(" | "))
        };
        opened(Row { path: path.into(), values }).into_iter().map(text).collect()
    }

    #[test]
    fn what_differs_in_arguments_is_told_by_argument() {
        let found = rows("train.optimizer", &["sgd: {rate: 0.1, betas: [1, 2]}", "sgd: {rate: 0.2, betas: [1, 3]}"]);
        assert_eq!(found, ["train.optimizer.sgd.rate 0.1 | 0.2", "train.optimizer.sgd.betas [1, 2] | [1, 3]"]);
        let found = rows("train.early_stopping", &["{patience: 1, monitor: loss}", "{patience: 2, monitor: loss}"]);
        assert_eq!(found, ["train.early_stopping.patience 1 | 2"]);
    }

    #[test]
    fn what_differs_in_kind_is_told_as_a_whole() {
        assert_eq!(rows("train.optimizer", &["sgd: {rate: 1}", "adam: {rate: 1}"]).len(), 1);
        assert_eq!(rows("train.schedule", &["", "step: {every: 2}"]), ["train.schedule - | step: {every: 2}"]);
        assert_eq!(rows("layers.0", &["dense: {name: a, b}", "dense: {name: c}"]).len(), 1);
        assert!(rows("train.seed", &["1", "1", "1"]).is_empty());
    }
}
