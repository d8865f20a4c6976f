//! Pictures of networks, and of their training.
//!
//! 1. [`picture`](mod@picture): what is drawn, and how.
//! 2. [`views`]: what a picture shows of a graph, and where; [`layout`] is what they share.
//! 3. [`scene`]: the items of a picture at their positions.
//! 4. [`formats`]: a scene, or the structure of a view, as text or bytes.
//!
//! [`chart`] draws the results of training, [`report`] collects pictures on a page, [`theme`] has the colours, spacings
//! and font sizes.
//!
//! The tables: [`views::VIEWS`], [`formats::FORMATS`], [`theme::THEMES`].
//!
//! Users of the library see this crate through `netviz`.

pub mod chart;
mod describe;
mod detail;
#[cfg(feature = "dot")]
mod dot;
mod drawing;
pub mod font;
pub mod formats;
pub mod label;
pub mod layout;
mod outline;
pub mod page;
pub mod picture;
pub mod properties;
pub mod report;
pub mod scene;
pub mod theme;
pub mod views;

pub use drawing::{Drawing, draw, picture};
