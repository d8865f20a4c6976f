//! The folder that a training run leaves: the names of its files, how they are written, and [`Run`], which reads it.

mod files;
mod read;

use std::io::Write;
use std::path::Path;

pub use read::{Epoch, Figures, Outcome, Problem, Run, Status};

/// The model as it was trained.
pub const SPEC: &str = "spec.yaml";
/// The parameters, named as `PyTorch`'s `state_dict` would have them.
pub const WEIGHTS: &str = "weights.safetensors";
/// Those after the best epoch, where epochs are judged.
pub const BEST: &str = "best.safetensors";
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

/// How the names of files begin that are being written; one that is left over is of a killed program.
pub const TEMPORARY: &str = ".netviz-";

/// Writes a file beside its target and renames it, so that no reader sees half of it. A device or
/// pipe is written to directly.
///
/// # Errors
/// Those of the operating system; the target is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.metadata().is_ok_and(|target| !target.is_file() && !target.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    // A link stays a link: what it points to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).make_in(folder, create_new)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the files in a folder that killed programs were writing. Nobody else may be writing there.
///
/// # Errors
/// Those of the operating system.
pub fn remove_temporaries(folder: &Path) -> std::io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            continue;
        }
        let remove = if entry.file_type()?.is_dir() { std::fs::remove_dir_all } else { std::fs::remove_file };
        remove(entry.path())?;
    }
    Ok(())
}

/// A new file with the usual permissions; tempfile's own choice is private to the user.
fn create_new(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(path)
}
