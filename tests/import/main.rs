//! Files of other programs.

mod corpus;
mod hostile;
mod keras;
mod message;
mod nodes;
mod pipes;
mod pytorch;
mod refused;
mod roles;
mod tensors;
mod to_spec;
