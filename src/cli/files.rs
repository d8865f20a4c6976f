//! Standard output.

use super::{Failure, console};
use crate::diagnostics::printable;
use crate::files::ignore_closed_pipe;
use crate::text::system_error;

/// Prints text to standard output, and replaces characters that control a terminal. A closed pipe is not an error. JSON
/// must come from [`text::json`](crate::text::json), which escapes these characters, so that it is printed unchanged.
///
/// # Errors
/// If standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    print_styled(&printable(text))
}

/// [`print`] for text with colours. The caller must have replaced other characters that control a terminal.
pub(super) fn print_styled(text: &str) -> Result<(), Failure> {
    printed(console::print(text))
}

/// Prints data for programs, such as JSON: UTF-8 in every locale.
///
/// # Errors
/// If standard output cannot be written.
pub fn print_data(text: &str) -> Result<(), Failure> {
    printed(console::print_data(text))
}

fn printed(result: std::io::Result<()>) -> Result<(), Failure> {
    result.or_else(ignore_closed_pipe).map_err(|error| Failure::new(format!("cannot print: {}", system_error(&error))))
}

/// Whether the reader of standard output has closed it, such as `head` after enough lines.
#[cfg(unix)]
pub(super) fn is_output_closed() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let output = std::io::stdout();
    let mut watched = [PollFd::new(&output, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut watched, Some(&now)).is_ok_and(|_| watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP))
}

#[cfg(not(unix))]
pub(super) fn is_output_closed() -> bool {
    false
}
