//! A folder, accessed through its handle.

use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};
use tempfile::TempDir;

use super::identity::{Identity, links};
use super::read::{ReadError, read_file};
use super::replace::{PREFIX, RANDOM, SUFFIX, is_temporary, replace, sweep};

/// An open folder. It stays the same folder if that is moved, or if another one takes its path. Nothing outside it is
/// read or written: a symbolic link in it is an error.
#[derive(Debug)]
pub struct Folder {
    dir: Dir,
    /// The last known path.
    path: PathBuf,
    /// The lock. The kernel releases it when the process ends, for whatever reason.
    lock: Option<File>,
    /// The temporary folder, until it is [published](Self::publish).
    staged: Option<TempDir>,
}

impl Folder {
    /// Opens a folder.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open(path: &Path) -> io::Result<Self> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())?;
        Ok(Self { dir, path: path.to_owned(), lock: None, staged: None })
    }

    /// Creates a folder in `parent`. It has a temporary name until it is [published](Self::publish), and is removed
    /// with its contents if it never is. Temporary folders that killed programs have left are removed.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn stage_in(parent: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(parent)?;
        sweep_folders(&Dir::open_ambient_dir(parent, ambient_authority())?);
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let staged = builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM).tempdir_in(parent)?;
        let mut folder = Self::open(staged.path())?;
        folder.staged = Some(staged);
        // If the file system cannot lock folders, `sweep_folders` does not remove any either.
        let _ = folder.try_lock();
        Ok(folder)
    }

    /// Gives a staged folder its final path.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] if the path exists; the folder then stays staged.
    pub fn publish(&mut self, path: &Path) -> io::Result<()> {
        let Some(staged) = &self.staged else { return Ok(()) };
        rename_new(staged.path(), path)?;
        self.become_lasting();
        path.clone_into(&mut self.path);
        Ok(())
    }

    /// Moves a staged folder to the path of another one, which is removed with its contents.
    ///
    /// # Errors
    /// Those of the operating system; the other folder is then unchanged.
    pub fn take_place_of(&mut self, other: &Self) -> io::Result<()> {
        let Some(staged) = &self.staged else { return Ok(()) };
        exchange(staged.path(), &other.path)?;
        // The other folder has the temporary name now; what cannot be removed stays under it.
        let _ = std::fs::remove_dir_all(staged.path());
        self.become_lasting();
        self.path.clone_from(&other.path);
        Ok(())
    }

    fn become_lasting(&mut self) {
        if let Some(staged) = self.staged.take() {
            let _ = staged.keep();
        }
    }

    /// Locks the folder while this value lives; `false` if another program has locked it.
    ///
    /// # Errors
    /// Those of the operating system, for example if the file system cannot lock folders.
    pub fn try_lock(&mut self) -> io::Result<bool> {
        let file = self.dir.open(".")?.into_std();
        match file.try_lock() {
            Ok(()) => {
                self.lock = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Waits until no other program has locked the folder, and locks it while this value lives.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn lock(&mut self) -> io::Result<()> {
        let file = self.dir.open(".")?.into_std();
        file.lock()?;
        self.lock = Some(file);
        Ok(())
    }

    /// The current path of the folder.
    pub fn path(&self) -> PathBuf {
        if self.is_at(&self.path) {
            return self.path.clone();
        }
        moved(&self.dir).unwrap_or_else(|| self.path.clone())
    }

    /// Whether a path leads to this folder.
    pub fn is_at(&self, path: &Path) -> bool {
        match (Identity::of_dir(&self.dir), Identity::of(path)) {
            (Some(own), Some(other)) => own == other,
            _ => false,
        }
    }

    /// The names of the entries, sorted, without temporary ones.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let names = self.dir.entries()?.map(|entry| Ok(entry?.file_name()));
        let mut names: Vec<OsString> = names.collect::<io::Result<_>>()?;
        names.retain(|name| !is_temporary(name));
        names.sort();
        Ok(names)
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_ok_and(|found| found.is_some())
    }

    /// Checks that a file is missing, or that it can be read and written here.
    ///
    /// # Errors
    /// If it is a symbolic link or not a regular file, and those of the operating system.
    pub fn check(&self, name: &str) -> io::Result<()> {
        self.find(name).map(|_| ())
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// If it is missing or not a regular file.
    pub fn open_file(&self, name: &str) -> io::Result<File> {
        self.find(name)?.ok_or(ErrorKind::NotFound)?;
        Ok(self.dir.open(name)?.into_std())
    }

    /// Reads a file, at most `limit` bytes.
    ///
    /// # Errors
    /// If it is missing, larger, or not a regular file.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        read_file(self.open_file(name)?, limit)
    }

    /// Writes a file in one step; if that fails, the old contents stay.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let old = self.find(name)?;
        replace(&self.dir, OsStr::new(name), bytes, old.as_ref(), &mut || Ok(()))
    }

    /// Truncates a file to its first `keep` bytes and appends more. A file with several hard links is replaced by a
    /// copy first, so that the other links keep the old contents.
    ///
    /// # Errors
    /// Those of the operating system, and if the file is shorter than `keep`.
    pub fn append(&self, name: &str, keep: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.open_to_append(name)?;
        if file.metadata()?.len() < keep {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file is shorter than it was"));
        }
        file.set_len(keep)?;
        file.seek(SeekFrom::Start(keep))?;
        // If that fails, readers must not find an incomplete line.
        file.write_all(bytes).and_then(|()| file.sync_data()).inspect_err(|_| drop(file.set_len(keep)))
    }

    /// Opens a file for reading and appending, and creates it if it is missing.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open_to_append(&self, name: &str) -> io::Result<File> {
        if self.find(name)?.is_some_and(|found| links(&found) > 1) {
            self.write(name, &self.dir.read(name)?)?;
        }
        let mut options = OpenOptions::new();
        Ok(self.dir.open_with(name, options.read(true).append(true).create(true))?.into_std())
    }

    /// Removes a file, if it exists.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        absent_is_fine(self.dir.remove_file(name))
    }

    /// Removes an empty folder, if it exists.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn remove_folder(&self, name: &str) -> io::Result<()> {
        absent_is_fine(self.dir.remove_dir(name))
    }

    /// Opens a folder in this one; `None` if there is none, or if it cannot be opened.
    pub fn folder(&self, name: &str) -> Option<Self> {
        let is_folder = self.dir.symlink_metadata(name).is_ok_and(|found| found.is_dir());
        let dir = is_folder.then(|| self.dir.open_dir(name).ok()).flatten()?;
        Some(Self { dir, path: self.path.join(name), lock: None, staged: None })
    }

    /// Opens a folder in this one, and creates it if it is missing.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn make_folder(&self, name: &str) -> io::Result<Self> {
        match self.dir.create_dir(name) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        self.folder(name).ok_or_else(|| ErrorKind::NotADirectory.into())
    }

    /// Removes temporary files that killed programs have left.
    pub fn sweep(&self) {
        sweep(&self.dir);
    }

    /// The metadata of a file; `None` if it does not exist.
    fn find(&self, name: &str) -> io::Result<Option<Metadata>> {
        match self.dir.symlink_metadata(name) {
            Ok(found) if found.is_symlink() => {
                Err(io::Error::other("it is a symbolic link, which may lead out of the folder"))
            }
            Ok(found) if !found.is_file() => Err(io::Error::other("it is not a file")),
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether two paths lead to the same folder.
pub fn is_same_folder(a: &Path, b: &Path) -> bool {
    matches!((Identity::of(a), Identity::of(b)), (Some(a), Some(b)) if a == b)
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Removes temporary folders that killed programs have left.
fn sweep_folders(parent: &Dir) {
    let names = parent.entries().into_iter().flatten().filter_map(|entry| Some(entry.ok()?.file_name()));
    for name in names.filter(|name| is_temporary(name)) {
        let is_folder = parent.symlink_metadata(&name).is_ok_and(|found| found.is_dir());
        let lock = is_folder.then(|| parent.open_dir(&name).and_then(|dir| dir.open(".")).ok()).flatten();
        if lock.is_some_and(|lock| lock.into_std().try_lock().is_ok()) {
            // A failure does no harm.
            let _ = parent.remove_dir_all(&name);
        }
    }
}

/// Renames without replacing anything.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // The file system does not support it.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => rename_checked(from, to),
        result => Ok(result?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_checked(from, to)
}

fn rename_checked(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

/// Swaps the names of two folders.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => exchange_in_steps(a, b),
        result => Ok(result?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    exchange_in_steps(a, b)
}

/// If the program is killed between the steps, the old folder stays under a name that ends in `.old`.
fn exchange_in_steps(a: &Path, b: &Path) -> io::Result<()> {
    let aside = a.with_extension("old");
    std::fs::rename(b, &aside)?;
    if let Err(error) = std::fs::rename(a, b) {
        std::fs::rename(&aside, b)?;
        return Err(error);
    }
    std::fs::rename(&aside, a)
}

/// The current path of a folder that was moved.
#[cfg(target_os = "linux")]
fn moved(dir: &Dir) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    let path = Path::new("/proc/self/fd").join(dir.as_raw_fd().to_string()).read_link().ok()?;
    // The path of a removed folder leads nowhere.
    let path = path.is_dir().then_some(path)?;
    let here = std::env::current_dir().ok();
    Some(here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(path))
}

#[cfg(not(target_os = "linux"))]
fn moved(_: &Dir) -> Option<PathBuf> {
    None
}
