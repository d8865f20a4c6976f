//! Files that users name: how they are read and written.

mod read;

pub use read::{ReadError, plain, read};
