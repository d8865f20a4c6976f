//! One plain line per epoch, for logs.

use netviz::metric::Metric;
use netviz::schema::Chosen;
use netviz::text::thousands;

use super::{duration_text, epoch_text, metrics_text, print_line, workers};
use crate::training::State;
use crate::training::{Epoch, Observer, ObserverResult, Outcome, Plan};

/// Prints lines without control characters.
#[derive(Debug, Default)]
pub struct Plain {
    plan: Option<Plan>,
}

impl Plain {
    fn measures(&self) -> &[Chosen<dyn Metric>] {
        self.plan.as_ref().map_or(&[], |plan| &plan.measures)
    }
}

impl Observer for Plain {
    fn start(&mut self, plan: &Plan) -> ObserverResult {
        self.plan = Some(plan.clone());
        heading(plan).iter().try_for_each(|line| print_line(line))
    }

    fn resumed(&mut self, state: &State) -> ObserverResult {
        print_line(&resumed_line(state))
    }

    fn epoch(&mut self, epoch: &Epoch) -> ObserverResult {
        self.plan.as_ref().map_or(Ok(()), |plan| print_line(&epoch_line(epoch, plan)))
    }

    fn done(&mut self, outcome: &Outcome) -> ObserverResult {
        print_end(outcome, self.measures())
    }
}

/// `mnist: 407,050 parameters, 60,000 samples of mnist in batches of 128, rmsprop, 2 threads`, and a second line with
/// the run's folder if that has a number in its name.
pub(super) fn heading(plan: &Plan) -> Vec<String> {
    let first = format!(
        "{}: {} parameters, {} samples of {} in batches of {}, {}, {}",
        plan.name,
        thousands(plan.parameters),
        thousands(plan.samples),
        plan.data,
        thousands(plan.batch_size),
        plan.optimizer,
        workers(plan)
    );
    let second = plan.is_numbered.then(|| format!("writing to {}", plan.run));
    [first].into_iter().chain(second).collect()
}

/// `resumed after step 120 of epoch 3`
pub(super) fn resumed_line(state: &State) -> String {
    format!("resumed {state}")
}

/// `epoch 1/5  469 steps  0.7 s  1.5 ms/step  loss 0.2596  top_5 0.9255`, followed by the learning rate if that
/// changes.
pub(super) fn epoch_line(epoch: &Epoch, plan: &Plan) -> String {
    let epochs = plan.epochs;
    let width = epochs.to_string().len();
    let rate = if plan.scheduled { format!("  rate {}", short(epoch.learning_rate)) } else { String::new() };
    format!(
        "epoch {:>width$}/{epochs}  {} steps  {:>6}  {}  {}{rate}",
        epoch.number,
        epoch.steps,
        duration_text(epoch.elapsed),
        pace(epoch.elapsed, epoch.steps),
        epoch_text(epoch, &plan.measures)
    )
}

/// Three significant digits: `0.000562`, `1.5e-7`.
pub(super) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    if rounded == 0.0 || rounded >= 1e-5 { rounded.to_string() } else { format!("{rounded:e}") }
}

/// Prints the best epoch, if it is known, and the metrics on the test samples.
pub(super) fn print_end(outcome: &Outcome, measures: &[Chosen<dyn Metric>]) -> ObserverResult {
    if let Some(verdict) = &outcome.verdict {
        print_line(&verdict.to_string())?;
    }
    print_line(&test_line(outcome, measures))
}

/// `test  loss 0.0774  top_5 0.9775  (10,000 samples; 3.9 s in all)`
pub fn test_line(outcome: &Outcome, measures: &[Chosen<dyn Metric>]) -> String {
    format!(
        "test  {}  ({} samples; {} in all)",
        metrics_text(&outcome.test, "", measures),
        thousands(outcome.samples),
        duration_text(outcome.elapsed)
    )
}

/// `1.5 ms/step`
pub(super) fn pace(elapsed: std::time::Duration, steps: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let milliseconds = elapsed.as_secs_f64() * 1e3 / steps.max(1) as f64;
    if milliseconds < 10.0 { format!("{milliseconds:.1} ms/step") } else { format!("{milliseconds:.0} ms/step") }
}
