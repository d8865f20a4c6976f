//! `netviz runs`

pub(super) mod find;
pub(super) mod record;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::failure::print_diagnostics;
use super::table::{Column, WIDE, fitted};
use super::{Failure, VerifyArgs, files};
use crate::diagnostics::Diagnostic;
use crate::files::Shown;
use crate::run::{CHECKPOINT, Problem, REPORT, Run, Status};
use crate::text::{json, shell};

/// Arguments of `netviz runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// Folders of runs, or folders that contain runs [default: runs]
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,

    /// Sort order; runs without that value come last
    #[arg(long, value_enum, value_name = "METRIC", default_value_t = Sort::Name)]
    pub sort: Sort,

    /// Whether the digests of the runs' files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

/// Sort order of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Sort {
    /// Name; numbers in it by value
    Name,
    /// Test accuracy, highest first
    Accuracy,
    /// Test loss, lowest first
    Loss,
    /// Duration, shortest first
    Time,
    /// Time of the last metrics, newest first
    Newest,
}

/// The default folder of `netviz train`.
pub(super) const DEFAULT: &str = "runs";

pub(super) fn run(args: &RunsArgs) -> Result<(), Failure> {
    let mut runs = find::runs(&args.folders, args.verify.wanted())?;
    sort(&mut runs, args.sort);
    if args.json {
        let lines = runs.iter().map(|run| json(&record::object(run)) + "\n");
        return files::print_data(&lines.collect::<String>());
    }
    if runs.is_empty() {
        return files::print(&nothing(&args.folders));
    }
    files::print(&(listed(&runs) + &next(&runs)))?;
    let problems: Vec<Diagnostic> = runs.iter().flat_map(warnings).collect();
    print_diagnostics(&problems, None);
    Ok(())
}

/// Sorts runs. The sort is stable: equal runs stay in the order of their names.
fn sort(runs: &mut [Run], by: Sort) {
    let test = |run: &Run| run.outcome.map(|outcome| outcome.test).unwrap_or_default();
    let key = |run: &Run| match by {
        Sort::Name => None,
        Sort::Accuracy => test(run).accuracy.map(|accuracy| -accuracy),
        Sort::Loss => test(run).loss,
        Sort::Time => run.seconds(),
        Sort::Newest => run.modified.and_then(record::since_1970).map(|since| -since.as_secs_f64()),
    };
    runs.sort_by(|a, b| key(a).unwrap_or(f64::INFINITY).total_cmp(&key(b).unwrap_or(f64::INFINITY)));
}

/// Columns that are hidden on a narrow terminal, in this order.
const DISPENSABLE: [&str; 8] =
    ["parameters", "optimizer", "written", "validation\nloss", "test\nloss", "model", "time", "validation\naccuracy"];

/// The table. On a terminal, it fits the width, and says how long ago each run was written; the output for programs
/// depends on neither.
fn listed(runs: &[Run]) -> String {
    let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    let now = std::io::stdout().is_terminal().then(SystemTime::now);
    let columns = [
        Column::text("run"),
        Column::text("model"),
        Column::text("status"),
        Column::numbers("epochs"),
        Column::numbers("test\naccuracy"),
        Column::numbers("test\nloss"),
        Column::numbers("validation\naccuracy"),
        Column::numbers("validation\nloss"),
        Column::numbers("parameters"),
        Column::text("optimizer"),
        Column::numbers("time"),
        Column::text("written"),
    ];
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let test = run.outcome.map(|outcome| outcome.test).unwrap_or_default();
            let validation = record::validation(run);
            let written = now.zip(run.modified).map(|(now, then)| record::ago(now, then));
            let cells = [
                record::name(run),
                record::model(run),
                record::status(run).to_owned(),
                record::epochs(run),
                record::figure(test.accuracy),
                record::figure(test.loss),
                record::figure(validation.accuracy),
                record::figure(validation.loss),
                record::parameters(run),
                record::optimizer(run),
                run.seconds().map(record::duration).unwrap_or_default(),
                written.unwrap_or_default(),
            ];
            cells.into()
        })
        .collect();
    let (text, missing) = fitted(&columns, rows, WIDE, width.unwrap_or(usize::MAX), &DISPENSABLE);
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
