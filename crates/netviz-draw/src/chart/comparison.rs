//! The curves of several runs on the same axes.

use super::Look;
use super::mark::{CENTER, Mark};
use super::plot::{self, CURVE, Curve, End, Labels, POINT, Points, number};
use crate::font::{Weight, shortened};
use crate::layout::legend::{Entry, Swatch};
use crate::scene::{Scene, Stroke};
use crate::theme::{Paint, Theme};
use netviz_model::metric::Measure;

/// One metric of several runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared<'a> {
    /// The metric.
    pub measure: &'a Measure,
    /// Its values in each run.
    pub runs: Vec<History>,
}

/// One metric of one run, from the first epoch on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Values on the training set.
    pub training: Vec<f64>,
    /// Values on the validation set; empty if there is none.
    pub validation: Vec<f64>,
}

impl History {
    /// The curve by which runs are compared: validation if there is one, otherwise training.
    fn main(&self) -> &[f64] {
        if self.validation.is_empty() { &self.training } else { &self.validation }
    }

    fn epochs(&self) -> usize {
        self.training.len().max(self.validation.len())
    }
}

/// Opacity and width of a training curve beside a validation curve.
const FAINT: f64 = 0.6;
const THIN: f64 = 1.4;
/// Maximum width of a run's name.
const NAME: f64 = 260.0;

/// Draws panels side by side, each with the curves of every run. `runs` are the runs' names in the legend.
///
/// # Panics
/// If there are more than [`Theme::RUNS`] runs, which could not be told apart.
pub fn comparison(panels: &[Shared], runs: &[String], look: &Look) -> Scene {
    assert!(runs.len() <= Theme::RUNS, "too many runs");
    let is_validated = panels.iter().flat_map(|panel| &panel.runs).any(|run| !run.validation.is_empty());
    let plots: Vec<plot::Panel> = panels.iter().map(|panel| panel.plot(is_validated, look.theme)).collect();
    let labels = Labels {
        title: look.name.to_owned(),
        description: panels.iter().map(|panel| describe(panel, runs)).collect::<Vec<_>>().join(" "),
        legend: legend(panels, runs, is_validated, look.theme),
    };
    plot::draw(&plots, labels, look)
}

impl Shared<'_> {
    fn plot(&self, is_validated: bool, theme: &Theme) -> plot::Panel<'_> {
        let training = self.runs.iter().enumerate().map(|(number, run)| {
            let (paint, mark) = (theme.run(number), Mark::of_run(number));
            let marks = Points::Marks(mark, number);
            let (stroke, points) = match (is_validated, run.validation.is_empty()) {
                (false, _) => (Stroke::solid(paint, CURVE), marks),
                (true, true) => (Stroke { dashed: true, ..Stroke::solid(paint, CURVE) }, marks),
                (true, false) => (faint(paint), Points::Single(mark)),
            };
            Curve { values: &run.training, stroke, points }
        });
        let validation = self.runs.iter().enumerate().map(|(number, run)| {
            let stroke = Stroke::solid(theme.run(number), CURVE);
            Curve { values: &run.validation, stroke, points: Points::Marks(Mark::of_run(number), number) }
        });
        let ends = self.runs.iter().enumerate().filter_map(|(number, run)| {
            let value = *run.main().iter().rfind(|value| value.is_finite())?;
            Some(End { value, color: theme.text, mark: Some((Mark::of_run(number), theme.run(number))) })
        });
        plot::Panel {
            measure: self.measure,
            epochs: self.runs.iter().map(History::epochs).max().unwrap_or(0),
            ends: ends.collect(),
            // Validation curves are drawn over training curves.
            curves: training.chain(validation).collect(),
            rings: Vec::new(),
        }
    }
}

/// Description of a panel in words.
fn describe(panel: &Shared, runs: &[String]) -> String {
    let told = panel.runs.iter().zip(runs).filter_map(|(run, name)| {
        let (index, value) = run.main().iter().enumerate().rfind(|(_, value)| value.is_finite())?;
        let kind = if run.validation.is_empty() { "training" } else { "validation" };
        Some(format!("{} in {kind} after epoch {} of {name}", panel.measure.style.text(*value, number), index + 1))
    });
    format!("The {}: {}.", panel.measure.title(), told.collect::<Vec<_>>().join(", "))
}

fn legend(panels: &[Shared], runs: &[String], is_validated: bool, theme: &Theme) -> Vec<Entry> {
    let is_line = |number: usize| panels.iter().any(|panel| panel.runs[number].epochs() > 1);
    let mut entries: Vec<Entry> = runs
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let line = Stroke::solid(theme.run(number), CURVE);
            let mark = Mark::of_run(number).draw(CENTER, POINT, line, theme.background);
            let label = shortened(name, theme.text_size, Weight::Regular, NAME);
            Entry { swatch: Swatch::Curve(is_line(number).then_some(line), mark), label }
        })
        .collect();
    let line = Stroke::solid(theme.muted, CURVE);
    let remarks = [(line, "validation, after the epoch"), (faint(theme.muted), TRAINING)];
    let remarks = if is_validated { &remarks[..] } else { &[(line, TRAINING)] };
    entries.extend(remarks.iter().map(|&(stroke, label)| {
        let point = Mark::DOT.draw(CENTER, POINT, stroke, theme.background);
        let swatch = if (0..runs.len()).any(is_line) { Swatch::Line(stroke) } else { Swatch::Curve(None, point) };
        Entry { swatch, label: label.to_owned() }
    }));
    entries
}

/// Legend label of training curves.
const TRAINING: &str = "training, mean over the epoch";

/// Stroke of a training curve beside a validation curve.
fn faint(color: Paint) -> Stroke {
    Stroke { color, width: THIN, opacity: FAINT, dashed: true }
}
