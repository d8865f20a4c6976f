//! Integrity of a run's files: `report.json` holds their SHA-256.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::REPORT;
use super::text::{object, text};

/// Key of the digests in `report.json`: an object that maps names to digests.
pub const DIGESTS: &str = "files";

/// SHA-256 of bytes, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Digests of a run's files by name, without files that change until the run is finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Digests(BTreeMap<String, String>);

impl Digests {
    /// The digests in the report of a run; empty if there is no report.
    ///
    /// # Errors
    /// If the report is damaged, in one sentence.
    pub(super) fn read(run: &Path) -> Result<Self, String> {
        let Some(text) = text(run, REPORT, crate::limits::METRICS_FILE)? else { return Ok(Self::default()) };
        let object = object(&text).map_err(|why| format!("{REPORT} {why}"))?;
        let entries = match object.get(DIGESTS) {
            None => return Ok(Self::default()),
            Some(Value::Object(entries)) => entries.iter(),
            Some(_) => return Err(format!("{REPORT} has `{DIGESTS}` that are not an object")),
        };
        let texts = entries.filter_map(|(name, digest)| Some((name.clone(), digest.as_str()?.to_owned())));
        Ok(Self(texts.collect()))
    }

    /// Compares a file with its digest, if it has one.
    ///
    /// # Errors
    /// If the digest differs, in one sentence that names the file.
    pub(super) fn check(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        match self.0.get(name) {
            Some(expected) if *expected != digest(bytes) => {
                Err(format!("{name} was changed since the run wrote it: its SHA-256 is not the one in {REPORT}"))
            }
            _ => Ok(()),
        }
    }
}

/// Compares the file at `path`, if it belongs to a run, with what the run wrote.
///
/// # Errors
/// If it differs or the report is damaged, in one sentence.
pub fn verify(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let (Some(run), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    if super::FILES.contains(&name) { Digests::read(run)?.check(name, bytes) } else { Ok(()) }
}
