//! Reads handwritten digits with this network:
//!
#![doc = include_str!(concat!(env!("OUT_DIR"), "/network.md"))]
//!
//! The picture is drawn from `network.yaml` whenever the crate is built, so it cannot be out of date.
