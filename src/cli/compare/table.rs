//! A table of metrics and differences, with one column per run.

use super::differences::Row;
use crate::cli::runs::record::{self, Best};
use crate::cli::table::{Column, WIDE, table};
use crate::diagnostics::printable;
use crate::metric::{Better, LOSS, Measure};
use crate::run::{Run, Status};

/// Mark after the best value of a row.
const MARK: &str = " *";
/// Placeholder for a missing value.
const NOTHING: &str = "–";
/// Characters of a value that fit on one line; longer values are broken.
const LONG: usize = 32;

/// The table, and the meaning of its marks.
pub(super) fn side_by_side(runs: &[Run], differences: &[Row]) -> String {
    let cells = rows(runs, differences);
    let is_marked = cells.iter().flatten().any(|cell| cell.ends_with(MARK));
    let count = cells.len();
    let told = differences.iter().map(|row| {
        let values = row
            .values
            .iter()
            .map(|value| value.as_ref().map_or_else(|| NOTHING.to_owned(), |value| broken(&value.to_string())));
        [printable(&row.path)].into_iter().chain(values).collect()
    });
    let columns: Vec<Column> =
        [String::new()].into_iter().chain(runs.iter().map(record::name)).map(Column::text).collect();
    let text = table(&columns, &cells.into_iter().chain(told).collect::<Vec<_>>(), WIDE);
    let mut lines: Vec<&str> = text.lines().collect();
    if differences.is_empty() {
        lines.push(if same_results(runs) {
            "\nthe models and all training results are the same"
        } else {
            "\nthe models and settings are the same, but the results differ: compare data, threads and versions in report.json"
        });
    } else {
        // Repeat the rule between metrics and differences.
        lines.insert(2 + count, lines[1]);
    }
    if is_marked {
        lines.push("\n* best value in the row");
    }
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

/// Whether all runs have the same metrics in the epochs that they have in common.
fn same_results(runs: &[Run]) -> bool {
    let epochs = runs.iter().map(|run| run.epochs.len()).min().unwrap_or(0);
    let metrics = |run: &Run| -> Vec<_> {
        run.epochs[..epochs].iter().map(|epoch| (epoch.training.clone(), epoch.validation.clone())).collect()
    };
    runs.windows(2).all(|pair| metrics(&pair[0]) == metrics(&pair[1]))
}

/// The rows of metrics, without those in which no run has a value.
fn rows(runs: &[Run], differences: &[Row]) -> Vec<Vec<String>> {
    let differ = |path: &str| differences.iter().any(|row| row.path == path);
    // Metrics on other data, or losses by another function, cannot be compared.
    let rank = |measure: &Measure| {
        let is_fair = !differ("train.data") && (measure.name != LOSS || !differ("train.loss"));
        measure.better.filter(|_| is_fair)
    };
    let row = |name: &str, rank: Option<Better>, cell: &dyn Fn(&Run) -> (Option<f64>, String)| {
        let cells = marked(runs.iter().map(cell).collect(), rank);
        [name.to_owned()].into_iter().chain(cells).collect::<Vec<String>>()
    };
    let plain = |text: String| (None, text);
    let measures: Vec<Measure> = record::measures(runs).into_iter().chain([Measure::loss()]).collect();
    let mut all = vec![row("status", None, &|run| plain(record::status(run).to_owned()))];
    all.extend(measures.iter().map(|measure| {
        row(&format!("test {}", measure.title()), rank(measure), &|run| single(measure, record::test(run, measure)))
    }));
    all.extend(measures.iter().map(|measure| {
        row(&format!("best validation {}", measure.title()), rank(measure), &|run| {
            best(measure, record::best(run, measure))
        })
    }));
    all.extend(measures.iter().map(|measure| {
        let last = |run: &Run| run.epochs.last().and_then(|epoch| epoch.training.get(&measure.name));
        row(&format!("last training {}", measure.title()), None, &|run| single(measure, last(run)))
    }));
    all.extend([
        row("epochs", None, &|run| plain(record::epochs(run))),
        row("time per epoch", Some(Better::Lower), &|run| {
            let pace = record::pace(run);
            (pace, pace.map(precise).unwrap_or_default())
        }),
        row("parameters", None, &|run| plain(record::parameters(run))),
    ]);
    let is_plain = runs.iter().all(|run| run.status == Status::Finished && record::status(run) == run.status.name());
    let shown = all.into_iter().skip(usize::from(is_plain));
    shown.filter(|row| row[1..].iter().any(|cell| cell != NOTHING)).collect()
}

fn single(measure: &Measure, value: Option<f64>) -> (Option<f64>, String) {
    (value, record::number(measure, value))
}

/// `0.9775 (epoch 3)`
fn best(measure: &Measure, best: Best) -> (Option<f64>, String) {
    let told = best.map(|(value, epoch)| format!("{} (epoch {epoch})", record::number(measure, Some(value))));
    (best.map(|best| best.0), told.unwrap_or_default())
}

/// `0.64 s`: short times have two decimals.
fn precise(seconds: f64) -> String {
    if seconds < 10.0 { format!("{seconds:.2} s") } else { record::duration(seconds) }
}

/// The texts, with a mark after all that equal the best one as shown; without marks if all are equal.
fn marked(cells: Vec<(Option<f64>, String)>, rank: Option<Better>) -> Vec<String> {
    let values = cells.iter().filter_map(|(value, text)| value.map(|value| (value, text)));
    let best = match rank {
        Some(Better::Higher) => values.max_by(|a, b| a.0.total_cmp(&b.0)),
        Some(Better::Lower) => values.min_by(|a, b| a.0.total_cmp(&b.0)),
        None => None,
    };
    let number = |text: &str| text.split(" (").next().unwrap_or_default().to_owned();
    let best = best.map(|(_, text)| number(text));
    let is_best = |text: &str| !text.is_empty() && best.as_deref() == Some(&number(text));
    let count = cells.iter().filter(|(_, text)| !text.is_empty()).count();
    let tells = cells.iter().filter(|(_, text)| is_best(text)).count() < count;
    cells
        .into_iter()
        .map(|(_, text)| match text {
            text if text.is_empty() => NOTHING.to_owned(),
            text if tells && is_best(&text) => text + MARK,
            text => text,
        })
        .collect()
}

/// Breaks a long value into lines, after arguments and after layer names.
fn broken(value: &str) -> String {
    let value = printable(value);
    if value.chars().count() <= LONG {
        return value;
    }
    let mut lines = vec![String::new()];
    for part in value.split_inclusive(", ").flat_map(|part| part.split_inclusive('+')) {
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.chars().count() + part.trim_end().chars().count() <= LONG => {
                line.push_str(part);
            }
            _ => lines.push(format!("  {part}")),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(values: &[Option<f64>], rank: Better) -> Vec<String> {
        marked(values.iter().map(|&value| single(&Measure::loss(), value)).collect(), Some(rank))
    }

    #[test]
    fn all_that_look_best_are_marked_unless_all_do() {
        assert_eq!(cells(&[Some(0.9), Some(0.800_01), Some(0.8)], Better::Lower), ["0.9000", "0.8000 *", "0.8000 *"]);
        assert_eq!(cells(&[Some(0.9), None, Some(0.8)], Better::Higher), ["0.9000 *", "–", "0.8000"]);
        assert_eq!(cells(&[Some(0.9), Some(0.9)], Better::Higher), ["0.9000", "0.9000"]);
        assert_eq!(cells(&[Some(0.9), None], Better::Higher), ["0.9000", "–"]);
    }
}
