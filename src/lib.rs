//! netviz checks, draws, trains and exports neural networks described in YAML.
//!
//! The stages, each of which returns its own value:
//!
//! 1. [`source`]: the text, and the spans into it.
//! 2. [`spec`]: the typed model file. Every problem is reported as a [`diagnostics::Diagnostic`].
//! 3. [`graph`]: a petgraph graph of layers with resolved names and inferred shapes. After it,
//!    everything is valid.
//! 4. The readers of the graph: [`view`] selects what a picture shows, [`layout`] positions it in a
//!    [`scene::Scene`], and [`render`] writes the scene or the structure in a format. [`ir`] is
//!    the network as a closed list of operations; [`export`] writes it for other programs, and the
//!    training engine, the program `netviz-torch`, runs it.
//!
//! [`picture`] turns a graph into a picture in one call; [`chart`] draws the results of training.
//!
//! The tables: [`layer::KINDS`], [`view::VIEWS`], [`render::FORMATS`], [`theme::THEMES`], [`optimizer::OPTIMIZERS`],
//! [`schedule::SCHEDULES`], [`loss::LOSSES`], [`metric::METRICS`], [`data::DATASETS`].

pub mod category;
pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod data;
pub mod diagnostics;
pub mod export;
pub mod files;
pub mod graph;
pub mod ir;
pub mod layer;
pub mod layout;
pub mod limits;
pub mod loss;
pub mod memory;
pub mod metric;
pub mod model;
pub mod optimizer;
pub mod picture;
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

/// Runs the README's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/src/library.md")]
struct Guide;
