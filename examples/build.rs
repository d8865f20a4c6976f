//! Builds a network with two branches from Rust, without YAML, and draws it.
//!
//!     cargo run --example build

#![allow(clippy::print_stdout)]

use netviz::draw;
use netviz::graph::GraphBuilder;
use netviz::picture::Options;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut graph = GraphBuilder::new("two_branches");
    let image = graph.input("input", &[1, 28, 28])?;
    let conv = |kernel: usize| {
        [("filters", 8.into()), ("kernel", kernel.into()), ("padding", "same".into()), ("activation", "relu".into())]
    };
    let fine = graph.layer("fine", "conv2d", &conv(3), &[image])?;
    let coarse = graph.layer("coarse", "conv2d", &conv(7), &[image])?;
    let both = graph.layer("both", "concat", &[], &[fine, coarse])?;
    let pooled = graph.layer("pooled", "global_avg_pool2d", &[], &[both])?;
    let classes =
        graph.layer("classes", "dense", &[("units", 10.into()), ("activation", "softmax".into())], &[pooled])?;
    let graph = graph.finish(&[classes])?;

    println!("{} parameters", graph.parameters().total());
    let path = std::env::temp_dir().join("two_branches.svg");
    std::fs::write(&path, draw(&graph, None, &Options::default())?.svg())?;
    println!("drawn to {}", path.display());
    Ok(())
}
