//! Gives everything its place: views into [`Scene`](crate::scene::Scene)s.

mod frame;
pub mod layered;
mod legend;
mod neurons;
mod volumes;

pub use neurons::neurons;
pub use volumes::volumes;
