//! Chooses the folder of a new run. Only an earlier run is ever replaced, and only with `--overwrite`.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use netviz::cli::{Failure, TrainArgs};
use netviz::files::{Folder, Shown, is_same_folder};
use netviz::run;
use netviz::text::system_error;
use netviz::text::{plural, shell};

use super::events::EventLog;
use super::folder::{RunFolder, lock};

/// The place of a new run's folder.
pub(super) struct Place {
    path: PathBuf,
    state: State,
}

/// What is at the place before the run begins.
enum State {
    /// Nothing is replaced: the run gets the first free name of `NAME`, `NAME-2`, ….
    Numbered,
    /// Nothing.
    Free,
    /// An empty folder.
    Empty(Folder),
    /// A run that will be replaced.
    Run(Folder),
}

impl Place {
    /// Chooses the place that the arguments name, or `runs/NAME`.
    ///
    /// # Errors
    /// If it holds anything that the run may not replace, or another run is using it.
    pub(super) fn choose(args: &TrainArgs, name: &str) -> Result<Self, Failure> {
        let path = args.out.clone().unwrap_or_else(|| Path::new("runs").join(name));
        let state = match fs::metadata(&path) {
            _ if args.out.is_none() && !args.overwrite => State::Numbered,
            Ok(found) if found.is_dir() => taken(&path, args.overwrite)?,
            Ok(_) => {
                let message = format!("`{}` is a file, where the folder of the run would be", path.shown());
                return Err(Failure::new(message).hint("choose another with `--out DIR`"));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => State::Free,
            Err(error) => return Err(unusable(&path, &error)),
        };
        Ok(Self { path, state })
    }

    /// Creates the run's folder with its first files. Nothing changes until both files are written. Only then is an old
    /// run replaced.
    pub(super) fn begin(self, yaml: &str, checkpoint: &[u8]) -> Result<RunFolder, Failure> {
        let Self { path, state } = self;
        let (folder, staged) = match state {
            State::Empty(folder) => (RunFolder::new(folder), None),
            state => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = Folder::stage_in(parent).map_err(|error| unusable(&path, &error))?;
                (RunFolder::new(folder), Some(state))
            }
        };
        let written = folder.write_checkpoint(checkpoint).and_then(|()| folder.write(run::SPEC, yaml.as_bytes()));
        if let Err(failure) = written {
            // Leave an empty folder empty.
            let _ = folder.remove(&[run::CHECKPOINT, run::SPEC]);
            return Err(failure);
        }
        let Some(state) = staged else { return Ok(folder) };
        let mut folder = folder.into_inner();
        let published = match state {
            State::Numbered => numbered(&path, &mut folder),
            State::Run(old) => folder.take_place_of(&old),
            State::Free | State::Empty(_) => folder.publish(&path),
        };
        published.map_err(|error| unusable(&path, &error))?;
        Ok(RunFolder::new(folder))
    }
}

/// Moves a folder to the first free name of `path`, `path-2`, ….
fn numbered(path: &Path, folder: &mut Folder) -> std::io::Result<()> {
    let names = (1_u64..).map(|number| match number {
        1 => path.to_owned(),
        number => {
            let mut name = OsString::from(path);
            name.push(format!("-{number}"));
            name.into()
        }
    });
    for name in names {
        match folder.publish(&name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => return result,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Checks an existing folder: it must be empty, or hold a run that may be replaced.
fn taken(path: &Path, overwrite: bool) -> Result<State, Failure> {
    let mut folder = Folder::open(path).map_err(|error| unusable(path, &error))?;
    lock(&mut folder, "wait until it has ended, or choose another folder with `--out DIR`")?;
    folder.sweep();
    let names = folder.names().map_err(|error| unusable(path, &error))?;
    if names.is_empty() {
        return Ok(State::Empty(folder));
    }
    let shown = path.shown();
    let quoted = shell(path);
    let strangers = strangers(&folder, &names);
    if !run::is_run(path) || !strangers.is_empty() {
        let (what, names) = if strangers.is_empty() {
            ("is not the folder of a run, but holds", names)
        } else {
            ("holds files that no run wrote:", strangers)
        };
        let message = format!("`{shown}` {what} {}", listed(&names));
        return Err(Failure::new(message).hint("nothing was changed; choose another folder with `--out DIR`"));
    }
    if !overwrite {
        let hint =
            format!("`netviz train --resume {quoted}` resumes it, `--overwrite` replaces it, `--out DIR` keeps both");
        return Err(Failure::new(format!("`{shown}` holds a run already")).hint(hint));
    }
    if is_same_folder(path, Path::new(".")) {
        let message = format!("`{shown}` is the current folder, which cannot be replaced");
        return Err(Failure::new(message).hint("run the command in another folder"));
    }
    Ok(State::Run(folder))
}

/// The names of entries that no run writes.
fn strangers(folder: &Folder, names: &[OsString]) -> Vec<OsString> {
    let is_own = |name: &OsString| match name.to_str() {
        Some(run::TENSORBOARD) => EventLog::is_all_own(folder),
        Some(name) => run::FILES.contains(&name) && folder.check(name).is_ok(),
        None => false,
    };
    names.iter().filter(|name| !is_own(name)).cloned().collect()
}

/// The first few names.
fn listed(names: &[OsString]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names.iter().take(SHOWN).map(Shown::shown).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {} more", shown.join(", "), plural(more, "file")),
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot make the folder `{}`: {}", path.shown(), system_error(error)))
        .hint("choose another with `--out DIR`")
}
