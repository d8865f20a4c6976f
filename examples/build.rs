//! Builds a network with two branches from Rust, without YAML, and draws it.
//!
//!     cargo run --example build

#![allow(clippy::print_stdout)]

use netviz::draw;
use netviz::graph::GraphBuilder;
use netviz::layer;
use netviz::picture::Options;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut graph = GraphBuilder::new("two_branches");
    let image = graph.input("input", &[1, 28, 28])?;
    let conv = |kernel: usize| layer::conv2d().filters(8).kernel(kernel).padding("same").activation("relu");
    let fine = graph.add("fine", conv(3), &[image])?;
    let coarse = graph.add("coarse", conv(7), &[image])?;
    let both = graph.add("both", layer::concat(), &[fine, coarse])?;
    let pooled = graph.add("pooled", layer::global_avg_pool2d(), &[both])?;
    let classes = graph.add("classes", layer::dense().units(10).activation("softmax"), &[pooled])?;
    let graph = graph.finish(&[classes])?;

    println!("{} parameters", graph.parameters().total());
    let path = std::env::temp_dir().join("two_branches.svg");
    std::fs::write(&path, draw(&graph, None, &Options::default())?.svg())?;
    println!("drawn to {}", path.display());
    Ok(())
}
