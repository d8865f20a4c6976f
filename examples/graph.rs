//! Walks the graph of a network with petgraph, and prints the depth, shape and parameters of each layer.
//!
//!     cargo run --example graph

#![allow(clippy::print_stdout)]

use std::collections::HashMap;

use netviz::Model;
use petgraph::Direction;
use petgraph::algo::toposort;
use petgraph::graph::NodeIndex;

fn main() {
    let model = Model::from_text(include_str!("../models/resnet_mini.yaml")).expect("a valid model");
    let graph = model.graph.as_petgraph();

    // Nodes are the input and the layers; an edge leads from a layer to one that it feeds.
    let order = toposort(graph, None).expect("a model has no cycles");
    let mut depth: HashMap<NodeIndex, usize> = HashMap::new();
    for &index in &order {
        let above = graph.neighbors_directed(index, Direction::Incoming);
        let deepest = above.map(|source| depth[&source] + 1).max();
        depth.insert(index, deepest.unwrap_or(0));

        let node = &graph[index];
        let shape = model.graph.output_type(index).to_string();
        println!("{:>3}  {:20} {shape:10} {:6}", depth[&index], node.name, node.parameters.total());
    }

    let longest = depth.values().max().expect("a model has an input");
    let skips = graph.edge_indices().filter_map(|edge| graph.edge_endpoints(edge));
    let skips = skips.filter(|(source, target)| depth[target] > depth[source] + 1).count();
    println!("{} layers, {longest} of them one after another, {skips} skips", graph.node_count() - 1);
}
