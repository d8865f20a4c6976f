//! Compares the files of a data set with the originals.
//!
//! A file is compared with its SHA-256 when it is first read. Its size, times and digest are then recorded next to it,
//! in [`NOTES`]; while they match, the file is not read again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::dataset::{Dataset, File};
use crate::files::{Folder, read};
use crate::limits;

/// The file with the records of the others.
pub const NOTES: &str = "checked.json";

/// A problem with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileProblem {
    /// The file is missing.
    Missing,
    /// The file differs from the original.
    Damaged,
}

/// How thoroughly files are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every byte is read.
    Full,
    /// Files that have not changed since they were last read are not read again.
    Noted,
}

/// The files in `folder` that are missing or differ. Results are recorded if possible.
pub fn faults<'a>(dataset: &'a Dataset, folder: &Path, depth: Depth) -> Vec<(&'a File, FileProblem)> {
    let before = notes(folder);
    let mut now = BTreeMap::new();
    let faults = dataset.files.iter().filter_map(|file| match note(file, folder, &before, depth) {
        Ok(note) if note["sha256"] == file.sha256 => {
            now.insert(file.name.to_owned(), note);
            None
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some((file, FileProblem::Missing)),
        Ok(_) | Err(_) => Some((file, FileProblem::Damaged)),
    });
    let faults = faults.collect();
    if now != before && !now.is_empty() {
        // If the record cannot be written, the files are read again each time.
        let _ = Folder::open(folder).and_then(|folder| folder.write(NOTES, format!("{:#}\n", json!(now)).as_bytes()));
    }
    faults
}

type Notes = BTreeMap<String, Value>;

fn notes(folder: &Path) -> Notes {
    let bytes = read(&folder.join(NOTES), limits::MODEL_FILE).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The record of a file: the previous one if size and times are unchanged.
fn note(file: &File, folder: &Path, before: &Notes, depth: Depth) -> io::Result<Value> {
    let path = folder.join(file.name);
    let found = path.metadata()?;
    if !found.is_file() || found.len() != file.bytes {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let [modified, changed] = times(&found)?;
    let known = before.get(file.name).filter(|known| {
        depth == Depth::Noted
            && known["bytes"] == file.bytes
            && known["modified"] == modified
            && known["changed"] == changed
    });
    if let Some(known) = known {
        return Ok(known.clone());
    }
    let mut digest = Sha256::new();
    io::copy(&mut std::fs::File::open(&path)?, &mut digest)?;
    let sha256 = format!("{:x}", digest.finalize());
    Ok(json!({"bytes": file.bytes, "modified": modified, "changed": changed, "sha256": sha256}))
}

/// The modification time and, if the system knows it, the change time, which programs cannot set: both as text, in
/// nanoseconds since 1970.
fn times(found: &std::fs::Metadata) -> io::Result<[String; 2]> {
    let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).map(|time| time.as_nanos()).unwrap_or_default();
    Ok([since(found.modified()?).to_string(), changed(found)])
}

#[cfg(unix)]
fn changed(found: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    (i128::from(found.ctime()) * 1_000_000_000 + i128::from(found.ctime_nsec())).to_string()
}

#[cfg(not(unix))]
fn changed(_: &std::fs::Metadata) -> String {
    String::new()
}
