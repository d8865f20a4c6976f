//! Whether two names lead to the same file.

use std::path::Path;
#[cfg(not(unix))]
use std::path::PathBuf;

use cap_std::fs::{Dir, Metadata};

/// The identity of a file, independent of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// Device and inode number.
    #[cfg(unix)]
    Node(u64, u64),
    #[cfg(not(unix))]
    Path(PathBuf),
}

impl Identity {
    /// The identity of the file that a path leads to; `None` if there is no file.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let found = path.metadata().ok()?;
        Some(Self::Node(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self::Path)
    }

    /// The identity of an open folder.
    #[cfg(unix)]
    pub(super) fn of_dir(dir: &Dir) -> Option<Self> {
        use cap_std::fs::MetadataExt;
        let found = dir.dir_metadata().ok()?;
        Some(Self::Node(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    pub(super) fn of_dir(_: &Dir) -> Option<Self> {
        None
    }
}

#[cfg(unix)]
pub(super) fn links(found: &Metadata) -> u64 {
    cap_std::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
pub(super) fn links(_: &Metadata) -> u64 {
    1
}
