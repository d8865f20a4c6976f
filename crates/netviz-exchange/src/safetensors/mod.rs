//! safetensors: the weights of a network in one file, and the tree of tensors of any such file.

mod read;
mod weights;

pub(super) use read::{INDEX, READER};
pub(super) use weights::FORMAT;
pub use weights::{check, dtype, read, state_dict, tensor, write};
