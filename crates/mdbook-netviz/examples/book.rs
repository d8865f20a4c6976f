//! Builds a book as `mdbook build` does, for where that program is not installed.
//!
//!     cargo run --package mdbook-netviz --example book -- docs

#![allow(clippy::print_stderr)]

use std::process::ExitCode;

use mdbook_driver::MDBook;

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    // As `mdbook` does: preprocessors run in the folder of the book.
    let folder = std::path::absolute(&folder).unwrap_or_else(|_| folder.into());
    match MDBook::load(folder).and_then(|book| book.build()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
