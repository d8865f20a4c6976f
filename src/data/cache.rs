//! The cache folder of data sets.

use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::dataset::Dataset;

/// The environment variable that overrides the folder.
pub const VARIABLE: &str = "NETVIZ_DATA";

/// The folder of one data set: `$NETVIZ_DATA/mnist`, or `netviz/mnist` in the user's cache folder
/// (`$XDG_CACHE_HOME`, usually `~/.cache`).
pub fn folder(dataset: &Dataset) -> PathBuf {
    let root = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let root = root.unwrap_or_else(|| match choose_base_strategy() {
        Ok(strategy) => strategy.cache_dir().join("netviz"),
        // Without a home folder, the data is in the current directory.
        Err(_) => PathBuf::from(".netviz"),
    });
    root.join(dataset.name)
}
