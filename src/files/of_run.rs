//! The names of the files in the folder of a training run, which no other output may overwrite.

use std::path::Path;

/// The model as trained.
pub const SPEC: &str = "spec.yaml";
/// The parameters, named as in a `PyTorch` `state_dict`.
pub const WEIGHTS: &str = "weights.safetensors";
/// The parameters of the best epoch, with validation or early stopping.
pub const BEST: &str = "best.safetensors";
/// The metrics of finished epochs at full precision; part of the state that a run resumes from.
pub const HISTORY: &str = "history.jsonl";
/// The metrics of each epoch, one line of JSON per epoch.
pub const METRICS: &str = "metrics.jsonl";
/// The same metrics as a table.
pub const TABLE: &str = "metrics.csv";
/// The metrics and status of the run.
pub const REPORT: &str = "report.json";
/// The state that a run resumes from.
pub const CHECKPOINT: &str = "checkpoint.safetensors";

/// The folder of TensorBoard event files, if requested.
pub const TENSORBOARD: &str = "tensorboard";

/// Metrics by epoch.
pub const CURVES: &str = "curves.svg";
/// Confusion matrix of the test set.
pub const CONFUSION: &str = "confusion.svg";
/// Misclassified test samples.
pub const MISTAKES: &str = "mistakes.svg";
/// The network with its weights.
pub const NETWORK: &str = "network.svg";
/// All of these in one page, with metrics and settings.
pub const PAGE: &str = "report.html";
/// The files that show the result of a finished run.
pub const PICTURES: &[&str] = &[CURVES, CONFUSION, MISTAKES, NETWORK, PAGE];

/// Every file that a run writes, except event files.
pub const FILES: &[&str] =
    &[SPEC, WEIGHTS, BEST, HISTORY, METRICS, TABLE, REPORT, CHECKPOINT, CURVES, CONFUSION, MISTAKES, NETWORK, PAGE];

/// Whether the file at this path belongs to a run.
pub fn wrote(path: &Path) -> bool {
    let is_named_so = path.file_name().is_some_and(|name| FILES.iter().any(|file| name == *file));
    is_named_so && path.parent().is_some_and(is_run)
}

/// Whether a folder holds a run. A folder with only a model does not.
pub fn is_run(path: &Path) -> bool {
    let has = |name: &str| path.join(name).is_file();
    has(SPEC) && [REPORT, CHECKPOINT, METRICS].into_iter().any(has)
}
