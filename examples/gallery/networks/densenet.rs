//! DenseNet-121 (Huang et al. 2017).

use netviz::graph::Graph;
use netviz::layer;

use super::network::{Conv, Network};

const GROWTH: usize = 32;

pub(super) fn densenet121() -> Graph {
    let mut network = Network::new("densenet121");
    let image = network.input(&[3, 224, 224]);
    let stem = network.conv_bn_relu(image, &Conv::new(64, 7).stride(2).padding(3));
    let mut x = network.max_pool(stem, 3, 2, 1);
    let mut channels = 64;
    for (block, layers) in [6, 12, 24, 16].into_iter().enumerate() {
        if block > 0 {
            channels /= 2;
            let norm = network.batch_norm(x);
            let relu = network.relu(norm);
            let halved = network.conv(relu, &Conv::new(channels, 1));
            x = network.add("avg_pool2d", layer::avg_pool2d().pool(2_usize), &[halved]);
        }
        for _ in 0..layers {
            let norm = network.batch_norm(x);
            let relu = network.relu(norm);
            let narrow = network.conv_bn_relu(relu, &Conv::new(4 * GROWTH, 1));
            let new = network.conv(narrow, &Conv::new(GROWTH, 3));
            x = network.concat(&[x, new]);
            channels += GROWTH;
        }
    }
    let norm = network.batch_norm(x);
    let relu = network.relu(norm);
    network.classify(relu)
}
