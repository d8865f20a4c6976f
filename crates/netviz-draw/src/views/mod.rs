//! The views: what a picture shows of a graph, where it is placed, and its structure for Graphviz.
//!
//! A view is one folder with a [`View`], and one line in [`VIEWS`].

pub mod blocks;
mod default_view;
pub mod neurons;
pub mod volumes;

pub use default_view::default_view;

use crate::picture::View;

/// Every view.
pub const VIEWS: &[View] = &[neurons::VIEW, blocks::VIEW, volumes::VIEW];
