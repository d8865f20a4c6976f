//! Output files: written beside their target and renamed, so that no reader sees half of one.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::Failure;
use crate::files::plain;

/// Writes a file, or standard output where `path` is `-`.
///
/// # Errors
/// Where the folder is missing or cannot be written to.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let result = if path == Path::new("-") {
        let mut output = std::io::stdout().lock();
        output.write_all(bytes).and_then(|()| output.flush()).or_else(ignore_closed_pipe)
    } else {
        crate::run::write_atomically(path, bytes)
    };
    result.map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::NotFound => "make its folder first",
            ErrorKind::PermissionDenied => "choose a folder that you may write to",
            _ => "choose another file",
        };
        Failure::new(format!("cannot write `{}`: {}", path.display(), plain(&error))).hint(hint)
    })
}

/// A reader that has seen enough, such as `head`, is no failure.
fn ignore_closed_pipe(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

/// Prints to standard output what a command says; a closed pipe ends it quietly.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = anstream::stdout();
    let result = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    result.or_else(ignore_closed_pipe).map_err(|error| Failure::new(format!("cannot print: {}", plain(&error))))
}
