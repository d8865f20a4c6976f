//! `netviz runs`

pub(super) mod find;
pub(super) mod record;
mod sort;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::failure::print_diagnostics;
use super::table::{Column, WIDE, fitted};
use super::{Failure, VerifyArgs, files};
use crate::diagnostics::Diagnostic;
use crate::files::Shown;
use crate::metric::Measure;
use crate::run::{CHECKPOINT, Problem, REPORT, Run, Status};
use crate::text::{json, shell};
use sort::Sort;

/// Arguments of `netviz runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// Folders of runs, or folders that contain runs [default: runs]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,

    /// Sort order; runs without that value come last
    #[arg(long, value_parser = sort::Parser, value_name = "METRIC", default_value = sort::DEFAULT)]
    pub sort: Sort,

    /// Whether the digests of the runs' files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

/// The default folder of `netviz train`.
pub(super) const DEFAULT: &str = "runs";

pub(super) fn run(args: &RunsArgs) -> Result<(), Failure> {
    let mut runs = find::runs(&args.folders, args.verify.wanted())?;
    let measures = record::measures(&runs);
    args.sort.apply(&mut runs, &measures)?;
    if args.json {
        let lines = runs.iter().map(|run| json(&record::object(run, &measures)) + "\n");
        return files::print_data(&lines.collect::<String>());
    }
    if runs.is_empty() {
        return files::print(&nothing(&args.folders));
    }
    files::print(&(listed(&runs, &measures) + &next(&runs)))?;
    let problems: Vec<Diagnostic> = runs.iter().flat_map(warnings).collect();
    print_diagnostics(&problems, None);
    Ok(())
}

/// Columns that are hidden on a narrow terminal, in this order. The test result of the first metric stays.
fn dispensable(measures: &[Measure]) -> Vec<String> {
    let name = |text: &str| text.to_owned();
    let metric = |measure: &Measure| [header("validation", measure), header("test", measure)];
    let (first, others) = measures.split_at(measures.len().min(1));
    let mut names = vec![name("parameters"), name("optimizer"), name("written")];
    names.extend(metric(&Measure::loss()));
    names.extend(others.iter().rev().flat_map(metric));
    names.extend([name("model"), name("time")]);
    names.extend(first.iter().map(|measure| header("validation", measure)));
    names
}

/// The header of a column of results, in two lines.
fn header(samples: &str, measure: &Measure) -> String {
    format!("{samples}\n{}", measure.title())
}

/// The table. On a terminal, it fits the width, and says how long ago each run was written; the output for programs
/// depends on neither.
fn listed(runs: &[Run], measures: &[Measure]) -> String {
    let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    let now = std::io::stdout().is_terminal().then(SystemTime::now);
    let loss = Measure::loss();
    let results: Vec<&Measure> = measures.iter().chain([&loss]).collect();
    let mut columns =
        vec![Column::text("run"), Column::text("model"), Column::text("status"), Column::numbers("epochs")];
    for samples in ["test", "validation"] {
        columns.extend(results.iter().map(|measure| Column::numbers(header(samples, measure))));
    }
    columns.extend([
        Column::numbers("parameters"),
        Column::text("optimizer"),
        Column::numbers("time"),
        Column::text("written"),
    ]);
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let written = now.zip(run.modified).map(|(now, then)| record::ago(now, then));
            let first = [record::name(run), record::model(run), record::status(run).to_owned(), record::epochs(run)];
            let test = results.iter().map(|measure| record::number(measure, record::test(run, measure)));
            let validation = results.iter().map(|measure| record::number(measure, record::validation(run, measure)));
            let last = [
                record::parameters(run),
                record::optimizer(run),
                run.seconds().map(record::duration).unwrap_or_default(),
                written.unwrap_or_default(),
            ];
            first.into_iter().chain(test).chain(validation).chain(last).collect()
        })
        .collect();
    let (text, missing) = fitted(&columns, rows, WIDE, width.unwrap_or(usize::MAX), &dispensable(measures));
    if missing.is_empty() {
        return text;
    }
    format!("{text}\nhidden, since the terminal is too narrow: {}\n", missing.join(", "))
}

fn warnings(run: &Run) -> Vec<Diagnostic> {
    let name = record::name(run);
    let problems = run.problems.iter();
    problems
        .map(|problem| Diagnostic::warning(format!("`{name}`: {}", problem.message)).hint(remedy(run, problem)))
        .collect()
}

/// The hint for a damaged file.
pub(super) fn remedy(run: &Run, problem: &Problem) -> String {
    if run.graph.is_none() || !has_checkpoint(&run.path) {
        return "train the model again into another folder, and remove this one".to_owned();
    }
    let resume = format!("`netviz train --resume {}`", argument(run));
    // A finished run is not resumed.
    let report = run.path.join(REPORT);
    if problem.file != REPORT && report.is_file() {
        format!("remove `{}`: {resume} then rewrites both", report.shown())
    } else {
        format!("{resume} rewrites it")
    }
}

fn has_checkpoint(run: &Path) -> bool {
    run.join(CHECKPOINT).is_file()
}

/// The run as an argument of a command.
pub(super) fn argument(run: &Run) -> String {
    shell(&run.path)
}

fn nothing(folders: &[PathBuf]) -> String {
    let (place, option) = match folders {
        [] => (DEFAULT.to_owned(), String::new()),
        [one] => (one.shown(), format!(" --out {}", shell(one.join("mnist")))),
        _ => (folders.iter().map(Shown::shown).collect::<Vec<_>>().join(", "), String::new()),
    };
    format!("there are no runs in {place}\n\nnext\n  netviz train{option}\n")
}

/// Largest number of runs in a suggested command.
const SUGGESTED: usize = 4;

/// Suggestions for the next command.
fn next(runs: &[Run]) -> String {
    let comparable = runs.iter().filter(|run| !run.epochs.is_empty() && run.status != Status::Damaged);
    let comparable: Vec<String> = comparable.take(SUGGESTED).map(argument).collect();
    let stopped = runs
        .iter()
        .find(|run| matches!(run.status, Status::Interrupted | Status::Unfinished) && has_checkpoint(&run.path));
    let commands = [
        (comparable.len() > 1).then(|| format!("  netviz compare {} --svg compare.svg\n", comparable.join(" "))),
        stopped.map(|run| format!("  netviz train --resume {}\n", argument(run))),
    ];
    let commands: String = commands.into_iter().flatten().collect();
    if commands.is_empty() { commands } else { format!("\nnext\n{commands}") }
}
