//! `netviz render --watch`: redraws whenever a file changes.
//!
//! Files are polled five times a second: editors write in place, or rename a new file over the old one, and polling
//! detects both, on every file system and without a thread. Ctrl-C ends the program by the default action of its
//! signal, with status 130 in a shell, and a closed output ends it with 0; a picture is never half written.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::{RenderArgs, once, weights_file};
use crate::cli::{Failure, files, locate};
use crate::files::Shown;

/// Polling interval.
const INTERVAL: Duration = Duration::from_millis(200);
/// A file that has not changed for this long is complete.
const SETTLED: Duration = Duration::from_millis(30);

/// Modification time and length of each file; `None` if it cannot be read.
type State = Vec<Option<(SystemTime, u64)>>;

/// Draws, and redraws after each change. If drawing fails, the last picture stays.
pub(super) fn run(args: &RenderArgs) -> Result<(), Failure> {
    let watched = watched(args)?;
    let mut before = state(&watched);
    match draw(args) {
        // Problems of a text can be fixed while it is watched.
        Err(failure) if failure.is_of_text() => failure.print(),
        result => result?,
    }
    let names: Vec<String> = watched.iter().map(Shown::shown).collect();
    files::print(&format!("watching {}; Ctrl-C ends\n", super::listed(&names)))?;
    while !files::is_output_closed() {
        std::thread::sleep(INTERVAL);
        let mut now = state(&watched);
        if now == before {
            continue;
        }
        loop {
            std::thread::sleep(SETTLED);
            let next = state(&watched);
            if next == now {
                break;
            }
            now = next;
        }
        before = now;
        if let Err(failure) = draw(args) {
            failure.print();
        }
    }
    Ok(())
}

fn watched(args: &RenderArgs) -> Result<Vec<PathBuf>, Failure> {
    if args.outputs.have_standard_output() {
        let failure = Failure::new("`--watch` cannot redraw to standard output");
        return Err(failure.hint("name a file: `-o network.svg`").with_code(2));
    }
    let located = locate::model(args.model.model.as_deref(), Path::new(""))?;
    let Some(model) = located.file().filter(|path| path != Path::new("-")) else {
        let failure = Failure::new("`--watch` needs a model file; standard input and the built-in model never change");
        return Err(failure.hint("name one: `netviz render network.yaml -o network.svg --watch`").with_code(2));
    };
    let others = [weights_file(args, &located), args.draw.theme_file(Path::new(""))];
    Ok([model].into_iter().chain(others.into_iter().flatten()).collect())
}

fn state(paths: &[PathBuf]) -> State {
    let look = |path: &PathBuf| {
        let metadata = path.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    paths.iter().map(look).collect()
}

fn draw(args: &RenderArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let (drawn, _) = once(args)?;
    files::print(&format!("{drawn} in {} ms\n", start.elapsed().as_millis()))
}
