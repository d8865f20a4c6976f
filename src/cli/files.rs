//! Standard output, and the files that commands write.

use std::io::Write;
use std::path::Path;

use super::{Failure, console};
use crate::files::{Output, ignore_closed_pipe, plain, write_all};

/// Writes a file, or standard output where `path` is `-`.
///
/// # Errors
/// Where it may not be written ([`crate::files`] says when), or cannot.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    Ok(write_all(&[Output::new(path, bytes.to_vec())])?)
}

/// Prints to standard output what a command says; a closed pipe ends it quietly.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    printed(console::print(text))
}

/// Prints data for programs, such as JSON: UTF-8 in every locale.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print_data(text: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    printed(output.write_all(text.as_bytes()).and_then(|()| output.flush()))
}

fn printed(result: std::io::Result<()>) -> Result<(), Failure> {
    result.or_else(ignore_closed_pipe).map_err(|error| Failure::new(format!("cannot print: {}", plain(&error))))
}
