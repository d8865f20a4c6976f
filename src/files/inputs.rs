//! The files that this process has read, which it must not write over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::output::Identity;

/// By name, since a file that is replaced while it is watched is another one under the same name.
static READ: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

pub(super) fn record(path: &Path) {
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
}

/// The name by which a file was read.
pub(super) fn find(file: &Identity) -> Option<PathBuf> {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    read.iter().find(|path| Identity::of(path).as_ref() == Some(file)).cloned()
}
