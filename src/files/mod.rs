//! Files that users name: how they are read and written, and how their names are shown. Every command reads and writes through this module.
//!
//! [`read`] takes a file whole, within a limit. [`write_all`] decides about every write, before it begins with the first:
//!
//! - not over a file that this program has read, but for a document that is [rewritten](Output::rewrite);
//! - not over a file that a run wrote, and not twice to one file, by whatever names;
//! - not [outside the folder](Output::inside) that a file belongs to;
//! - not over a file that is read-only, nor one that was changed since it was read.
//!
//! A file appears whole or not at all: it is written without a name, or under a temporary one, and takes the place of the
//! old one in one step. Mode and owner stay. A symbolic link stays a link, also one that leads nowhere yet; a file with
//! several hard links is written in place, so that they stay one file. Devices and pipes are written to.
//!
//! [`Folder`] is a folder by its handle: what is written to it goes there wherever the folder is moved.

#[cfg(feature = "cli")]
mod folder;
#[cfg(feature = "cli")]
mod inputs;
#[cfg(feature = "cli")]
mod kind;
#[cfg(feature = "cli")]
mod output;
mod read;
#[cfg(feature = "cli")]
mod replace;
mod shown;

#[cfg(feature = "cli")]
pub use folder::{Folder, is_same_folder};
#[cfg(feature = "cli")]
pub(crate) use kind::{BINARY, foreign};
#[cfg(feature = "cli")]
pub(crate) use output::ignore_closed_pipe;
#[cfg(feature = "cli")]
pub use output::{Output, is_inside, write_all};
#[cfg(feature = "cli")]
pub use read::holds;
pub use read::{ReadError, plain, read};
pub use shown::Shown;
