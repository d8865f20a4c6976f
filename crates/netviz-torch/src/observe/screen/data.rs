//! What a view knows about a run.

use std::time::Duration;

use crate::sums::MetricSums;
use crate::training::State;
use crate::training::{Epoch, Plan, Progress};

/// The data to draw: everything that the observer has received so far.
#[derive(Debug, Clone)]
pub(super) struct RunData {
    /// What was known before it started.
    pub(super) plan: Plan,
    /// The completed epochs.
    pub(super) history: Vec<Epoch>,
    /// Progress of the current epoch, if it has begun.
    pub(super) progress: Option<Progress>,
    /// Metrics of a few steps each, in order.
    pub(super) points: Vec<Point>,
    /// Minimum length of a point, in epochs.
    least: f64,
    /// Steps per epoch; 0 if not known yet.
    steps: usize,
    /// The last step of the current epoch that is in `points`, and the metrics of the epoch up to it.
    counted: (usize, MetricSums),
}

/// The metrics of consecutive steps.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Start and end, in epochs.
    span: [f64; 2],
    pub(super) metrics: MetricSums,
}

impl Point {
    /// The middle of the steps, in epochs.
    pub(super) fn at(&self) -> f64 {
        f64::midpoint(self.span[0], self.span[1])
    }

    fn length(&self) -> f64 {
        self.span[1] - self.span[0]
    }

    /// All of several points.
    fn joined(points: &[Self]) -> Option<Self> {
        let (first, others) = points.split_first()?;
        let mut all = first.clone();
        for next in others {
            all.merge(next);
        }
        Some(all)
    }

    fn merge(&mut self, next: &Self) {
        self.span[1] = next.span[1];
        self.metrics.add(&next.metrics);
    }
}

/// Maximum number of points: no terminal shows more.
pub(super) const MOST: usize = 2048;

impl RunData {
    /// A run before its first step.
    pub(super) fn new(plan: Plan) -> Self {
        let counted = (0, MetricSums::default());
        Self { plan, history: Vec::new(), progress: None, points: Vec::new(), least: 0.0, steps: 0, counted }
    }

    /// Takes over the state of a resumed run.
    pub(super) fn resume(&mut self, state: &State) {
        self.history = state.history.to_vec();
        self.counted = (state.step, state.metrics.clone());
    }

    /// Adds the steps since the last call.
    pub(super) fn step(&mut self, progress: &Progress) {
        self.progress = Some(progress.clone());
        self.steps = progress.steps;
        self.count(progress.epoch, progress.step, &progress.metrics);
    }

    /// Adds a completed epoch.
    pub(super) fn epoch(&mut self, epoch: &Epoch) {
        self.steps = epoch.steps;
        self.count(epoch.number, epoch.steps, &epoch.metrics);
        self.counted = (0, MetricSums::default());
        self.history.push(epoch.clone());
        self.progress = None;
    }

    fn count(&mut self, epoch: usize, step: usize, metrics: &MetricSums) {
        if step <= self.counted.0 {
            return;
        }
        let place = |step: usize| (epoch as f64 - 1.0) + step as f64 / self.steps.max(1) as f64;
        let point = Point { span: [place(self.counted.0), place(step)], metrics: metrics.since(&self.counted.1) };
        let (last, length) = (self.points.last().map_or(0.0, Point::length), point.length());
        let is_end = step == self.steps;
        // Too few steps make a noisy point: wait for more. At the end of an epoch, a short rest joins the last point.
        if !is_end && length < self.least.max(last / 2.0) {
            return;
        }
        self.counted = (step, metrics.clone());
        let is_rest = is_end && length < last / 2.0 && point.span[0].fract() > 0.0;
        self.add(point, is_rest || last < self.least);
    }

    /// Adds a point, or merges it into the last one if it `joins`.
    fn add(&mut self, point: Point, joins: bool) {
        match self.points.last_mut().filter(|_| joins) {
            Some(last) => last.merge(&point),
            None => self.points.push(point),
        }
        if self.points.len() > MOST {
            let pairs = self.points.chunks(2).filter_map(Point::joined);
            self.points = pairs.collect();
            self.least = self.points.iter().map(Point::length).sum::<f64>() / self.points.len() as f64;
        }
    }

    /// The current epoch: the one that has begun, or else the next one, if there is one.
    pub(super) fn epoch_number(&self) -> usize {
        let next = (self.history.len() + 1).min(self.plan.epochs.max(1));
        self.progress.as_ref().map_or(next, |progress| progress.epoch)
    }

    /// Completed steps and all steps of the current epoch.
    pub(super) fn epoch_steps(&self) -> [usize; 2] {
        let done = if self.is_done() { self.steps } else { self.progress.as_ref().map_or(0, |progress| progress.step) };
        [done, self.steps]
    }

    /// Whether all epochs are done.
    pub(super) fn is_done(&self) -> bool {
        self.history.len() >= self.plan.epochs
    }

    /// Whether there are validation samples. Unknown, and so false, before the end of the first epoch.
    pub(super) fn is_validated(&self) -> bool {
        self.history.iter().any(|epoch| epoch.validation.is_some())
    }

    /// Completed fraction of the run's steps.
    pub(super) fn share(&self) -> f64 {
        let epoch = self.progress.as_ref().map_or(0.0, |progress| progress.step as f64 / progress.steps.max(1) as f64);
        (self.history.len() as f64 + epoch) / self.plan.epochs.max(1) as f64
    }

    /// Time spent on the run so far.
    pub(super) fn elapsed(&self) -> Duration {
        let begun = self.progress.as_ref().map_or(Duration::ZERO, |progress| progress.elapsed);
        self.history.iter().fold(begun, |sum, epoch| sum.saturating_add(epoch.elapsed))
    }

    /// Time per step: in the current epoch, or else in the last one. `None` if neither has steps.
    pub(super) fn pace(&self) -> Option<Duration> {
        let of =
            |elapsed: Duration, steps: usize| Some(elapsed / u32::try_from(steps).ok().filter(|&steps| steps > 0)?);
        let progress = self.progress.as_ref().and_then(|progress| of(progress.elapsed, progress.step));
        progress.or_else(|| self.history.last().and_then(|epoch| of(epoch.elapsed, epoch.steps)))
    }

    /// Estimated time left in the current epoch, without validation, and in the run, which early stopping may end
    /// sooner.
    pub(super) fn left(&self) -> Option<[Duration; 2]> {
        let pace = self.pace()?;
        let [done, steps] = self.epoch_steps();
        let times =
            |duration: Duration, count: usize| duration.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
        let epoch = times(pace, steps - done.min(steps));
        // A completed epoch includes the time of the validation.
        let whole = self.history.last().map_or_else(|| times(pace, steps), |last| last.elapsed);
        let after = self.plan.epochs.saturating_sub(self.epoch_number());
        Some([epoch, epoch.saturating_add(times(whole, after))])
    }
}
