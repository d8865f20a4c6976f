//! Files of other programs.

mod hostile;
mod keras;
mod nodes;
mod pipes;
mod pytorch;
mod refused;
mod tensors;
