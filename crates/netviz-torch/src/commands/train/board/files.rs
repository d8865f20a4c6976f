//! The event files of a run: one in each part of its folder `tensorboard`.

use std::path::PathBuf;
use std::time::Duration;

use netviz::cli::Failure;
use netviz::run;

use crate::commands::train::folder::RunFolder;
use crate::tensorboard::{Event, EventFile, is_event_file, new_name, time};

/// What TensorBoard shows as runs of their own, so that their values under the same tag share a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What is known before the first step.
    About,
    Train,
    Validation,
    Test,
}

impl Part {
    /// All of them; the one whose folder holds the others is the last.
    pub(super) const ALL: [Self; 4] = [Self::Train, Self::Validation, Self::Test, Self::About];

    /// Its place in the folder of a run.
    fn place(self, folder: &RunFolder) -> PathBuf {
        let all = folder.path().join(run::TENSORBOARD);
        match self {
            Self::About => all,
            Self::Train => all.join("train"),
            Self::Validation => all.join("validation"),
            Self::Test => all.join("test"),
        }
    }

    /// The file that is there already.
    pub(super) fn find(self, folder: &RunFolder) -> Option<PathBuf> {
        let entries = self.place(folder).read_dir().into_iter().flatten().filter_map(Result::ok);
        entries.filter(|entry| is_event_file(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).max()
    }

    /// Removes its file, and the folder where nothing else is in it.
    pub(super) fn remove(self, folder: &RunFolder) -> Result<(), Failure> {
        while let Some(path) = self.find(folder) {
            std::fs::remove_file(&path).map_err(|error| folder.failure("remove", &path, &error))?;
        }
        // It is not empty where the files of others are in it.
        let _ = std::fs::remove_dir(self.place(folder));
        Ok(())
    }
}

/// An event file of a run, whose failures are told.
pub(super) struct Events<'a> {
    folder: &'a RunFolder,
    path: PathBuf,
    file: EventFile,
}

impl<'a> Events<'a> {
    /// Opens the file of a part, or makes one, with the first of its events, as long as `keep` says so.
    pub(super) fn open(
        folder: &'a RunFolder,
        part: Part,
        keep: impl Fn(&Event) -> bool,
    ) -> Result<(Self, Vec<Event>), Failure> {
        let place = part.place(folder);
        std::fs::create_dir_all(&place).map_err(|error| folder.failure("make", &place, &error))?;
        let path = part.find(folder).unwrap_or_else(|| place.join(new_name(time(Duration::ZERO))));
        match EventFile::open(&path, keep) {
            Ok((file, kept)) => Ok((Self { folder, path, file }, kept)),
            Err(error) => Err(folder.failure("write", &path, &error)),
        }
    }

    /// Makes the file of a part anew.
    pub(super) fn create(folder: &'a RunFolder, part: Part, events: &[Event]) -> Result<(), Failure> {
        part.remove(folder)?;
        let (mut file, _) = Self::open(folder, part, |_| false)?;
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
        self.folder.failure("write", &self.path, error)
    }
}
