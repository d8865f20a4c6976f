//! Tests with the real mdBook, which runs the program, and with the program alone, for its output.

mod book;
mod guide;
mod program;

use std::path::Path;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mdbook-netviz");

/// Runs `mdbook build` with these arguments and with the program on its `PATH`. If mdBook is not installed, prints that
/// the test is skipped, except in CI, where it fails.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn mdbook(arguments: &[&Path]) -> Option<Output> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.mdbook/bin");
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let own = Path::new(PROGRAM).parent().expect("a folder").to_owned();
    let folders = std::iter::once(own).chain(std::env::split_paths(&inherited)).chain([installed]);
    let path = std::env::join_paths(folders).expect("a PATH");
    match Command::new("mdbook").arg("build").args(arguments).env("PATH", path).output() {
        Ok(output) => Some(output),
        Err(_) if std::env::var_os("CI").is_none() => {
            println!("skipped: scripts/install_mdbook.sh installs mdBook");
            None
        }
        Err(error) => panic!("mdbook does not run: {error}"),
    }
}
