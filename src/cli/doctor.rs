//! `netviz doctor`: what is installed, what is missing, and how to fix it.

use std::fmt::Write;
use std::io::ErrorKind;
use std::process::Command;

use super::{Failure, engine, files};
use crate::data::cache;
use crate::data::check::{Depth, FileProblem, faults};
use crate::dataset::{DATASETS, Dataset};
use crate::diagnostics::printable_line;
use crate::files::Shown;
use crate::text::system_error;

/// One line of the report.
struct Finding {
    subject: &'static str,
    state: State,
    text: String,
}

/// Status of a finding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Installed.
    Found,
    /// Missing, but only some commands need it, or they get it themselves.
    Optional,
    /// Missing, and needed for training.
    Needed,
}

impl Finding {
    fn found(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, state: State::Found, text: text.into() }
    }

    fn missing(subject: &'static str, state: State, what: &str, remedy: &str) -> Self {
        Self { subject, state, text: format!("{what}; {remedy}") }
    }
}

pub(super) fn run() -> Result<(), Failure> {
    let mut findings = Vec::from(training());
    findings.extend(DATASETS.iter().map(|dataset| data(dataset)));
    findings.push(graphviz());
    files::print_styled(&report(&findings))?;
    if findings.iter().any(|finding| finding.state == State::Needed) {
        return Err(Failure::new("networks can be checked and drawn, but not trained").hint("see the lines marked ✗"));
    }
    Ok(())
}

fn report(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { subject, state, text: what } in findings {
        let mark = match state {
            State::Found => "\u{1b}[32m✓\u{1b}[0m",
            State::Optional => "\u{1b}[33m!\u{1b}[0m",
            State::Needed => "\u{1b}[31m✗\u{1b}[0m",
        };
        let _ = writeln!(text, "{mark} {subject:<9} {}", printable_line(what));
    }
    text
}

/// The engine, and libtorch, whose version only the engine can report.
fn training() -> [Finding; 2] {
    let without = |what: &str, remedy: &str| {
        [
            Finding::missing("engine", State::Needed, what, remedy),
            Finding::missing("libtorch", State::Needed, "not known without the engine", "it comes with `make build`"),
        ]
    };
    let Some(path) = engine::find() else {
        let what = format!("{} is neither beside netviz nor on the PATH", engine::PROGRAM);
        return without(&what, "run `make build` or `make install`");
    };
    let libtorch = match engine::problem(&path) {
        Err(error) => {
            let what = format!("{} cannot be run: {}", path.display(), system_error(&error));
            return without(&what, &engine::remedy(&error, &path));
        }
        Ok(problem) => problem.map_or_else(|| engine::version(&path), Err),
    };
    let libtorch = match libtorch {
        Ok(text) => Finding::found("libtorch", text),
        Err(why) => {
            let remedy = "run `make build`, or set LD_LIBRARY_PATH to its lib folder";
            Finding::missing("libtorch", State::Needed, &why, remedy)
        }
    };
    [Finding::found("engine", path.shown()), libtorch]
}

fn data(dataset: &Dataset) -> Finding {
    let folder = cache::folder(dataset);
    let faults = faults(dataset, &folder, Depth::Noted);
    if faults.is_empty() {
        return Finding::found(dataset.name, folder.shown());
    }
    let fetch = format!("run `netviz fetch {}`", dataset.name);
    let (what, remedy) = match faults.iter().find(|(_, fault)| *fault == FileProblem::Damaged) {
        Some((file, _)) => (format!("{} in {} is not the original, by its SHA-256", file.name, folder.shown()), fetch),
        None => (format!("not complete in {}", folder.shown()), format!("{fetch}, or training does")),
    };
    Finding::missing(dataset.name, State::Optional, &what, &remedy)
}

fn graphviz() -> Finding {
    let missing = |what: &str, remedy| Finding::missing("graphviz", State::Optional, what, remedy);
    match Command::new("dot").arg("-V").output() {
        // `dot` prints its version to standard error.
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stderr);
            let version = text.trim().trim_start_matches("dot - ").trim_start_matches("graphviz version ");
            Finding::found("graphviz", version)
        }
        Ok(output) => missing(&format!("`dot -V` ends with {}", output.status), "install it again"),
        Err(error) if error.kind() == ErrorKind::NotFound => missing(
            "the program `dot` is not on the PATH",
            "only --engine graphviz needs it: `apt-get install graphviz`",
        ),
        Err(error) => missing(&format!("`dot` cannot be run: {}", system_error(&error)), "install it again"),
    }
}
