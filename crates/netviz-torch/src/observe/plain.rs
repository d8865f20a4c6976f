//! One plain line an epoch, for logs.

use netviz::text::thousands;

use super::{Epoch, Observer, Outcome, Plan, duration_text, epoch_text, figures_text, print_line};
use crate::training::State;

/// Writes lines without control characters.
#[derive(Debug, Default)]
pub struct Plain {
    plan: Option<Plan>,
}

impl Plain {
    fn accuracy(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.accuracy)
    }
}

impl Observer for Plain {
    fn start(&mut self, plan: &Plan) {
        print_line(&heading(plan));
        self.plan = Some(plan.clone());
    }

    fn resumed(&mut self, state: &State) {
        print_line(&resumed_line(state));
    }

    fn epoch(&mut self, epoch: &Epoch) {
        let epochs = self.plan.as_ref().map_or(0, |plan| plan.epochs);
        print_line(&epoch_line(epoch, epochs, self.accuracy()));
    }

    fn done(&mut self, outcome: &Outcome) {
        print_line(&test_line(outcome, self.accuracy()));
    }
}

/// `mnist: 407,050 parameters, 60,000 samples of mnist in batches of 128, rmsprop, 2 threads`
pub(super) fn heading(plan: &Plan) -> String {
    format!(
        "{}: {} parameters, {} samples of {} in batches of {}, {}, {} thread{}",
        plan.name,
        thousands(plan.parameters),
        thousands(plan.samples),
        plan.data,
        thousands(plan.batch_size),
        plan.optimizer,
        plan.threads,
        if plan.threads == 1 { "" } else { "s" }
    )
}

/// `resumed after step 120 of epoch 3`
pub(super) fn resumed_line(state: &State) -> String {
    format!("resumed {state}")
}

/// `epoch 1/5  469 steps  0.7 s  1.5 ms/step  loss 0.2596  accuracy 0.9255`
pub(super) fn epoch_line(epoch: &Epoch, epochs: usize, accuracy: bool) -> String {
    let width = epochs.to_string().len();
    format!(
        "epoch {:>width$}/{epochs}  {} steps  {:>6}  {}  {}",
        epoch.number,
        epoch.steps,
        duration_text(epoch.elapsed),
        pace(epoch.elapsed, epoch.steps),
        epoch_text(epoch, accuracy)
    )
}

/// `test  loss 0.0774  accuracy 0.9775  (10,000 samples; 3.9 s in all)`
pub fn test_line(outcome: &Outcome, accuracy: bool) -> String {
    format!(
        "test  {}  ({} samples; {} in all)",
        figures_text(&outcome.test, "", accuracy),
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
