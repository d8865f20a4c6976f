//! Chains: layers one after another without branches.

use netviz::graph::Graph;
use netviz::layer;

use super::network::Network;

/// A chain of this many layers whose kinds and sizes change, so that few of them are folded as repeats.
pub(super) fn varied(name: &str, layers: usize) -> Graph {
    let mut network = Network::new(name);
    let mut x = network.input(&[64]);
    for index in 0..layers {
        let units = 16 + (index * index * 7) % 97;
        x = match index % 5 {
            1 => network.relu(x),
            3 if index % 2 == 0 => network.add("dropout", layer::dropout().rate(0.2), &[x]),
            3 => network.add("layer_norm", layer::layer_norm(), &[x]),
            _ => network.dense(x, units, "linear"),
        };
    }
    network.finish(&[x])
}

/// A chain of equal layers.
pub(super) fn alike(name: &str, layers: usize) -> Graph {
    let mut network = Network::new(name);
    let input = network.input(&[64]);
    let last = (0..layers).fold(input, |x, _| network.dense(x, 64, "relu"));
    network.finish(&[last])
}
