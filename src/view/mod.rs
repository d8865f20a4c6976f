//! What a picture shows of a graph, before anything has its place.

pub mod facts;
pub mod label;
pub mod neurons;
