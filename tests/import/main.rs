//! Files of other programs.

mod hostile;
mod keras;
mod nodes;
mod pytorch;
mod refused;
mod tensors;
mod to_spec;
