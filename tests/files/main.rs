//! The guarantees of netviz about the files that it writes, through the real program.

#[path = "../common/mod.rs"]
mod common;
mod inputs;
mod kept;
mod leftovers;
mod places;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use assert_cmd::Command;
use tempfile::TempDir;

const MODEL: &str = "name: tiny\ninput: [3]\nlayers: [dense: 2]\n";

/// A folder with `m.yaml`.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        place.write("m.yaml", MODEL);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn netviz(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netviz"));
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    /// Runs a command that must fail, and returns its messages.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.netviz(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    }

    fn link(&self, target: &str, name: &str) {
        std::os::unix::fs::symlink(target, self.path(name)).expect("linked");
    }

    fn mode(&self, name: &str) -> u32 {
        self.path(name).metadata().expect("there").permissions().mode() & 0o7777
    }

    fn set_mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), PermissionsExt::from_mode(mode)).expect("permitted");
    }

    fn node(&self, name: &str) -> u64 {
        self.path(name).metadata().expect("there").ino()
    }

    fn names(&self) -> Vec<String> {
        common::names(&self.0)
    }
}
