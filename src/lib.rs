//! One YAML file describes a neural network; netviz checks it, draws it, trains it and ships it.
//!
//! The stages, each of which owns its value and hands it on:
//!
//! 1. [`source`]: the text, and the places in it.
//! 2. [`spec`]: the typed model file. Every problem is reported as a [`diagnostics::Diagnostic`].
//! 3. [`graph`]: a petgraph graph of layers with resolved names and inferred shapes. After it,
//!    everything is valid.
//! 4. The readers of the graph: [`view`] tells what a picture shows, [`layout`] places it in a
//!    [`scene::Scene`], and [`render`] writes the scene or the structure in a format. [`program`] is
//!    the network as a closed list of operations; [`export`] writes it for others, and the training
//!    engine, the program `netviz-torch`, runs it.
//!
//! [`picture`] is the way from a graph to a picture in one call; [`chart`] draws what training came to.
//!
//! What stands in tables: [`layer::KINDS`], [`view::VIEWS`], [`render::FORMATS`], [`theme::THEMES`],
//! [`optimizer::OPTIMIZERS`], [`schedule::SCHEDULES`], [`data::DATASETS`].

pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod data;
pub mod diagnostics;
pub mod export;
pub mod files;
pub mod graph;
pub mod layer;
pub mod layout;
pub mod limits;
pub mod memory;
pub mod model;
pub mod optimizer;
pub mod picture;
pub mod program;
pub mod render;
pub mod run;
pub mod scene;
pub mod schedule;
pub mod shape;
pub mod source;
pub mod spec;
pub mod text;
pub mod theme;
pub mod view;
pub mod weights;

pub use model::Model;

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So are the guide's.
#[cfg(doctest)]
#[doc = include_str!("../docs/src/library.md")]
struct Guide;
