//! The folder that a training run leaves: the names of its files, their digests, and [`Run`], which reads it.

mod files;
mod integrity;
mod read;

use std::path::Path;

pub use integrity::{DIGESTS, verify};
pub use read::{Epoch, Figures, Outcome, Problem, Run, Status};

/// The model as it was trained.
pub const SPEC: &str = "spec.yaml";
/// The parameters, named as `PyTorch`'s `state_dict` would have them.
pub const WEIGHTS: &str = "weights.safetensors";
/// Those after the best epoch, where epochs are judged.
pub const BEST: &str = "best.safetensors";
/// The epochs that are done, to the last bit: what a resumed run goes on from besides the checkpoint.
pub const HISTORY: &str = "history.jsonl";
/// One line of JSON an epoch.
pub const METRICS: &str = "metrics.jsonl";
/// The same figures as a table.
pub const TABLE: &str = "metrics.csv";
/// The run's figures.
pub const REPORT: &str = "report.json";
/// Everything that training goes on from.
pub const CHECKPOINT: &str = "checkpoint.safetensors";

/// The folder of what TensorBoard shows, where that was asked for.
pub const TENSORBOARD: &str = "tensorboard";

/// Figures by epoch.
pub const CURVES: &str = "curves.svg";
/// Which classes were taken for which.
pub const CONFUSION: &str = "confusion.svg";
/// Test samples that were taken for something else.
pub const MISTAKES: &str = "mistakes.svg";
/// The network with its weights.
pub const NETWORK: &str = "network.svg";
/// All of these in one page, with figures and settings.
pub const PAGE: &str = "report.html";
/// The files that show what a finished run came to.
pub const PICTURES: &[&str] = &[CURVES, CONFUSION, MISTAKES, NETWORK, PAGE];

/// Every file that a run writes, but for event files.
pub const FILES: &[&str] =
    &[SPEC, WEIGHTS, BEST, HISTORY, METRICS, TABLE, REPORT, CHECKPOINT, CURVES, CONFUSION, MISTAKES, NETWORK, PAGE];

/// Whether a run has written the file at this path, or will.
pub fn wrote(path: &Path) -> bool {
    let is_named_so = path.file_name().is_some_and(|name| FILES.iter().any(|file| name == *file));
    is_named_so && path.parent().is_some_and(is_run)
}

/// Whether a folder holds a run. One that only holds a model is none.
pub fn is_run(path: &Path) -> bool {
    let has = |name: &str| path.join(name).is_file();
    has(SPEC) && [REPORT, CHECKPOINT, METRICS].into_iter().any(has)
}
