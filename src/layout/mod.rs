//! Gives everything its place: views into [`Scene`](crate::scene::Scene)s.

pub mod layered;
mod neurons;

pub use neurons::neurons;
