//! What happens between the steps of a run: files are written, and Ctrl-C is heard.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use netviz::cli::Failure;
use netviz::spec::{Metric, Train};

use super::INTERRUPTED;
use super::board::Board;
use super::folder::RunFolder;
use crate::checkpoint::{Origin, to_bytes};
use crate::network::Network;
use crate::observe;
use crate::training::{self, Between, Flow, State};

/// Writes a checkpoint after every epoch, every few steps if wanted, and where Ctrl-C stops the run.
pub(super) struct Keeper<'a> {
    pub(super) folder: &'a RunFolder,
    pub(super) origin: Origin,
    pub(super) spec: &'a Train,
    /// Steps from one checkpoint to the next.
    pub(super) every: Option<NonZeroU64>,
    /// What TensorBoard shows, where that is wanted.
    pub(super) board: Option<Board<'a>>,
    /// Whether Ctrl-C was pressed.
    pub(super) stopped: Arc<AtomicBool>,
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
        if self.stopped.load(Ordering::Relaxed) { Flow::Stop } else { Flow::Continue }
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

/// A flag that the first Ctrl-C sets; the second ends the program at once.
pub(super) fn watch_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            observe::restore_terminal();
            exit_at_once(i32::from(INTERRUPTED));
        }
        observe::tell_stopping();
    })
    .map_err(|error| Failure::new(format!("cannot watch for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// Ends the program without the clean-up that libtorch's threads, which still compute, would trip over.
fn exit_at_once(code: i32) -> ! {
    #[cfg(unix)]
    signal_hook::low_level::exit(code);
    #[cfg(not(unix))]
    std::process::exit(code);
}
