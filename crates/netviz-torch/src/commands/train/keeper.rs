//! What happens between the steps of a run: files are written, and it is looked whether the run is to stop.

use std::num::NonZeroU64;

use netviz::cli::Failure;
use netviz::spec::{Metric, Train};

use super::board::Board;
use super::folder::RunFolder;
use super::stop::Stop;
use crate::checkpoint::{Origin, to_bytes};
use crate::network::Network;
use crate::training::{self, Between, Flow, State};

/// Writes a checkpoint after every epoch, every few steps if wanted, and where the run is stopped.
pub(super) struct Keeper<'a> {
    pub(super) folder: &'a RunFolder,
    pub(super) origin: Origin,
    pub(super) spec: &'a Train,
    /// Steps from one checkpoint to the next.
    pub(super) every: Option<NonZeroU64>,
    /// What TensorBoard shows, where that is wanted.
    pub(super) board: Option<Board<'a>>,
    /// Whether the run is to stop.
    pub(super) stop: Stop,
}

impl Keeper<'_> {
    /// Writes a checkpoint; one that holds a value that is no finite number would be of no use to anyone.
    pub(super) fn keep(&self, network: &Network, state: &State) -> Result<(), Failure> {
        let weights = network.weights()?;
        training::check(network, &weights, state, self.spec)?;
        if let Some(board) = &self.board {
            board.sync()?;
        }
        let optimizer = self.spec.optimizer.optimizer.as_ref();
        self.folder.write_checkpoint(&to_bytes(&self.origin, state, &weights, network.program(), optimizer))
    }

    fn flow(&self) -> Flow {
        if self.stop.is_wanted() { Flow::Stop } else { Flow::Continue }
    }
}

impl Between<Failure> for Keeper<'_> {
    fn step(&mut self, network: &Network, state: &State) -> Result<Flow, Failure> {
        if let Some(board) = &mut self.board {
            board.step(state)?;
        }
        let flow = self.flow();
        if flow == Flow::Stop || self.every.is_some_and(|every| state.steps.is_multiple_of(every.get())) {
            self.keep(network, state)?;
        }
        Ok(flow)
    }

    fn epoch(&mut self, network: &Network, state: &State) -> Result<Flow, Failure> {
        if let Some(board) = &mut self.board {
            board.epoch(network, state)?;
        }
        self.keep(network, state)?;
        if let Some(best) = state.best.as_ref().filter(|_| state.is_best(self.spec)) {
            self.folder.write_best(best, network.program())?;
        }
        self.folder.write_metrics(&state.history, self.spec.metrics.contains(&Metric::Accuracy))?;
        Ok(self.flow())
    }
}
