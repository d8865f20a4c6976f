//! Files of other programs.

mod corpus;
mod hostile;
mod keras;
mod nodes;
mod pipes;
mod pytorch;
mod refused;
mod tensors;
mod to_spec;
