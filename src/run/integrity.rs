//! Whether the files of a run are as the run wrote them: `report.json` holds their SHA-256.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{REPORT, files};

/// The key of the digests in `report.json`: an object from names to digests.
pub const DIGESTS: &str = "files";

/// The SHA-256 of some bytes, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// The digests of a run's files by their names; none of those that change as long as the run is not finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Digests(BTreeMap<String, String>);

impl Digests {
    /// Those in the report of a run; none where there is no report.
    ///
    /// # Errors
    /// Where the report is damaged, in one sentence.
    pub(super) fn read(run: &Path) -> Result<Self, String> {
        let Some(text) = files::text(run, REPORT, crate::limits::METRICS_FILE)? else { return Ok(Self::default()) };
        let object = files::object(&text).map_err(|why| format!("{REPORT} {why}"))?;
        let entries = match object.get(DIGESTS) {
            None => return Ok(Self::default()),
            Some(Value::Object(entries)) => entries.iter(),
            Some(_) => return Err(format!("{REPORT} has `{DIGESTS}` that are no object")),
        };
        let texts = entries.filter_map(|(name, digest)| Some((name.clone(), digest.as_str()?.to_owned())));
        Ok(Self(texts.collect()))
    }

    /// Whether a file has the digest that it should have, if any.
    ///
    /// # Errors
    /// That it has not, in one sentence that names it.
    pub(super) fn check(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        match self.0.get(name) {
            Some(expected) if *expected != digest(bytes) => {
                Err(format!("{name} was changed since the run wrote it: its SHA-256 is not the one in {REPORT}"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether the file at `path`, if it is one of a run, holds what the run wrote.
///
/// # Errors
/// That it does not, or that the report is damaged, in one sentence.
pub fn verify(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let (Some(run), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    if super::FILES.contains(&name) { Digests::read(run)?.check(name, bytes) } else { Ok(()) }
}
