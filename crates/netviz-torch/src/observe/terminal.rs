//! A live line per epoch, for people.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use netviz::metric::Metric;
use netviz::schema::Chosen;

use super::plain::{epoch_line, heading, pace, print_end, resumed_line};
use super::{duration_text, metrics_text, print_line};
use crate::training::State;
use crate::training::{Epoch, Observer, ObserverResult, Outcome, Plan, Progress};

/// Draws a progress bar, which the line of the finished epoch replaces.
#[derive(Debug, Default)]
pub struct Terminal {
    plan: Option<Plan>,
    bar: Option<ProgressBar>,
    /// When the bar was last updated. More frequent updates are unreadable and cost time.
    shown: Option<Instant>,
}

/// Minimum time between two redraws.
const INTERVAL: Duration = Duration::from_millis(80);
/// The bar fills the rest of the line.
const BAR: &str = "{prefix}  {wide_bar:.green/dim}  {pos}/{len}  {msg}";

impl Terminal {
    fn measures(&self) -> &[Chosen<dyn Metric>] {
        self.plan.as_ref().map_or(&[], |plan| &plan.measures)
    }

    fn epochs(&self) -> usize {
        self.plan.as_ref().map_or(0, |plan| plan.epochs)
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.shown = None;
    }

    fn bar(&mut self, epoch: usize, steps: usize) -> &ProgressBar {
        let epochs = self.epochs();
        self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stdout());
            bar.set_style(style());
            let width = epochs.to_string().len();
            bar.set_prefix(format!("epoch {epoch:>width$}/{epochs}"));
            bar
        })
    }
}

/// Clears the bar, so that an error message starts on a line of its own.
impl Drop for Terminal {
    fn drop(&mut self) {
        self.clear();
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars(&netviz::cli::console::shown("━━─"))
}

/// Prints a line. A terminal that was closed does not stop the training.
fn show(line: &str) {
    let _ = print_line(line);
}

impl Observer for Terminal {
    fn start(&mut self, plan: &Plan) -> ObserverResult {
        for line in heading(plan) {
            show(&line);
        }
        self.plan = Some(plan.clone());
        Ok(())
    }

    fn resumed(&mut self, state: &State) -> ObserverResult {
        show(&resumed_line(state));
        Ok(())
    }

    fn step(&mut self, progress: &Progress) -> ObserverResult {
        if self.shown.is_some_and(|shown| shown.elapsed() < INTERVAL) {
            return Ok(());
        }
        self.shown = Some(Instant::now());
        let metrics = metrics_text(&progress.metrics, "", self.measures());
        let step = u32::try_from(progress.step).unwrap_or(u32::MAX);
        let left = u32::try_from(progress.steps - progress.step).unwrap_or(u32::MAX);
        let eta = progress.elapsed / step * left;
        let text = format!("{}  {metrics}  ETA {}", pace(progress.elapsed, progress.step), duration_text(eta));
        let bar = self.bar(progress.epoch, progress.steps);
        bar.set_position(progress.step as u64);
        bar.set_message(text);
        Ok(())
    }

    fn epoch(&mut self, epoch: &Epoch) -> ObserverResult {
        self.clear();
        if let Some(plan) = &self.plan {
            show(&epoch_line(epoch, plan));
        }
        Ok(())
    }

    fn done(&mut self, outcome: &Outcome) -> ObserverResult {
        let _ = print_end(outcome, self.measures());
        Ok(())
    }

    fn interrupted(&mut self) -> ObserverResult {
        self.clear();
        Ok(())
    }
}
