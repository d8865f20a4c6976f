//! ONNX: [`write()`] serializes a program, [`check`] reads it back, and `read` makes a graph of any file.

pub(crate) mod operators;
mod proto;
mod read;
mod types;
mod write;

pub(super) use read::READER;
pub(super) use write::FORMAT;
pub use write::{check, output_name, write};
