//! `netviz fetch`, and downloads for commands that need the data.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::print_stderr;
use super::table::{Column, WIDE, table};
use super::{Failure, FetchArgs, console, files};
use crate::data::cache;
use crate::data::check::{Depth, FileProblem, faults};
use crate::data::fetch::{Error, Event, fetch};
use crate::dataset::{DATASETS, Dataset, find};
use crate::diagnostics::printable_line;
use crate::files::Shown;
use crate::text::thousands;

/// How often the bar is redrawn, even while nothing arrives.
const REDRAW: Duration = Duration::from_millis(200);

pub(super) fn run(args: &FetchArgs) -> Result<(), Failure> {
    let Some(name) = &args.dataset else { return files::print(&list()) };
    let Some(dataset) = find(name) else {
        return Err(Failure::new(format!("there is no data set `{name}`")));
    };
    let folder = cache::folder(dataset);
    match bring(dataset, &folder, args.offline, false)? {
        0 => files::print(&format!("{} is complete in {}: nothing to do\n", dataset.name, folder.shown())),
        _ => files::print(&format!("{} is complete in {}\n", dataset.name, folder.shown())),
    }
}

/// Every data set, with its status.
fn list() -> String {
    let columns = [
        Column::text("data set"),
        Column::text("sample"),
        Column::numbers("classes"),
        Column::numbers("training"),
        Column::text("status"),
    ];
    let row = |dataset: &&Dataset| {
        let folder = cache::folder(dataset);
        let missing = faults(dataset, &folder, Depth::Noted);
        vec![
            dataset.name.to_owned(),
            dataset.sample.map(|size| size.to_string()).join("×"),
            thousands(dataset.classes.len()),
            thousands(dataset.training_samples),
            if missing.is_empty() { format!("complete in {}", folder.shown()) } else { "not downloaded".to_owned() },
        ]
    };
    let rows: Vec<_> = DATASETS.iter().map(row).collect();
    format!("{}\nnext\n  netviz fetch {}\n", table(&columns, &rows, WIDE), DATASETS[0].name)
}

/// The folder of a data set, which is downloaded first if it is incomplete.
///
/// Progress is printed to standard error, unless `quiet`.
///
/// # Errors
/// If a file is damaged, or if the data set is incomplete and cannot be downloaded, or may not be because of `offline`.
pub fn ensure(dataset: &'static Dataset, offline: bool, quiet: bool) -> Result<PathBuf, Failure> {
    let folder = cache::folder(dataset);
    let faults = faults(dataset, &folder, Depth::Noted);
    let damaged: Vec<&str> =
        faults.iter().filter(|(_, fault)| *fault == FileProblem::Damaged).map(|(file, _)| file.name).collect();
    if !damaged.is_empty() {
        // They may be the user's own data.
        let (what, names) = (if damaged.len() == 1 { "is" } else { "are" }, damaged.join(", "));
        return Err(Failure::new(format!("{names} in {} {what} not the original, by the SHA-256", folder.shown()))
            .hint(format!("`netviz fetch {}` replaces damaged files", dataset.name)));
    }
    if !faults.is_empty() {
        bring(dataset, &folder, offline, quiet)?;
    }
    Ok(folder)
}

/// Downloads missing files and returns their number.
fn bring(dataset: &Dataset, folder: &Path, offline: bool, quiet: bool) -> Result<usize, Failure> {
    if offline && !folder.is_dir() {
        // Do not create the folder if nothing can be downloaded.
        return Err(incomplete(dataset, folder));
    }
    let display = Display::new(dataset, quiet);
    let result = fetch(dataset, folder, offline, &mut |event| display.show(&event));
    display.bar.finish_and_clear();
    result.map_err(|error| match error {
        Error::Sources(attempts) if offline && attempts.is_empty() => incomplete(dataset, folder),
        error => failure(dataset, folder, &error),
    })
}

fn incomplete(dataset: &Dataset, folder: &Path) -> Failure {
    let missing: Vec<&str> = faults(dataset, folder, Depth::Noted).into_iter().map(|(file, _)| file.name).collect();
    let message = format!("{} is not complete in {}", dataset.name, folder.shown());
    Failure::new(format!("{message}; missing or damaged: {}", missing.join(", ")))
        .hint(format!("run `netviz fetch {}` with a network connection", dataset.name))
}

fn failure(dataset: &Dataset, folder: &Path, error: &Error) -> Failure {
    let hint = match error {
        Error::Sources(_) => format!("check the network, or put the files into {} yourself", folder.shown()),
        Error::Write(..) => format!("the variable {} chooses another folder", cache::VARIABLE),
    };
    Failure::new(format!("{} could not be fetched: {error}", dataset.name)).hint(hint)
}

/// A progress bar on a terminal, plain lines elsewhere.
struct Display {
    name: &'static str,
    bar: ProgressBar,
    plain: bool,
}

impl Display {
    fn new(dataset: &Dataset, quiet: bool) -> Self {
        let is_drawn = console::is_interactive(&std::io::stderr());
        let target = if is_drawn && !quiet { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{prefix} {bar:24} {bytes}/{total_bytes} {elapsed}");
        let bar = ProgressBar::with_draw_target(Some(0), target).with_prefix(dataset.name);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars(&console::shown("█░")));
        Self { name: dataset.name, bar, plain: !is_drawn && !quiet }
    }

    fn show(&self, event: &Event) {
        match event {
            Event::Asking(source) => {
                self.line(&format!("fetching from {source}"));
                self.bar.enable_steady_tick(REDRAW);
            }
            Event::Waiting => self.line("waiting for another program that fetches the same"),
            Event::Received { bytes, of } => {
                self.bar.set_length(*of);
                self.bar.set_position(*bytes);
            }
        }
    }

    fn line(&self, line: &str) {
        let line = printable_line(line);
        if self.plain {
            print_stderr(&format!("{}: {line}", self.name));
        } else {
            self.bar.println(format!("{}: {line}", self.name));
        }
    }
}
