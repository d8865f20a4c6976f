//! GPT-2 (Radford et al. 2019), drawn for one token, since `dense` takes vectors. The head shares the weights of the
//! embedding and is left out.
//!
//! Attention itself has no parameters. It is an operation that netviz shows without knowing it; `silu` stands for GELU.

use netviz::graph::{Graph, Output};
use netviz::layer;

use super::network::Network;

const VOCABULARY: usize = 50_257;
const POSITIONS: usize = 1024;

pub(super) fn gpt2(name: &str, blocks: usize, width: usize) -> Graph {
    let mut network = Network::new(name);
    let tokens = embedded(&mut network, "token", VOCABULARY, width);
    let positions = embedded(&mut network, "position", POSITIONS, width);
    let mut x = network.add("add", layer::add(), &[tokens, positions]);
    for _ in 0..blocks {
        x = block(&mut network, x, width);
    }
    let last = network.add("layer_norm", layer::layer_norm(), &[x]);
    network.finish(&[last])
}

fn embedded(network: &mut Network, name: &str, vocabulary: usize, width: usize) -> Output {
    let index = network.indices(name);
    let vector = network.add("embedding", layer::embedding().vocabulary(vocabulary).units(width), &[index]);
    network.add("flatten", layer::flatten(), &[vector])
}

fn block(network: &mut Network, input: Output, width: usize) -> Output {
    let norm = network.add("layer_norm", layer::layer_norm(), &[input]);
    let [query, key, value] = [(); 3].map(|()| network.dense(norm, width, "linear"));
    let attended = network.opaque("Attention", &[query, key, value], &[width]);
    let projected = network.dense(attended, width, "linear");
    let sum = network.add("add", layer::add(), &[input, projected]);
    let norm = network.add("layer_norm", layer::layer_norm(), &[sum]);
    let wide = network.dense(norm, 4 * width, "silu");
    let narrow = network.dense(wide, width, "linear");
    network.add("add", layer::add(), &[sum, narrow])
}
