//! The engine of netviz: it runs a [`netviz::ir::Program`] with libtorch.
//!
//! 1. [`samples`]: a data set as tensors, and the order of its batches.
//! 2. [`network`]: runs the program's operations with libtorch and holds its parameters as tensors.
//! 3. [`training`]: the training loop. It reports to an [`training::Observer`], which does the printing.
//! 4. [`checkpoint`]: the state of the loop, as a file.
//! 5. [`tensorboard`]: event files for TensorBoard.
//! 6. [`commands`]: `train`, `evaluate`, `predict` and `doctor`.
//!
//! `storage`, `parallel`, `denormals` and `signals` hold all the unsafe code.

pub mod checkpoint;
pub mod commands;
mod denormals;
mod error;
pub mod network;
pub mod observe;
mod parallel;
pub mod photo;
pub mod random;
pub mod samples;
#[cfg(unix)]
mod signals;
mod storage;
pub mod sums;
pub mod tensorboard;
pub mod training;

pub use denormals::flush_to_zero;
pub use error::EngineError;
