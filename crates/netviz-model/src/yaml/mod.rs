//! YAML text as a tree in which every value and key has its place, with explanations of what cannot be read.

mod characters;
mod node;
mod parse;
mod syntax;
mod text;

pub use characters::explained;
pub use node::{Entry, Node, Value};
pub use parse::parse;
