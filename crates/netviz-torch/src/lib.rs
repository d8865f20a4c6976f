//! The engine of netviz: it runs a [`netviz::program::Program`] with libtorch.
//!
//! 1. [`samples`]: a data set as tensors, and the order of its batches.
//! 2. [`network`]: the program's operations as libtorch's, and its parameters as tensors.
//! 3. [`training`]: the loop. It knows only an [`observe::Observer`]; what is printed is up to that.
//! 4. [`checkpoint`]: where the loop stands, as a file.
//! 5. [`tensorboard`]: files of events, as TensorBoard reads them.
//! 6. [`commands`]: `train`, `evaluate` and `predict`.
//!
//! `storage`, `parallel`, `denormals` and `signals` hold all the unsafe code.

pub mod checkpoint;
pub mod commands;
mod denormals;
mod error;
pub mod figures;
pub mod network;
pub mod observe;
mod parallel;
pub mod photo;
pub mod random;
pub mod samples;
#[cfg(unix)]
mod signals;
mod storage;
pub mod tensorboard;
pub mod training;

pub use denormals::flush_to_zero;
pub use error::EngineError;
