//! Files in memory without being read: the system loads the pages that are touched.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use netviz_exchange::Bytes;
use netviz_exchange::import::{Beside, BesideError};
use netviz_model::limits;
use netviz_model::text::system_error;

/// The contents of a file. A regular file is mapped; a pipe is read to its end.
///
/// # Errors
/// Those of the operating system, and if a pipe sends more than [`limits::STREAM`].
pub(crate) fn contents(path: &Path) -> io::Result<Bytes> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() {
        return map(&file, metadata.len());
    }
    let mut bytes = Vec::new();
    file.take(limits::STREAM + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits::STREAM { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.into()) }
}

/// Maps a file.
#[expect(unsafe_code, reason = "mapping a file has no safe form")]
fn map(file: &File, size: u64) -> io::Result<Bytes> {
    // An empty file cannot be mapped.
    if size == 0 {
        return Ok(Bytes::new());
    }
    // SAFETY: The map is read only. Another program may change the file meanwhile, so that the same bytes have other values
    // when they are read again; readers check each value where they use it. If the file becomes shorter, the system ends
    // the program, as it does for every program that maps a file.
    let map = unsafe { memmap2::Mmap::map(file) }?;
    Ok(Bytes::from_owner(map))
}

/// The folder of a model file.
#[derive(Debug)]
pub(crate) struct FolderOf<'a>(pub(crate) &'a Path);

impl Beside for FolderOf<'_> {
    fn open(&self, path: &str) -> Result<Bytes, BesideError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => BesideError::Missing,
            _ => BesideError::Failed(system_error(&error)),
        };
        // Exporters on Windows write backslashes.
        let relative = PathBuf::from(path.replace('\\', "/"));
        let is_inside = relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_inside || path.is_empty() || path.contains(':') {
            return Err(BesideError::Outside);
        }
        let folder = self.0.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(failed)?;
        // Without links, so that none leads out of the folder.
        let resolved = folder.join(&relative).canonicalize().map_err(failed)?;
        if !resolved.starts_with(&folder) {
            return Err(BesideError::Outside);
        }
        if !resolved.metadata().map_err(failed)?.is_file() {
            return Err(BesideError::Failed("it is not a file".into()));
        }
        contents(&resolved).map_err(failed)
    }
}
