//! The event files of a run: one in each part of its folder `tensorboard`.

use std::time::Duration;

use netviz::cli::Failure;
use netviz::files::Folder;
use netviz::run;

use crate::commands::train::folder::{RunFolder, digest};
use crate::tensorboard::{Event, EventFile, is_event_file, new_name, time};

/// Parts that TensorBoard shows as separate runs, so that values with the same tag share a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The model and the hyperparameters.
    About,
    Train,
    Validation,
    Test,
}

impl Part {
    /// All parts. `About` is the last one, because its folder holds the others.
    pub(super) const ALL: [Self; 4] = [Self::Train, Self::Validation, Self::Test, Self::About];

    /// The name of its folder in the folder `tensorboard`; `None` if it is that folder itself.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::About => None,
            Self::Train => Some("train"),
            Self::Validation => Some("validation"),
            Self::Test => Some("test"),
        }
    }

    /// Its folder, if there is one.
    fn folder(self, run: &Folder) -> Option<Folder> {
        let all = run.folder(run::TENSORBOARD)?;
        match self.name() {
            None => Some(all),
            Some(name) => all.folder(name),
        }
    }

    fn make_folder(self, run: &Folder) -> std::io::Result<Folder> {
        let all = run.make_folder(run::TENSORBOARD)?;
        match self.name() {
            None => Ok(all),
            Some(name) => all.make_folder(name),
        }
    }

    /// The path of one of its files, relative to the run's folder.
    fn path(self, file: &str) -> String {
        [Some(run::TENSORBOARD), self.name(), Some(file)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("/")
            .trim_end_matches('/')
            .to_owned()
    }

    /// The event files in its folder, sorted.
    fn files(self, run: &Folder) -> Vec<String> {
        let names = self.folder(run).and_then(|folder| folder.names().ok()).unwrap_or_default();
        names.iter().filter_map(|name| name.to_str()).filter(|name| is_event_file(name)).map(str::to_owned).collect()
    }

    /// Whether it has an event file.
    pub(super) fn is_in(self, run: &RunFolder) -> bool {
        !self.files(run.inner()).is_empty()
    }

    /// Removes its event files, and its folder if that is empty then.
    pub(super) fn remove(self, run: &RunFolder) -> Result<(), Failure> {
        let Some(folder) = self.folder(run.inner()) else { return Ok(()) };
        for name in self.files(run.inner()) {
            folder.remove(&name).map_err(|error| run.failure("remove", &self.path(&name), &error))?;
        }
        // This fails if the folder holds other files.
        let _ = match self.name() {
            None => run.inner().remove_folder(run::TENSORBOARD),
            Some(name) => Part::About.folder(run.inner()).map_or(Ok(()), |all| all.remove_folder(name)),
        };
        Ok(())
    }

    /// SHA-256 digests of its files, by path.
    pub(super) fn digests(self, run: &RunFolder) -> Result<Vec<(String, String)>, Failure> {
        let Some(folder) = self.folder(run.inner()) else { return Ok(Vec::new()) };
        let one = |name: String| {
            let path = self.path(&name);
            let found = folder.open_file(&name).and_then(digest);
            found.map(|digest| (path.clone(), digest)).map_err(|error| run.failure("read", &path, &error))
        };
        self.files(run.inner()).into_iter().map(one).collect()
    }

    /// Whether its folder holds only event files, and the folders of the other parts if they are in it.
    pub(super) fn is_all_own(self, run: &Folder) -> bool {
        let Some(folder) = self.folder(run) else { return true };
        let is_own = |name: &str| {
            let is_part = self == Self::About && Self::ALL.iter().any(|part| part.name() == Some(name));
            if is_part { folder.folder(name).is_some() } else { is_event_file(name) && folder.check(name).is_ok() }
        };
        folder.names().is_ok_and(|names| names.iter().all(|name| name.to_str().is_some_and(is_own)))
    }
}

/// An event file of a run. Its errors are messages for users.
pub(super) struct Events<'a> {
    run: &'a RunFolder,
    path: String,
    file: EventFile,
}

impl<'a> Events<'a> {
    /// Opens or creates the file of a part. Keeps the leading events for which `keep` is true, and returns them.
    pub(super) fn open(
        run: &'a RunFolder,
        part: Part,
        keep: impl Fn(&Event) -> bool,
    ) -> Result<(Self, Vec<Event>), Failure> {
        let folder = part.make_folder(run.inner());
        let folder = folder.map_err(|error| run.failure("make", &part.path(""), &error))?;
        let name = part.files(run.inner()).pop().unwrap_or_else(|| new_name(time(Duration::ZERO)));
        let path = part.path(&name);
        match folder.open_to_append(&name).and_then(|file| EventFile::open(file, keep)) {
            Ok((file, kept)) => Ok((Self { run, path, file }, kept)),
            Err(error) => Err(run.failure("write", &path, &error)),
        }
    }

    /// Replaces the file of a part.
    pub(super) fn create(run: &'a RunFolder, part: Part, events: &[Event]) -> Result<(), Failure> {
        part.remove(run)?;
        let (mut file, _) = Self::open(run, part, |_| false)?;
        file.append(events)?;
        file.sync()
    }

    pub(super) fn append(&mut self, events: &[Event]) -> Result<(), Failure> {
        self.file.append(events).map_err(|error| self.failure(&error))
    }

    pub(super) fn sync(&self) -> Result<(), Failure> {
        self.file.sync().map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &std::io::Error) -> Failure {
        self.run.failure("write", &self.path, error)
    }
}
