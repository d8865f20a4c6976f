//! Files that are in the folder in compressed form (gzip), as mirrors serve them.

use std::path::PathBuf;

use flate2::read::GzDecoder;

use super::{Download, Problem};
use crate::dataset::File;

/// The compressed files present for the wanted files.
pub(super) fn find<'a>(download: &Download<'a>) -> Vec<(&'a File, PathBuf)> {
    let folder = download.folder.path();
    let paths = download.wanted.iter().map(|file| (*file, folder.join(format!("{}.gz", file.name))));
    paths.filter(|(_, path)| path.is_file()).collect()
}

/// Unpacks them; the compressed files are kept.
pub(super) fn get(download: &mut Download) -> Result<(), Problem> {
    for (file, path) in find(download) {
        let packed = std::fs::File::open(path).map_err(|error| Problem::Source(error.to_string()))?;
        download.accept(file, &mut GzDecoder::new(packed))?;
    }
    Ok(())
}
