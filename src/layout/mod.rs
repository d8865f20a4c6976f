//! Gives everything its place: views into [`Scene`](crate::scene::Scene)s.

mod axes;
mod blocks;
mod frame;
pub mod layered;
mod legend;
mod neurons;
mod volumes;

pub use blocks::blocks;
pub use neurons::neurons;
pub use volumes::volumes;
