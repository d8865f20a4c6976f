//! Standard output.

use super::{Failure, console};
use crate::diagnostics::printable;
use crate::files::{ignore_closed_pipe, plain};

/// Prints to standard output what a command says, in which nothing controls the terminal; a closed pipe ends it
/// quietly. JSON comes from [`text::json`](crate::text::json), so that it stays what it is.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    print_styled(&printable(text))
}

/// As [`print`] for a text with colours, whose other parts hold nothing that controls the terminal.
pub(super) fn print_styled(text: &str) -> Result<(), Failure> {
    printed(console::print(text))
}

/// Prints data for programs, such as JSON: UTF-8 in every locale.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print_data(text: &str) -> Result<(), Failure> {
    printed(console::print_data(text))
}

fn printed(result: std::io::Result<()>) -> Result<(), Failure> {
    result.or_else(ignore_closed_pipe).map_err(|error| Failure::new(format!("cannot print: {}", plain(&error))))
}

/// Whether nobody reads what is printed any more, such as `head` that has seen enough.
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
