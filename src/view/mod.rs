//! The views: what a picture shows of a graph, before layout.
//!
//! A view is one file with a [`View`], and one line in [`VIEWS`].

pub mod blocks;
mod describe;
pub mod facts;
pub mod label;
pub mod neurons;
mod suited;
pub mod volumes;

pub use suited::suited;

use crate::picture::{Direction, Picture, Refusal};
use crate::scene::Scene;

/// A way to draw a network.
pub struct View {
    /// Name on the command line.
    pub name: &'static str,
    /// One phrase for the help.
    pub doc: &'static str,
    /// Default direction of the data flow.
    pub direction: Direction,
    /// Computes the layout.
    pub scene: fn(&Picture) -> Result<Scene, Refusal>,
    /// The structure for Graphviz, which computes the layout itself.
    pub dot: fn(&Picture) -> Result<String, Refusal>,
}

/// Every view, the library's default first; the program selects the one that is [`suited`].
pub const VIEWS: &[View] = &[neurons::VIEW, blocks::VIEW, volumes::VIEW];

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.name).finish()
    }
}
