//! Reads and writes the files that users name, and displays their names. Every command reads and writes through this
//! module.
//!
//! [`read`] reads a whole file, up to a size limit. [`write_all`] checks every output before it writes the first, and
//! refuses to:
//!
//! - overwrite a file that this program has read, except for a document that is [rewritten](Output::rewrite);
//! - overwrite a file that a run wrote, or write twice to one file, even under different names;
//! - write [outside the folder](Output::inside) that a file belongs to;
//! - overwrite a read-only file, or a document that has changed since it was read (checked just before it is replaced).
//!
//! A file is written completely or not at all: it is written without a name, or under a temporary one, and replaces the
//! old one in one step. Mode and owner are kept. Symbolic links are followed, even if their target does not exist yet.
//! A file with several hard links is written in place, so that they stay one file. Devices and pipes are written to
//! directly.
//!
//! [`Folder`] accesses a folder through its handle, so that writes reach it even after it was moved.

mod folder;
mod identity;
mod inputs;
pub(crate) mod of_run;
mod output;
mod read;
mod replace;
mod shown;

pub use folder::{Folder, is_same_folder};
pub(crate) use inputs::record;
pub(crate) use output::ignore_closed_pipe;
pub use output::{Output, is_inside, write_all};
pub use read::{ReadError, holds, read, read_within};
pub use shown::Shown;
