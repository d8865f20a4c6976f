//! What a view knows of a run.

use std::time::Duration;

use crate::figures::Figures;
use crate::observe::{Epoch, Plan, Progress};
use crate::training::State;

/// What is drawn: what an observer was told until now.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// What is trained.
    pub(super) plan: Plan,
    /// The epochs that are done.
    pub(super) history: Vec<Epoch>,
    /// Where the epoch under way stands, if it has begun.
    pub(super) progress: Option<Progress>,
    /// Figures of a few steps each, in their order.
    pub(super) points: Vec<Point>,
    /// The least length of a point, in epochs.
    least: f64,
    /// The steps of an epoch, once they are known.
    steps: usize,
    /// The figures of the epoch under way that are in the points already, and the step after which they were.
    counted: (usize, Figures),
}

/// The figures of some steps that follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// From where to where, in epochs.
    span: [f64; 2],
    pub(super) figures: Figures,
}

impl Point {
    /// The middle of the steps, in epochs.
    pub(super) fn at(&self) -> f64 {
        f64::midpoint(self.span[0], self.span[1])
    }

    fn length(&self) -> f64 {
        self.span[1] - self.span[0]
    }

    fn and(mut self, next: &Self) -> Self {
        self.span[1] = next.span[1];
        self.figures.add(next.figures);
        self
    }
}

/// The most points: no terminal shows more.
pub(super) const MOST: usize = 2048;

impl Known {
    /// Nothing but the plan.
    pub(super) fn new(plan: Plan) -> Self {
        let counted = (0, Figures::default());
        Self { plan, history: Vec::new(), progress: None, points: Vec::new(), least: 0.0, steps: 0, counted }
    }

    /// The state that a run goes on from.
    pub(super) fn resume(&mut self, state: &State) {
        self.history = state.history.to_vec();
        self.counted = (state.step, state.figures);
    }

    /// The figures of the steps since the last call.
    pub(super) fn step(&mut self, progress: &Progress) {
        self.progress = Some(*progress);
        self.steps = progress.steps;
        self.count(progress.epoch, progress.step, progress.figures);
    }

    /// An epoch is done.
    pub(super) fn epoch(&mut self, epoch: &Epoch) {
        self.steps = epoch.steps;
        self.count(epoch.number, epoch.steps, epoch.figures);
        self.counted = (0, Figures::default());
        self.history.push(*epoch);
        self.progress = None;
    }

    fn count(&mut self, epoch: usize, step: usize, figures: Figures) {
        if step <= self.counted.0 {
            return;
        }
        let place = |step: usize| (epoch as f64 - 1.0) + step as f64 / self.steps.max(1) as f64;
        let point = Point { span: [place(self.counted.0), place(step)], figures: figures.since(self.counted.1) };
        let (last, length) = (self.points.last().map_or(0.0, Point::length), point.length());
        let is_end = step == self.steps;
        // A few steps say little: they wait for more, and at the end of an epoch they join those before.
        if !is_end && length < self.least.max(last / 2.0) {
            return;
        }
        self.counted = (step, figures);
        let is_rest = is_end && length < last / 2.0 && point.span[0].fract() > 0.0;
        self.add(point, is_rest || last < self.least);
    }

    /// Adds a point, or else adds to the last one.
    fn add(&mut self, point: Point, joins: bool) {
        match self.points.last_mut().filter(|_| joins) {
            Some(last) => *last = last.and(&point),
            None => self.points.push(point),
        }
        if self.points.len() > MOST {
            let pairs = self.points.chunks(2).filter_map(|pair| pair.iter().copied().reduce(|a, b| a.and(&b)));
            self.points = pairs.collect();
            self.least = self.points.iter().map(Point::length).sum::<f64>() / self.points.len() as f64;
        }
    }

    /// The epoch under way, or else the last one.
    pub(super) fn epoch_number(&self) -> usize {
        let next = (self.history.len() + 1).min(self.plan.epochs.max(1));
        self.progress.map_or(next, |progress| progress.epoch)
    }

    /// The steps of the epoch under way that are done, and all of them.
    pub(super) fn epoch_steps(&self) -> [usize; 2] {
        let done = if self.is_done() { self.steps } else { self.progress.map_or(0, |progress| progress.step) };
        [done, self.steps]
    }

    /// Whether all epochs are done.
    pub(super) fn is_done(&self) -> bool {
        self.history.len() >= self.plan.epochs
    }

    /// Whether there are samples kept apart, as far as is known before the end of the first epoch.
    pub(super) fn is_validated(&self) -> bool {
        self.history.iter().any(|epoch| epoch.validation.is_some())
    }

    /// The share of the run's steps that is done.
    pub(super) fn share(&self) -> f64 {
        let epoch = self.progress.map_or(0.0, |progress| progress.step as f64 / progress.steps.max(1) as f64);
        (self.history.len() as f64 + epoch) / self.plan.epochs.max(1) as f64
    }

    /// The time that the run took.
    pub(super) fn elapsed(&self) -> Duration {
        let begun = self.progress.map_or(Duration::ZERO, |progress| progress.elapsed);
        self.history.iter().fold(begun, |sum, epoch| sum.saturating_add(epoch.elapsed))
    }

    /// Time of a step, as far as that is known: in the epoch under way, or else in the last one.
    pub(super) fn pace(&self) -> Option<Duration> {
        let of =
            |elapsed: Duration, steps: usize| Some(elapsed / u32::try_from(steps).ok().filter(|&steps| steps > 0)?);
        let progress = self.progress.and_then(|progress| of(progress.elapsed, progress.step));
        progress.or_else(|| self.history.last().and_then(|epoch| of(epoch.elapsed, epoch.steps)))
    }

    /// What is left of the epoch's steps, and of the run, which may end earlier.
    pub(super) fn left(&self) -> Option<[Duration; 2]> {
        let pace = self.pace()?;
        let [done, steps] = self.epoch_steps();
        let times =
            |duration: Duration, count: usize| duration.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
        let epoch = times(pace, steps - done.min(steps));
        // With the validation, where there was an epoch already.
        let whole = self.history.last().map_or_else(|| times(pace, steps), |last| last.elapsed);
        let after = self.plan.epochs.saturating_sub(self.epoch_number());
        Some([epoch, epoch.saturating_add(times(whole, after))])
    }
}
