//! Commands that the engine runs: the program `netviz-torch`, the only one that loads libtorch.

pub(super) mod args;
mod loading;
mod spinning;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Failure;
use crate::files::Shown;
use crate::text::shell;
use crate::text::system_error;

pub(super) use loading::{problem, version};

/// The engine's program.
pub(super) const PROGRAM: &str = "netviz-torch";

/// The engine next to this program, or else on the PATH.
pub(super) fn find() -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join(&name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    own.into_iter().chain(std::env::split_paths(&path).map(|folder| folder.join(&name))).find(|path| path.is_file())
}

/// Runs the engine with this program's arguments. It replaces this process if the system supports that.
pub(super) fn hand_over() -> Result<(), Failure> {
    let engine = find().ok_or_else(|| {
        Failure::new(format!("training needs the engine, `{PROGRAM}`, which is neither beside netviz nor on the PATH"))
            .hint("build it with `make build`, or install both programs with `make install`")
    })?;
    let cannot_run = |error: std::io::Error| {
        Failure::new(format!("cannot run `{}`: {}", engine.shown(), system_error(&error))).hint(remedy(&error, &engine))
    };
    if let Some(problem) = problem(&engine).map_err(cannot_run)? {
        return Err(Failure::new(problem).hint(
            "`netviz doctor` checks the installation; get libtorch again with `make build`, or set LD_LIBRARY_PATH to \
             the lib folder of one of your own",
        ));
    }
    let mut command = Command::new(&engine);
    command.args(std::env::args_os().skip(1));
    if let Some((name, value)) = spinning::variable() {
        command.env(name, value);
    }
    Err(cannot_run(replace(&mut command)))
}

/// The hint for an engine that cannot be started.
pub(super) fn remedy(error: &std::io::Error, engine: &Path) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => format!("make it a program: `chmod +x {}`", shell(engine)),
        _ => "build it for this machine with `make build`".to_owned(),
    }
}

/// Replaces this process by the command, so that signals and the exit code are the engine's; returns only on failure.
#[cfg(unix)]
fn replace(command: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
