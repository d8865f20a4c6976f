//! Files of other programs.

mod corpus;
mod damaged;
mod equal;
mod hostile;
mod keras;
mod message;
#[path = "../common/networks.rs"]
mod networks;
mod nodes;
mod operators;
mod optimized;
mod patterns;
mod pipes;
mod pytorch;
mod refused;
mod roles;
mod round_trip;
mod tensors;
mod to_spec;
