//! The text of a file of a run.

use std::path::Path;

use serde_json::{Map, Value};

use crate::files::{ReadError, read};

/// The text of a file; `None` if it does not exist.
pub(super) fn text(path: &Path, name: &str, most: u64) -> Result<Option<String>, String> {
    let path = path.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = read(&path, most).map_err(|error| match error {
        ReadError::TooLarge(_) => format!("{name} is too large"),
        error => format!("{name} cannot be read: {error}"),
    })?;
    String::from_utf8(bytes).map(Some).map_err(|_| format!("{name} is not UTF-8"))
}

/// A line or a file that is one JSON object.
pub(super) fn object(text: &str) -> Result<Map<String, Value>, String> {
    let told = |error: serde_json::Error| if error.is_data() { "holds no object" } else { "is not valid JSON" };
    serde_json::from_str(text).map_err(|error| told(error).to_owned())
}
