//! Reads whole files, up to a size limit and without waiting forever.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Shown;
use crate::diagnostics::Diagnostic;
use crate::limits;
use crate::text::system_error;

/// Why a file cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// An error of the operating system.
    Io(io::Error),
    /// It has more bytes than this limit.
    TooLarge(u64),
    /// It is a pipe that has sent nothing for [`limits::PIPE_WAIT`].
    Silent,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&system_error(error)),
            Self::TooLarge(limit) => write!(f, "it is larger than {}", size(*limit)),
            Self::Silent => write!(f, "it is a pipe that gave nothing for {} s", limits::PIPE_WAIT.as_secs()),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => error,
            other => Self::other(other),
        }
    }
}

impl ReadError {
    /// The diagnostic. `what` is the kind of file, such as `the theme`, and may be empty.
    pub fn diagnostic(&self, what: &str, path: &Path) -> Diagnostic {
        let gap = if what.is_empty() { "" } else { " " };
        let hint = match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => "check the path",
            Self::Io(_) => "check the path and its permissions",
            Self::TooLarge(_) => "check that it is the file that you mean, or make it smaller",
            Self::Silent => "start the program that writes to it",
        };
        Diagnostic::error(format!("cannot read {what}{gap}`{}`: {self}", path.shown())).hint(hint)
    }
}

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Reads the bytes of a file, or of a pipe or device until its end. `-` is standard input.
///
/// # Errors
/// If there are more than `limit` bytes, if a pipe sends nothing for [`limits::PIPE_WAIT`], and those of the operating
/// system.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    read_within(path, |_| limit)
}

/// [`read`] with a limit that depends on how the file begins, with up to 64 KiB of a pipe and nothing of a regular file.
///
/// # Errors
/// As [`read`].
pub fn read_within(path: &Path, limit: impl Fn(&[u8]) -> u64) -> Result<Vec<u8>, ReadError> {
    let bytes = take(path, &limit)?;
    super::inputs::record(path);
    Ok(bytes)
}

/// Whether a file has exactly these contents. This does not record it as an input.
pub fn holds(path: &Path, bytes: &[u8]) -> bool {
    take(path, &|_: &[u8]| bytes.len() as u64).is_ok_and(|found| found == bytes)
}

/// The beginning of a pipe that decides about its limit, in bytes.
const BEGINNING: u64 = 1 << 16;

fn take(path: &Path, limit: &dyn Fn(&[u8]) -> u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    if path == Path::new(STANDARD_INPUT) {
        let mut input = io::stdin().lock();
        input.by_ref().take(BEGINNING).read_to_end(&mut bytes)?;
        let limit = limit(&bytes);
        input.take(limit.saturating_add(1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes)?;
        return within(bytes, limit);
    }
    let file = open(path)?;
    let kind = file.metadata()?;
    if kind.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    if kind.is_file() {
        return read_file(file, limit(&[]));
    }
    let patient = is_standard_input(path);
    read_stream(&file, BEGINNING, patient, &mut bytes)?;
    let limit = limit(&bytes);
    // At its end, a pipe whose writer is gone ends again.
    if bytes.len() as u64 >= BEGINNING {
        read_stream(&file, limit, patient, &mut bytes)?;
    }
    within(bytes, limit)
}

fn within(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, ReadError> {
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge(limit)) } else { Ok(bytes) }
}

/// Reads an open file, which may grow meanwhile.
pub(super) fn read_file(file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
    let size = file.metadata()?.len();
    if size > limit {
        return Err(ReadError::TooLarge(limit));
    }
    let mut bytes = Vec::new();
    // One byte more than the limit shows that the file has grown beyond it.
    bytes.try_reserve(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1)).map_err(io::Error::from)?;
    file.take(limit + 1).read_to_end(&mut bytes)?;
    within(bytes, limit)
}

/// Whether a path is standard input, which has no time limit because it may be typed.
fn is_standard_input(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

/// Opens a file without waiting for a writer of a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    Ok(rustix::fs::open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Reads a pipe or device to its end, or until there are more than `limit` bytes.
#[cfg(unix)]
fn read_stream(mut file: &File, limit: u64, patient: bool, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let wait = Timespec { tv_sec: limits::PIPE_WAIT.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: 0 };
    let mut buffer = vec![0; 1 << 16];
    while bytes.len() as u64 <= limit {
        let mut watched = [PollFd::new(file, PollFlags::IN)];
        match poll(&mut watched, (!patient).then_some(&wait)) {
            Ok(0) => return Err(ReadError::Silent),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(io::Error::from(error).into()),
        }
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn read_stream(file: &File, limit: u64, _: bool, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
    file.take(limit + 1).read_to_end(bytes)?;
    Ok(())
}

/// `16 MiB`, `2 GiB`, `100 bytes`.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|&(unit, _)| bytes >= unit && bytes.is_multiple_of(unit)) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        std::fs::write(&path, [7; 100]).expect("written");
        assert_eq!(read(&path, 100).expect("fits"), [7; 100]);
        assert!(matches!(read(&path, 99), Err(ReadError::TooLarge(99))));
        assert!(
            matches!(read(folder.path(), 99), Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::IsADirectory)
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_end_and_an_empty_one_are_read() {
        assert!(matches!(read(Path::new("/dev/zero"), 1 << 20), Err(ReadError::TooLarge(_))));
        assert!(read(Path::new("/dev/null"), 10).expect("empty").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_gives_what_is_written_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
        assert!(made.success());
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::write(pipe, vec![3; 200_000]).expect("written")
        });
        assert_eq!(read(&pipe, 1 << 20).expect("read").len(), 200_000);
        writer.join().expect("no panic");
    }
}
