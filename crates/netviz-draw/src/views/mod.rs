//! The views: what a picture shows of a graph, where it is placed, and its structure for Graphviz.
//!
//! A view is one folder with a [`View`], and one line in [`VIEWS`].

pub mod blocks;
pub mod neurons;
mod suited;
pub mod volumes;

pub use suited::suited;

use crate::picture::View;

/// Every view.
pub const VIEWS: &[View] = &[neurons::VIEW, blocks::VIEW, volumes::VIEW];
