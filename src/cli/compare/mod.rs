//! `netviz compare`

mod differences;
mod models;
mod picture;
mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::render::{Amount, Flow};
use super::runs::find::{self, tidy};
use super::runs::{argument, record, remedy};
use super::{Failure, VerifyArgs, files, locate};
use crate::files::Shown;
use crate::formats::Format;
use crate::picture::View;
use crate::run::{CHECKPOINT, Run, SPEC, Status};
use crate::text::{self, shell};
use crate::theme::Theme;
use crate::views::VIEWS;

/// Arguments of `netviz compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Runs: their folders, their names in runs/, or a folder that contains runs; or two models, of which one at least
    /// is no run: files, built-in names or runs
    #[arg(required = true, value_name = "RUN|MODEL")]
    pub runs: Vec<PathBuf>,

    /// Compare two runs as models: layer by layer, with their weights
    #[arg(long)]
    pub model: bool,

    /// Draw the curves of all runs, or both models with their differences; the ending of the file names the format; may
    /// be repeated
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// The same as SVG; - is standard output
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// Theme: classic, light, dark, auto, print or colorblind, or a theme file [default: classic]
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,

    /// Title of the picture; empty for none [default: what it shows]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,

    /// How the picture of two models looks.
    #[command(flatten)]
    pub picture: PictureArgs,

    /// Fix a size that is only a name in models of other programs, such as batch=1; may be repeated
    #[arg(long, value_name = "NAME=SIZE")]
    pub dim: Vec<String>,

    /// Whether the digests of the runs' files are checked.
    #[command(flatten)]
    pub verify: VerifyArgs,

    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How the picture of two models looks.
#[derive(Debug, Args)]
pub struct PictureArgs {
    /// View of two models [default: blocks]
    #[arg(long, value_name = "VIEW", value_parser = view)]
    pub view: Option<&'static View>,

    /// Direction of the data flow in two models [default: depends on the view]
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub direction: Option<Flow>,

    /// How much is shown of each layer of two models [default: medium, or low where the page is too small]
    #[arg(long, value_enum, value_name = "DETAIL")]
    pub detail: Option<Amount>,

    /// Fold and wrap the picture of two models until it can be read on this page, as for `render` [default: readme]
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
}

fn view(name: &str) -> Result<&'static View, String> {
    let names = || VIEWS.iter().map(|view| view.name).collect::<Vec<_>>().join(", ");
    VIEWS.iter().find(|view| view.name == name).ok_or_else(|| format!("the views are {}", names()))
}

pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    if models::are_meant(args) {
        return models::run(args);
    }
    for_runs_alone(args)?;
    let outputs = picture::outputs(args)?;
    let runs = read(&args.runs, args.verify.wanted())?;
    picture::write(args, &outputs, &runs)?;
    // Standard output contains only the picture.
    if outputs.iter().any(|(_, path)| *path == Path::new("-")) {
        return Ok(());
    }
    let mut found = differences::between(&runs);
    // Different settings explain different learning rates.
    if found.is_empty() {
        found.extend(differences::learning_rates(&runs));
    }
    if args.json {
        let measures = record::measures(&runs);
        let runs: Vec<_> = runs.iter().map(|run| record::object(run, &measures)).collect();
        let differences: Vec<_> = found.iter().map(differences::Row::to_json).collect();
        return files::print_data(&(text::json(&json!({"runs": runs, "differences": differences})) + "\n"));
    }
    let told = table::side_by_side(&runs, &found) + &farewell(&outputs, &runs);
    files::print(&told)
}

/// Refuses options that are for two models.
fn for_runs_alone(args: &CompareArgs) -> Result<(), Failure> {
    let PictureArgs { view, direction, detail, page } = &args.picture;
    let options = [
        ("--view", view.is_some()),
        ("--direction", direction.is_some()),
        ("--detail", detail.is_some()),
        ("--page", page.is_some()),
        ("--dim", !args.dim.is_empty()),
    ];
    let Some((option, _)) = options.into_iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    let failure = Failure::new(format!("`{option}` is for two models, but these are runs"));
    Err(failure.hint("`--model` compares two runs as models").with_code(2))
}

/// The files of the curves, or the command that draws them, unless there are too many runs.
fn farewell(outputs: &[(&Format, &Path)], runs: &[Run]) -> String {
    let names: Vec<String> = outputs.iter().map(|(_, path)| path.shown()).collect();
    if !names.is_empty() {
        return format!("\ncurves drawn to {}\n", names.join(", "));
    }
    if runs.len() > Theme::RUNS {
        return String::new();
    }
    let names: Vec<String> = runs.iter().map(argument).collect();
    format!("\nnext\n  netviz compare {} --svg compare.svg\n", names.join(" "))
}

/// Reads runs that can be compared.
fn read(named: &[PathBuf], verify: bool) -> Result<Vec<Run>, Failure> {
    let paths: Vec<PathBuf> = named.iter().flat_map(|name| folders(name)).collect();
    let mut failures: Vec<Failure> = twice(&paths).into_iter().collect();
    let mut runs = Vec::new();
    for path in &paths {
        match one(&tidy(path), verify) {
            Ok(run) => runs.push(run),
            Err(failure) => failures.push(failure),
        }
    }
    if let ([path], []) = (&paths[..], &failures[..]) {
        let message = format!("there is nothing to compare `{}` with", path.shown());
        failures.push(Failure::new(message).hint("name another run; `netviz runs` lists them").with_code(2));
    }
    Failure::all(failures).map_or(Ok(runs), Err)
}

/// The run with this path or name, or all runs with metrics in a folder.
fn folders(name: &Path) -> Vec<PathBuf> {
    let path = locate::named(name);
    if !path.is_dir() || path.join(SPEC).is_file() {
        return vec![path];
    }
    let inside = find::runs(std::slice::from_ref(&path), false).unwrap_or_default();
    let inside: Vec<PathBuf> = inside.into_iter().filter(|run| !run.epochs.is_empty()).map(|run| run.path).collect();
    if inside.is_empty() { vec![path] } else { inside }
}

/// The error for the first run that is named twice.
fn twice(paths: &[PathBuf]) -> Option<Failure> {
    let mut seen: HashMap<PathBuf, &Path> = HashMap::new();
    paths.iter().find_map(|path| {
        let before = seen.insert(path.canonicalize().ok()?, path)?;
        let message = if tidy(before) == tidy(path) {
            format!("`{}` is named twice", path.shown())
        } else {
            format!("`{}` and `{}` are the same run", before.shown(), path.shown())
        };
        Some(Failure::new(message).hint("name each run once").with_code(2))
    })
}

/// Reads a run that has metrics.
fn one(path: &Path, verify: bool) -> Result<Run, Failure> {
    let name = path.shown();
    let run = Run::read(path, verify).ok_or_else(|| no_run(path))?;
    if let Some(problem) = run.problems.first() {
        let failure = Failure::new(format!("the run `{name}` is damaged: {}", problem.message));
        return Err(failure.hint(remedy(&run, problem)));
    }
    if !run.epochs.is_empty() {
        return Ok(run);
    }
    let hint = if run.status == Status::Running {
        "wait for its first epoch to finish".to_owned()
    } else if path.join(CHECKPOINT).is_file() {
        format!("resume it: `netviz train --resume {}`", argument(&run))
    } else {
        format!("train it again: `netviz train {0} --out {0}`", argument(&run))
    };
    Err(Failure::new(format!("the run `{name}` has no metrics yet")).hint(hint))
}

fn no_run(path: &Path) -> Failure {
    let name = path.shown();
    let folder = "name the folder that `netviz train` wrote";
    if path.is_dir() {
        let hint = format!("{folder}; `netviz runs {}` lists the runs in this one", shell(path));
        Failure::new(format!("`{name}` is not the folder of a run")).hint(hint)
    } else if path.exists() {
        Failure::new(format!("`{name}` is a file, not the folder of a run")).hint(folder)
    } else {
        Failure::new(format!("there is no run `{name}`")).hint("`netviz runs` lists all runs")
    }
}
