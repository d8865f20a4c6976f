//! netviz checks, draws, trains and exports neural networks described in YAML.
//!
//! The stages, each of which returns its own value:
//!
//! 1. [`source`]: the text, and the spans into it.
//! 2. [`spec`]: the typed model file. Every problem is reported as a [`diagnostics::Diagnostic`].
//! 3. [`graph`]: a petgraph graph of layers with resolved names and inferred shapes. After it,
//!    everything is valid. It owns the network as a list of operations, its [`ir`].
//! 4. The readers of the graph: [`views`] select what a picture shows and position it in a [`scene::Scene`], [`formats`]
//!    write the scene or the structure; [`exchange`] writes the operations for other programs, and the training
//!    engine, the program `netviz-torch`, runs them.
//!
//! [`Model`] goes from a file to a picture in one line; [`chart`] draws the results of training.
//!
//! The tables: [`layer::KINDS`], [`ir::OPS`], [`views::VIEWS`], [`formats::FORMATS`], [`exchange::FORMATS`],
//! [`theme::THEMES`], [`optimizer::OPTIMIZERS`], [`schedule::SCHEDULES`], [`loss::LOSSES`], [`metric::METRICS`],
//! [`dataset::DATASETS`].
//!
//! Without its default features, the library reads, draws and exports, and depends on nothing that the program alone
//! needs. `paper` adds PNG and PDF; `cli` is the program.

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod data;
#[cfg(feature = "cli")]
pub mod files;
#[cfg(feature = "cli")]
pub mod memory;
mod model;
#[cfg(feature = "cli")]
pub mod run;

pub use model::{Foreign, Model, Opened};
pub use netviz_draw::{
    Drawing, chart, draw, font, formats, label, layout, page, picture, properties, report, scene, theme, views,
};
pub use netviz_exchange as exchange;
pub use netviz_model::{
    category, dataset, diagnostics, graph, ir, layer, limits, loss, metric, optimizer, schedule, schema, shape, source,
    spec, text, weights,
};

/// The library of graphs, whose types [`graph::Graph::as_petgraph`] returns.
pub use petgraph;

/// Runs the README's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Runs the guide's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/src/library.md")]
struct Guide;
