//! Random acyclic networks, the same for the same seed.

use netviz::graph::{Graph, Output};
use netviz::layer;

use super::network::Network;

/// Random numbers by `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The upper half, which fits into every `usize`.
        let upper = ((mixed ^ (mixed >> 31)) >> 32) as usize;
        upper % end
    }
}

/// Layers from which a new one takes its inputs.
const NEAR: usize = 12;

/// A network of about this many layers. Each reads one to three of the dozen layers before it, and rarely one that is far
/// away, as skips do.
pub(crate) fn random_dag(name: &str, layers: usize, seed: u64) -> Graph {
    let mut random = Random::new(seed);
    let mut network = Network::new(name);
    let mut outputs = vec![network.input(&[16])];
    let mut is_used = vec![false];
    for _ in 0..layers {
        let sources = sources(&mut random, outputs.len());
        for &source in &sources {
            is_used[source] = true;
        }
        let inputs: Vec<Output> = sources.iter().map(|&source| outputs[source]).collect();
        outputs.push(match (inputs.len(), random.below(4)) {
            (1, 0) => network.relu(inputs[0]),
            (1, 1) => network.add("layer_norm", layer::layer_norm(), &inputs),
            (1, _) => network.dense(inputs[0], 16, ["linear", "tanh"][random.below(2)]),
            _ => network.add("add", layer::add(), &inputs),
        });
        is_used.push(false);
    }
    let loose: Vec<Output> =
        outputs.into_iter().zip(is_used).filter(|(_, used)| !used).map(|(output, _)| output).collect();
    network.finish(&loose)
}

/// Different layers out of `count`: one in half of the cases, else two or three.
fn sources(random: &mut Random, count: usize) -> Vec<usize> {
    let wanted = [1, 1, 2, 3][random.below(4)];
    let mut sources: Vec<usize> = (0..wanted)
        .map(|_| {
            let reach = if random.below(20) == 0 { 10 * NEAR } else { NEAR };
            count - 1 - random.below(reach.min(count))
        })
        .collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}
