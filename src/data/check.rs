//! Whether the files of a data set are the originals.
//!
//! A file is compared with its SHA-256 when it is first read. What it was then, size, times and digest, is written down
//! beside it, in [`NOTES`]; as long as that fits, the file is not read again.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Dataset, File};
use crate::files::{Folder, read};
use crate::limits;

/// The file with what is known of the others.
pub const NOTES: &str = "checked.json";

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It is not the original.
    Damaged,
}

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every byte is read.
    Full,
    /// Files that have not changed since they were read are taken for what they were.
    Noted,
}

/// The files in `folder` that are not as they should be. What is found out is written down where that is possible.
pub fn faults<'a>(dataset: &'a Dataset, folder: &Path, depth: Depth) -> Vec<(&'a File, Fault)> {
    let before = notes(folder);
    let mut now = BTreeMap::new();
    let faults = dataset.files.iter().filter_map(|file| match note(file, folder, &before, depth) {
        Ok(note) if note["sha256"] == file.sha256 => {
            now.insert(file.name.to_owned(), note);
            None
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some((file, Fault::Missing)),
        Ok(_) | Err(_) => Some((file, Fault::Damaged)),
    });
    let faults = faults.collect();
    if now != before && !now.is_empty() {
        // A folder that cannot be written to is read again each time.
        let _ = Folder::open(folder).and_then(|folder| folder.write(NOTES, format!("{:#}\n", json!(now)).as_bytes()));
    }
    faults
}

type Notes = BTreeMap<String, Value>;

fn notes(folder: &Path) -> Notes {
    let bytes = read(&folder.join(NOTES), limits::MODEL_FILE).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// What a file is: the same object as before where nothing has changed.
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

/// When the contents were modified and, where the system knows, when anything about the file was changed, which nobody
/// can set: both as text, in nanoseconds since 1970.
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
