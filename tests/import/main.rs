//! Files of other programs.

mod pytorch;
mod refused;
mod tensors;
