//! What a network is: the model file, its layers, their operations and the graph, with every problem reported.
//!
//! The stages, each of which returns its own value:
//!
//! 1. [`source`]: the text, and the spans into it.
//! 2. [`yaml`] and [`schema`]: the text as a tree, and typed arguments read from it. Every problem is a
//!    [`diagnostics::Diagnostic`].
//! 3. [`spec`]: the typed model file.
//! 4. [`graph`]: a petgraph graph of layers with resolved names and inferred shapes, which owns the network as a list of
//!    operations, its [`ir`]. After it, everything is valid.
//!
//! The tables: [`layer::KINDS`], [`ir::OPS`], [`optimizer::OPTIMIZERS`], [`schedule::SCHEDULES`], [`loss::LOSSES`],
//! [`metric::METRICS`], [`dataset::DATASETS`].
//!
//! This crate reads no files and knows no format but YAML. Users of the library see it through `netviz`.

pub mod category;
pub mod dataset;
pub mod diagnostics;
mod dtype;
pub mod graph;
pub mod ir;
pub mod layer;
pub mod limits;
pub mod loss;
pub mod metric;
pub mod optimizer;
pub mod schedule;
pub mod schema;
pub mod shape;
pub mod source;
pub mod spec;
pub mod text;
pub mod weights;
pub mod yaml;
