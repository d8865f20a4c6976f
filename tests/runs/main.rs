//! `netviz runs` and `netviz compare` through the real program, on runs written here as `netviz train` writes them.

#[path = "../common/mod.rs"]
mod common;
mod compare;
mod folder;
mod list;
mod metrics;
mod pictures;
