//! The formats: each a function from a finished scene, or from a view's structure, to text.

mod dot;
mod svg;

pub use dot::dot;
pub use svg::svg;
