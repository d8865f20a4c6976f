//! Replaces a file in one step, and leaves nothing behind if that fails.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use cap_std::fs::{Dir, Metadata, OpenOptions};

/// Prefix and suffix of temporary names, and the number of random letters and digits between them.
pub(super) const PREFIX: &str = ".netviz-";
pub(super) const SUFFIX: &str = ".tmp";
pub(super) const RANDOM: usize = 16;

/// Writes `bytes` to the file called `name`, with the mode and owner of `old`, the file that it replaces. `ready` is
/// called before the last step, and can prevent it.
///
/// # Errors
/// Those of the operating system and of `ready`; the folder is then unchanged.
pub(super) fn replace(
    dir: &Dir,
    name: &OsStr,
    bytes: &[u8],
    old: Option<&Metadata>,
    ready: &mut dyn FnMut() -> io::Result<()>,
) -> io::Result<()> {
    let mut file = Temporary::new(dir)?;
    file.file.write_all(bytes)?;
    let keeps_owner = old.is_none_or(|old| keep_attributes(&file.file, old));
    file.file.sync_all()?;
    ready()?;
    if keeps_owner {
        file.persist(name, old.is_none())
    } else {
        // The file belongs to another user, who allows this one to write to it.
        drop(file);
        overwrite(dir, name, bytes)
    }
}

/// Writes to a file in place, which keeps its hard links. If that fails halfway, the old contents are restored.
///
/// # Errors
/// Those of the operating system.
pub(super) fn overwrite(dir: &Dir, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    let mut file = dir.open_with(name, OpenOptions::new().read(true).write(true))?.into_std();
    let mut old = Vec::new();
    file.read_to_end(&mut old)?;
    let mut put = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    put(bytes).inspect_err(|_| {
        let _ = put(&old);
    })
}

/// Gives the new file the mode and the owner of the old one; `false` if that is not possible.
#[cfg(unix)]
fn keep_attributes(file: &File, old: &Metadata) -> bool {
    use cap_std::fs::MetadataExt;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt, fchown};
    let Ok(new) = file.metadata() else { return false };
    let is_owner = (new.uid(), new.gid()) == (MetadataExt::uid(old), MetadataExt::gid(old));
    let mode = std::fs::Permissions::from_mode(MetadataExt::mode(old) & 0o7777);
    (is_owner || fchown(file, Some(MetadataExt::uid(old)), Some(MetadataExt::gid(old))).is_ok())
        && file.set_permissions(mode).is_ok()
}

#[cfg(not(unix))]
fn keep_attributes(_: &File, _: &Metadata) -> bool {
    true
}

/// Removes temporary files that killed programs have left in a folder: they are no longer locked.
pub(super) fn sweep(dir: &Dir) {
    let names = dir.entries().into_iter().flatten().filter_map(|entry| Some(entry.ok()?.file_name()));
    for name in names.filter(|name| is_temporary(name)) {
        let is_abandoned = dir.symlink_metadata(&name).is_ok_and(|found| found.is_file())
            && dir.open(&name).is_ok_and(|file| file.into_std().try_lock().is_ok());
        if is_abandoned {
            // A failure does no harm.
            let _ = dir.remove_file(&name);
        }
    }
}

/// Whether a name is temporary.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let middle = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    middle.is_some_and(|middle| middle.len() == RANDOM && middle.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A random temporary name.
fn temporary_name() -> String {
    format!("{PREFIX}{:0RANDOM$x}{SUFFIX}", RandomState::new().build_hasher().finish())
}

/// A file that is removed unless it is persisted. If the system supports it, the file has no name until then, so that
/// even a killed program leaves nothing behind.
struct Temporary<'a> {
    dir: &'a Dir,
    file: File,
    name: Option<String>,
}

impl<'a> Temporary<'a> {
    fn new(dir: &'a Dir) -> io::Result<Self> {
        let temporary = if let Some(file) = unnamed(dir)? {
            Self { dir, file, name: None }
        } else {
            let name = temporary_name();
            let file = dir.open_with(&name, OpenOptions::new().read(true).write(true).create_new(true))?;
            Self { dir, file: file.into_std(), name: Some(name) }
        };
        // The lock tells `sweep` that the file is in use. If files cannot be locked, `sweep` does not remove any
        // either.
        let _ = temporary.file.lock();
        Ok(temporary)
    }

    fn persist(mut self, name: &OsStr, is_new: bool) -> io::Result<()> {
        if self.name.is_none() {
            if is_new {
                match give_name(&self.file, self.dir, Path::new(name)) {
                    // Another program has created the file meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    result => return result,
                }
            }
            let temporary = temporary_name();
            give_name(&self.file, self.dir, Path::new(&temporary))?;
            self.name = Some(temporary);
        }
        if let Some(temporary) = &self.name {
            self.dir.rename(temporary, self.dir, name)?;
        }
        self.name = None;
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            let _ = self.dir.remove_file(name);
        }
    }
}

/// Creates a file without a name, if the file system supports that.
#[cfg(target_os = "linux")]
fn unnamed(dir: &Dir) -> io::Result<Option<File>> {
    use rustix::fs::{Mode, OFlags, openat};
    use rustix::io::Errno;
    if !Path::new(OPEN_FILES).is_dir() {
        return Ok(None);
    }
    match openat(dir, ".", OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, Mode::from_raw_mode(0o666)) {
        Ok(file) => Ok(Some(file.into())),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Dir) -> io::Result<Option<File>> {
    Ok(None)
}

/// Links to the open files of this process; through them, a file without a name gets one (`open(2)`, `O_TMPFILE`).
#[cfg(target_os = "linux")]
const OPEN_FILES: &str = "/proc/self/fd";

#[cfg(target_os = "linux")]
fn give_name(file: &File, dir: &Dir, name: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, dir, name, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn give_name(_: &File, _: &Dir, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
