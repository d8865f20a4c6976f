//! Checks all outputs of a command together, then writes them.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata};

use super::identity::{Identity, links};
use super::replace::{overwrite, replace, sweep};
use super::{Shown, holds, inputs, of_run};
use crate::diagnostics::Diagnostic;
use crate::text::system_error;

/// Bytes and their destination.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    bytes: Vec<u8>,
    rule: Rule,
}

#[derive(Debug)]
enum Rule {
    /// Anywhere, but not over an input.
    New,
    /// In this folder or below it.
    Inside(PathBuf),
    /// Over an input that still has these contents.
    Rewrite(Vec<u8>),
}

impl Output {
    /// A file, or standard output if `path` is `-`.
    pub fn new(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, rule: Rule::New }
    }

    /// A file that must be in `folder` or below it after symbolic links are followed.
    pub fn inside(folder: impl Into<PathBuf>, path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, rule: Rule::Inside(folder.into()) }
    }

    /// A file that was read with the contents `old`, and must still have them.
    pub fn rewrite(path: impl Into<PathBuf>, old: Vec<u8>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, rule: Rule::Rewrite(old) }
    }
}

/// Writes files, or none of them if one is refused.
///
/// # Errors
/// Why a file is refused; the first reason. If the operating system fails later, the files before the failed one have
/// been written.
pub fn write_all(outputs: &[Output]) -> Result<(), Diagnostic> {
    let targets: Vec<Target> = outputs.iter().map(Target::of).collect::<Result<_, _>>()?;
    for (index, target) in targets.iter().enumerate() {
        if let Some(other) = targets[..index].iter().position(|other| other.is_same(target)) {
            let [first, second] = [other, index].map(|index| outputs[index].path.shown());
            let message = match (first == second, target) {
                (_, Target::Standard) => "two outputs cannot both go to standard output".to_owned(),
                (true, _) => format!("two outputs would go to `{first}`"),
                (false, _) => format!("two outputs would go to one file: `{first}` and `{second}` are the same"),
            };
            return Err(Diagnostic::error(message).hint("give each a file of its own"));
        }
    }
    outputs.iter().zip(&targets).try_for_each(|(output, target)| target.write(output))
}

/// The destination of an output.
enum Target {
    Standard,
    /// A device or a pipe.
    Stream,
    File {
        dir: Dir,
        name: OsString,
        /// The path with symbolic links resolved.
        real: PathBuf,
        old: Option<(Identity, Box<Metadata>)>,
    },
}

/// Paths that stand for standard output.
const STANDARD_OUTPUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

impl Target {
    fn of(output: &Output) -> Result<Self, Diagnostic> {
        let path = &output.path;
        if STANDARD_OUTPUT.iter().any(|name| path == Path::new(name)) {
            return Ok(Self::Standard);
        }
        let found = path.metadata();
        if found.as_ref().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            return Ok(Self::Stream);
        }
        let target = Self::file(path).map_err(|error| failure(path, &error))?;
        if let Self::File { real, old, .. } = &target {
            output.rule.check(path, old.as_ref().map(|(identity, _)| identity))?;
            if matches!(output.rule, Rule::New | Rule::Inside(_)) && of_run::wrote(real) {
                let message = format!("`{}` is a file of a run", path.shown());
                return Err(Diagnostic::error(message).hint("name a file that is not there, or one in another folder"));
            }
        }
        Ok(target)
    }

    fn file(path: &Path) -> io::Result<Self> {
        let path = followed(path)?;
        let name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
        let parent = parent(&path);
        let dir = Dir::open_ambient_dir(parent, ambient_authority())?;
        let real = parent.canonicalize()?.join(&name);
        let old = match dir.symlink_metadata(&name) {
            Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(found) if found.permissions().readonly() || !is_writable(&real) => {
                return Err(ErrorKind::ReadOnlyFilesystem.into());
            }
            Ok(found) => Some((Identity::of(&real).ok_or(ErrorKind::NotFound)?, Box::new(found))),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Self::File { dir, name, real, old })
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Standard, Self::Standard) => true,
            (Self::File { old: Some((a, _)), .. }, Self::File { old: Some((b, _)), .. }) => a == b,
            (Self::File { real: a, .. }, Self::File { real: b, .. }) => a == b,
            _ => false,
        }
    }

    fn write(&self, output: &Output) -> Result<(), Diagnostic> {
        let Output { path, bytes, rule } = output;
        let result = match self {
            Self::Standard => {
                let mut output = io::stdout().lock();
                output.write_all(bytes).and_then(|()| output.flush()).or_else(ignore_closed_pipe)
            }
            Self::Stream => {
                let stream = std::fs::OpenOptions::new().write(true).open(path);
                stream.and_then(|mut stream| stream.write_all(bytes)).or_else(ignore_closed_pipe)
            }
            Self::File { dir, name, real, old } => {
                let mut is_changed = false;
                let mut ready = || {
                    is_changed = rule.is_changed(real);
                    if is_changed { Err(ErrorKind::Other.into()) } else { Ok(()) }
                };
                let result = match old {
                    Some((_, old)) if links(old) > 1 => ready().and_then(|()| overwrite(dir, name, bytes)),
                    old => replace(dir, name, bytes, old.as_ref().map(|(_, old)| &**old), &mut ready),
                };
                sweep(dir);
                if is_changed {
                    let message =
                        format!("`{}` was changed since it was read; nothing was written to it", path.shown());
                    return Err(Diagnostic::error(message).hint("run the command again"));
                }
                result
            }
        };
        result.map_err(|error| match (self, error.kind()) {
            // A device such as `/dev/full`.
            (Self::Standard | Self::Stream, ErrorKind::StorageFull) => {
                failure(path, &error).hint("choose another file")
            }
            _ => failure(path, &error),
        })
    }
}

/// Checks that a path is in `folder` or below it after symbolic links are followed.
///
/// # Errors
/// If it is not.
pub fn is_inside(folder: &Path, path: &Path) -> Result<(), Diagnostic> {
    let target = followed(path).and_then(|path| parent(&path).canonicalize());
    // Writing fails anyway if one of them does not exist.
    let (Ok(target), Ok(root)) = (target, or_here(folder).canonicalize()) else { return Ok(()) };
    if target.starts_with(root) {
        return Ok(());
    }
    let message = format!("`{}` lies outside `{}`", path.shown(), or_here(folder).shown());
    Err(Diagnostic::error(message).hint("name a file in this folder or below it"))
}

fn parent(path: &Path) -> &Path {
    or_here(path.parent().unwrap_or(path))
}

/// The folder, or `.` if the path is empty.
fn or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

impl Rule {
    /// Checks that a file may be written at `path`.
    fn check(&self, path: &Path, old: Option<&Identity>) -> Result<(), Diagnostic> {
        match self {
            Self::Rewrite(_) => return Ok(()),
            Self::Inside(folder) => is_inside(folder, path)?,
            Self::New => {}
        }
        let Some(input) = old.and_then(inputs::find) else { return Ok(()) };
        let message = if input == path {
            format!("`{}` is read, and cannot be written too", path.shown())
        } else {
            format!("`{}` is `{}`, which is read", path.shown(), input.shown())
        };
        Err(Diagnostic::error(message).hint("name another file for the output"))
    }

    /// Whether a file has changed since it was read.
    fn is_changed(&self, real: &Path) -> bool {
        match self {
            Self::Rewrite(old) => !holds(real, old),
            Self::New | Self::Inside(_) => false,
        }
    }
}

/// A reader that closes the pipe early, such as `head`, is not an error.
pub(crate) fn ignore_closed_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

fn failure(path: &Path, error: &io::Error) -> Diagnostic {
    let (why, hint) = match error.kind() {
        ErrorKind::NotFound => (system_error(error), "make its folder first"),
        ErrorKind::ReadOnlyFilesystem => {
            ("it is read-only".to_owned(), "make it writable (`chmod u+w`), or choose another file")
        }
        ErrorKind::PermissionDenied => (system_error(error), "choose a folder that you may write to"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (system_error(error), "free some space"),
        ErrorKind::FileTooLarge => (system_error(error), "allow larger files (`ulimit -f`)"),
        _ => (system_error(error), "choose another file"),
    };
    Diagnostic::error(format!("cannot write `{}`: {why}", path.shown())).hint(hint)
}

/// Follows symbolic links to the path of a file, which need not exist.
fn followed(path: &Path) -> io::Result<PathBuf> {
    const MOST: usize = 40; // The limit of Linux (`path_resolution(7)`).
    let mut path = path.to_owned();
    for _ in 0..MOST {
        match path.read_link() {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// Whether this user may write to a file.
#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    !matches!(rustix::fs::access(path, rustix::fs::Access::WRITE_OK), Err(rustix::io::Errno::ACCESS))
}

#[cfg(not(unix))]
fn is_writable(_: &Path) -> bool {
    true
}
