//! A live line an epoch, for people.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::plain::{heading, pace, test_line};
use super::{Epoch, Observer, Outcome, Plan, Progress, duration_text, epoch_text, figures_text, print_line};

/// Draws a bar that becomes the epoch's line.
#[derive(Debug, Default)]
pub struct Terminal {
    plan: Option<Plan>,
    bar: Option<ProgressBar>,
    /// Figures change a few times a second: faster is unreadable, and costs time.
    shown: Option<Instant>,
}

/// Time from one redraw to the next.
const INTERVAL: Duration = Duration::from_millis(80);
const BAR: &str = "{prefix}  {bar:24.green/dim} {pos:>4}/{len}  {msg}";
/// Nothing is repeated in the line that stays.
const FINISHED: &str = "{prefix}  {bar:24.green} {pos:>4}/{len}  {msg}";

impl Terminal {
    fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    fn accuracy(&self) -> bool {
        self.plan().is_some_and(|plan| plan.accuracy)
    }

    fn bar(&mut self, epoch: usize, steps: usize) -> &ProgressBar {
        let epochs = self.plan().map_or(0, |plan| plan.epochs);
        self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stdout());
            bar.set_style(style(BAR));
            let width = epochs.to_string().len();
            bar.set_prefix(format!("epoch {epoch:>width$}/{epochs}"));
            bar
        })
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━━─")
}

impl Observer for Terminal {
    fn start(&mut self, plan: &Plan) {
        print_line(&heading(plan));
        self.plan = Some(plan.clone());
    }

    fn step(&mut self, progress: &Progress) {
        if self.shown.is_some_and(|shown| shown.elapsed() < INTERVAL) {
            return;
        }
        self.shown = Some(Instant::now());
        let figures = figures_text(&progress.figures, "", self.accuracy());
        let step = u32::try_from(progress.step).unwrap_or(u32::MAX);
        let left = u32::try_from(progress.steps - progress.step).unwrap_or(u32::MAX);
        let eta = progress.elapsed / step * left;
        let text = format!("{}  {figures}  ETA {}", pace(progress.elapsed, progress.step), duration_text(eta));
        let bar = self.bar(progress.epoch, progress.steps);
        bar.set_position(progress.step as u64);
        bar.set_message(text);
    }

    fn epoch(&mut self, epoch: &Epoch) {
        let text = epoch_text(epoch, self.accuracy());
        let text = format!("{:>6}  {}  {text}", duration_text(epoch.elapsed), pace(epoch.elapsed, epoch.steps));
        let bar = self.bar(epoch.number, epoch.steps);
        bar.set_style(style(FINISHED));
        bar.set_position(epoch.steps as u64);
        bar.finish_with_message(text);
        self.bar = None;
        self.shown = None;
    }

    fn done(&mut self, outcome: &Outcome) {
        print_line(&test_line(outcome, self.accuracy()));
    }

    fn interrupted(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.abandon();
        }
        print_line("stopped");
    }
}
