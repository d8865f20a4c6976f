//! The files that this process has read, and must not overwrite.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::identity::Identity;

/// Paths rather than identities, since a watched file may be replaced by another one under the same path.
static READ: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Notes that a file was read.
pub(crate) fn record(path: &Path) {
    READ.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
}

/// The path by which a file was read; `None` if it was not read.
pub(super) fn find(file: &Identity) -> Option<PathBuf> {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    read.iter().find(|path| Identity::of(path).as_ref() == Some(file)).cloned()
}
