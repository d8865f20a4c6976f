//! What happens between the steps of a run: files are written, and signals to stop are checked.

use std::num::NonZeroU64;

use netviz::cli::Failure;
use netviz::spec::Train;

use super::RunError;
use super::events::EventLog;
use super::folder::RunFolder;
use super::record::Record;
use super::stop::Stop;
use crate::checkpoint::{Origin, to_bytes};
use crate::network::Network;
use crate::training::{self, Callback, CallbackAction, State};

/// Writes a checkpoint after every epoch and before its validation, every few steps if requested, and when the run is
/// stopped.
pub(super) struct RunCallback<'a> {
    pub(super) folder: &'a RunFolder,
    pub(super) origin: Origin,
    pub(super) spec: &'a Train,
    /// Steps between two checkpoints, if requested.
    pub(super) every: Option<NonZeroU64>,
    /// The history and the metrics.
    pub(super) record: Record<'a>,
    /// The TensorBoard event files, if requested.
    pub(super) board: Option<EventLog<'a>>,
    /// Whether the run should stop.
    pub(super) stop: Stop,
    /// The step after which the last checkpoint was written.
    pub(super) kept: Option<u64>,
}

impl RunCallback<'_> {
    /// Writes a checkpoint. Fails if a value is NaN or infinite: no run could resume from it.
    pub(super) fn keep(&mut self, network: &Network, state: &State) -> Result<(), Failure> {
        let weights = network.weights()?;
        training::check(network, &weights, state, self.spec)?;
        if let Some(board) = &self.board {
            board.sync()?;
        }
        let optimizer = self.spec.optimizer.value.as_ref();
        self.folder.write_checkpoint(&to_bytes(&self.origin, state, &weights, network.program(), optimizer))?;
        self.kept = Some(state.steps);
        Ok(())
    }

    fn flow(&self) -> CallbackAction {
        if self.stop.is_wanted() { CallbackAction::Stop } else { CallbackAction::Continue }
    }
}

impl Callback<RunError> for RunCallback<'_> {
    fn step(&mut self, network: &Network, state: &State) -> Result<CallbackAction, RunError> {
        if let Some(board) = &mut self.board {
            board.step(state)?;
        }
        let flow = self.flow();
        if flow == CallbackAction::Stop || self.every.is_some_and(|every| state.steps.is_multiple_of(every.get())) {
            self.keep(network, state)?;
        }
        Ok(flow)
    }

    /// Writes a checkpoint first, because validation may take long or run out of memory. A run that it ends resumes
    /// after the last step.
    fn validation(&mut self, network: &Network, state: &State) -> Result<(), RunError> {
        if self.kept != Some(state.steps) {
            self.keep(network, state)?;
        }
        Ok(())
    }

    fn epoch(&mut self, network: &Network, state: &State) -> Result<CallbackAction, RunError> {
        if let Some(board) = &mut self.board {
            board.epoch(network, state)?;
        }
        self.record.add(&state.history)?;
        self.keep(network, state)?;
        if let Some(best) = state.best.as_ref().filter(|_| state.is_best()) {
            self.folder.write_best(best, network.program())?;
        }
        self.record.add_metrics(&state.history)?;
        Ok(self.flow())
    }
}
