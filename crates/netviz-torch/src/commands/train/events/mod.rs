//! The TensorBoard event files of a run, with the names that Keras uses.
//!
//! Event files only grow: TensorBoard notices what is appended, but not that a file was replaced. When a killed run is
//! resumed, everything after its last checkpoint is cut off and written again. The new events have the same values and
//! the same number of bytes, so a TensorBoard that has read the old ones continues at the right place.

mod files;
mod values;

use std::time::Duration;

use netviz::cli::Failure;
use netviz::files::Folder;
use netviz::graph::Graph;
use netviz::metric::Metric;
use netviz::schema::Chosen;
use netviz::spec::Train;

use super::finished::Finished;
use super::folder::RunFolder;
use crate::network::Network;
use crate::sums::MetricSums;
use crate::tensorboard::{Event, Value, hyperparameters, text, time};
use crate::training::State;
use crate::training::{Epoch, Outcome};
use files::{Events, Part};
use values::{BATCH, EPOCH};

/// Steps between two points of the curves by step.
const EVERY: u64 = 10;

/// The event files of a run in progress.
pub(super) struct EventLog<'a> {
    measures: Vec<Chosen<dyn Metric>>,
    train: Events<'a>,
    validation: Option<Events<'a>>,
    /// The metrics of the epoch before the next step.
    before: MetricSums,
}

impl<'a> EventLog<'a> {
    /// Whether a run writes event files.
    pub(super) fn is_in(folder: &RunFolder) -> bool {
        Part::Train.is_in(folder)
    }

    /// Whether the folder `tensorboard` of a run holds only files that runs write.
    pub(super) fn is_all_own(run: &Folder) -> bool {
        Part::ALL.into_iter().all(|part| part.is_all_own(run))
    }

    /// SHA-256 digests of the event files of a run, by path.
    pub(super) fn digests(folder: &RunFolder) -> Result<Vec<(String, String)>, Failure> {
        let parts: Vec<_> = Part::ALL.into_iter().map(|part| part.digests(folder)).collect::<Result<_, _>>()?;
        Ok(parts.concat())
    }

    /// Creates the files of a new run, or makes those of a resumed run match its state.
    pub(super) fn open(
        folder: &'a RunFolder,
        graph: &Graph,
        spec: &Train,
        yaml: &str,
        state: &State,
    ) -> Result<Self, Failure> {
        let measures = spec.metrics.with_loss();
        let start = time(state.spent());
        let about = vec![text("model", yaml), hyperparameters(start, &values::hyperparameters(graph, spec))];
        Part::Test.remove(folder)?;
        Events::create(folder, Part::About, &[Event::of(start, 0, about)])?;
        let open = |part, values: &dyn Fn(&Epoch) -> Vec<Value>| open(folder, part, state, values);
        let train = open(Part::Train, &|epoch| values::training(epoch, &measures))?;
        let validation = spec
            .has_validation()
            .then(|| open(Part::Validation, &|epoch| values::validation(epoch, &measures)))
            .transpose()?;
        Ok(Self { measures, train, validation, before: state.metrics.clone() })
    }

    /// Adds the metrics of the batch to the curves by step, every [`EVERY`] steps.
    pub(super) fn step(&mut self, state: &State) -> Result<(), Failure> {
        let batch = state.metrics.since(&self.before);
        self.before = state.metrics.clone();
        if !state.steps.is_multiple_of(EVERY) {
            return Ok(());
        }
        let values = values::metrics(BATCH, &batch, &self.measures);
        self.train.append(&[Event::of(time(Duration::ZERO), state.steps, values)])
    }

    /// Adds the last epoch. Must precede its checkpoint: events that are missing from the file could not be added
    /// later, while those after the checkpoint are cut off when the run is resumed.
    pub(super) fn epoch(&mut self, network: &Network, state: &State) -> Result<(), Failure> {
        self.before = state.metrics.clone();
        let Some(epoch) = state.history.last() else { return Ok(()) };
        let mut training = values::training(epoch, &self.measures);
        training.extend(values::histograms(network)?);
        let now = time(Duration::ZERO);
        self.train.append(&[Event::of(now, epoch.number as u64, training)])?;
        let Some(file) = &mut self.validation else { return Ok(()) };
        file.append(&[Event::of(now, epoch.number as u64, values::validation(epoch, &self.measures))])
    }

    /// Waits until the events are on the disk. Must precede a checkpoint, which depends on them.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        self.train.sync()?;
        self.validation.as_ref().map_or(Ok(()), Events::sync)
    }

    /// Adds the metrics on the test samples, for the parameters that the run kept, and the pictures.
    pub(super) fn end(folder: &RunFolder, finished: &Finished, outcome: &Outcome) -> Result<(), Failure> {
        let best = outcome.verdict.filter(|_| finished.spec.early_stopping.is_some()).map(|verdict| verdict.best);
        let epoch = best.unwrap_or(finished.history.len());
        let mut values = values::metrics(EPOCH, &outcome.test, &finished.plan.measures);
        values.extend(values::pictures(finished));
        Events::create(folder, Part::Test, &[Event::of(time(Duration::ZERO), epoch as u64, values)])
    }
}

/// Opens the file of a part, keeps the events up to a state, and adds the epochs that are missing.
fn open<'a>(
    folder: &'a RunFolder,
    part: Part,
    state: &State,
    values: &dyn Fn(&Epoch) -> Vec<Value>,
) -> Result<Events<'a>, Failure> {
    let epochs = state.history.len() as u64;
    let is_done = |event: &Event| event.place() <= if is_of_batch(event) { state.steps } else { epochs };
    let (mut file, kept) = Events::open(folder, part, is_done)?;
    let known = kept.iter().filter(|event| !is_of_batch(event)).map(Event::place).max().unwrap_or(0);
    let mut ago = state.spent();
    let mut missing = Vec::new();
    for epoch in state.history.iter() {
        ago = ago.saturating_sub(epoch.elapsed);
        if epoch.number as u64 > known {
            missing.push(Event::of(time(ago), epoch.number as u64, values(epoch)));
        }
    }
    file.append(&missing)?;
    Ok(file)
}

fn is_of_batch(event: &Event) -> bool {
    event.values().first().is_some_and(|value| value.tag.starts_with(BATCH))
}
