//! The files of data sets: where they are kept, how they are fetched, checked and read.

pub mod cache;
pub mod check;
pub mod fetch;
mod idx;

pub use idx::{Samples, load};
