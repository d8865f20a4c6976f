//! Draws the curves of several runs.

use std::collections::HashSet;
use std::path::Path;

use super::CompareArgs;
use crate::chart::{History, Look, Shared, comparison, titles};
use crate::cli::Failure;
use crate::cli::render::{self, theme};
use crate::cli::runs::record;
use crate::files::Shown;
use crate::formats::{FORMATS, Format, by_ending};
use crate::metric::Measure;
use crate::run::{Epoch, MetricValues, Run};
use crate::scene::Scene;
use crate::text::plural;
use crate::theme::{THEMES, Theme};

/// The files to write, each with its format.
pub(super) fn outputs(args: &CompareArgs) -> Result<Vec<(&'static Format, &Path)>, Failure> {
    let svg = args.svg.iter().map(|path| Ok((&FORMATS[0], path.as_path())));
    let others = args.output.iter().map(|path| Ok((format_of(path)?, path.as_path())));
    let outputs: Vec<(&Format, &Path)> = svg.chain(others).collect::<Result<_, Failure>>()?;
    twice(&outputs, args.json)?;
    if outputs.is_empty() && (args.theme.is_some() || args.title.is_some()) {
        let failure = Failure::new("no file is named for the curves");
        return Err(failure.hint("name a file for them: `--svg FILE`").with_code(2));
    }
    if !outputs.is_empty() && args.runs.len() > Theme::RUNS {
        let (count, most) = (plural(args.runs.len(), "run"), Theme::RUNS);
        let hint = format!("name {most} at most, or draw nothing: the table has room for all");
        return Err(Failure::new(format!("the curves of {count} cannot be told apart")).hint(hint).with_code(2));
    }
    Ok(outputs)
}

/// Refuses to write twice to the same place.
pub(super) fn twice(outputs: &[(&Format, &Path)], json: bool) -> Result<(), Failure> {
    let mut seen = HashSet::new();
    if let Some((_, path)) = outputs.iter().find(|(_, path)| !seen.insert(*path)) {
        let message = format!("two pictures would go to `{}`", path.shown());
        return Err(Failure::new(message).hint("give each a file of its own").with_code(2));
    }
    if json && outputs.iter().any(|(_, path)| *path == Path::new("-")) {
        let message = "a picture and JSON cannot both go to standard output";
        return Err(Failure::new(message).hint("name a file for the picture").with_code(2));
    }
    Ok(())
}

fn format_of(path: &Path) -> Result<&'static Format, Failure> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    by_ending(&ending).filter(|format| format.scene.is_some()).ok_or_else(|| {
        let names: Vec<&str> =
            FORMATS.iter().filter(|format| format.scene.is_some()).map(|format| format.name).collect();
        let message = format!("`{}`: its ending names no format of curves", path.shown());
        Failure::new(message).hint(format!("formats: {}", names.join(", "))).with_code(2)
    })
}

/// Draws all pictures, then writes them.
pub(super) fn write(args: &CompareArgs, outputs: &[(&Format, &Path)], runs: &[Run]) -> Result<(), Failure> {
    if outputs.is_empty() {
        return Ok(());
    }
    let scene =
        scene(runs, args.title.as_deref(), &theme(args.theme.as_deref().unwrap_or(THEMES[0].name), Path::new(""))?);
    let mut pictures = Vec::new();
    for (format, path) in outputs {
        if let Some(write) = format.scene {
            pictures.push((*path, write(&scene)?));
        }
    }
    render::write(pictures)
}

fn scene(runs: &[Run], title: Option<&str>, theme: &Theme) -> Scene {
    let loss = Measure::loss();
    let measures = record::measures(runs);
    let metrics = measures.iter().map(|measure| panel(runs, measure));
    let metrics = metrics.filter(|panel| panel.runs.iter().any(|run| *run != History::default()));
    let panels: Vec<Shared> = [panel(runs, &loss)].into_iter().chain(metrics).collect();
    let what = titles(panels.iter().map(|panel| panel.measure));
    let model = runs.first().map(record::model).filter(|first| runs.iter().all(|run| record::model(run) == *first));
    let model = model.map(|model| format!("{model}: ")).unwrap_or_default();
    let usual = format!("{model}{what} of {} by epoch", plural(runs.len(), "run"));
    comparison(&panels, &names(runs), &Look { name: title.unwrap_or(&usual), theme, titled: true })
}

fn panel<'a>(runs: &[Run], measure: &'a Measure) -> Shared<'a> {
    // NaN leaves a gap in a curve; without any number, there is no curve.
    let values = |run: &Run, of: fn(&Epoch) -> Option<&MetricValues>| -> Vec<f64> {
        let values = run.epochs.iter().map(|epoch| of(epoch)?.get(&measure.name));
        let values: Vec<f64> = values.map(|value| value.unwrap_or(f64::NAN)).collect();
        if values.iter().all(|value| value.is_nan()) { Vec::new() } else { values }
    };
    let history = |run: &Run| History {
        training: values(run, |epoch| Some(&epoch.training)),
        validation: values(run, |epoch| epoch.validation.as_ref()),
    };
    Shared { measure, runs: runs.iter().map(history).collect() }
}

/// The labels of the legend: the last components of the paths if they differ, otherwise the paths, with the test
/// result.
fn names(runs: &[Run]) -> Vec<String> {
    let last = |run: &Run| run.path.file_name().map(Shown::shown);
    let short: HashSet<Option<String>> = runs.iter().map(last).collect();
    let are_enough = short.len() == runs.len() && !short.contains(&None);
    let name = |run: &Run| last(run).filter(|_| are_enough).unwrap_or_else(|| run.path.shown());
    let told = |run: &Run| {
        let text = |measure: &Measure| Some(record::number(measure, Some(record::test(run, measure)?)));
        let first = run.measures().iter().find_map(text).map(|first| format!(" (test {first})"));
        first.or_else(|| Some(format!(" (test loss {})", text(&Measure::loss())?))).unwrap_or_default()
    };
    runs.iter().map(|run| name(run) + &told(run)).collect()
}
