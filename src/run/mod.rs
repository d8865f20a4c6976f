//! The folder of a training run: the names of its files, their digests, and [`Run`], which reads it.

mod files;
mod integrity;
mod read;
mod record;
mod text;

pub use integrity::{DIGESTS, verify};
pub use read::{Problem, Run, Status};
pub use record::{Epoch, MetricValues, Outcome};

pub use crate::files::of_run::*;
