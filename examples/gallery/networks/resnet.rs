//! Residual networks of bottleneck blocks (He et al. 2016), with the stride in the 3×3 convolution as in torchvision.

use netviz::graph::{Graph, Output};
use netviz::layer;

use super::network::{Conv, Network};

/// A network with this many blocks in its four stages.
pub(super) fn resnet(name: &str, blocks: [usize; 4]) -> Graph {
    let mut network = Network::new(name);
    let image = network.input(&[3, 224, 224]);
    let stem = network.conv_bn_relu(image, &Conv::new(64, 7).stride(2).padding(3));
    let mut x = network.max_pool(stem, 3, 2, 1);
    for (stage, count) in blocks.into_iter().enumerate() {
        for block in 0..count {
            let stride = if block == 0 && stage > 0 { 2 } else { 1 };
            x = bottleneck(&mut network, x, 64 << stage, stride, block == 0);
        }
    }
    network.classify(x)
}

fn bottleneck(network: &mut Network, input: Output, width: usize, stride: usize, projects: bool) -> Output {
    let reduced = network.conv_bn_relu(input, &Conv::new(width, 1));
    let filtered = network.conv_bn_relu(reduced, &Conv::new(width, 3).stride(stride).padding(1));
    let expanded = network.conv(filtered, &Conv::new(4 * width, 1));
    let expanded = network.batch_norm(expanded);
    let skip = if projects {
        let projection = network.conv(input, &Conv::new(4 * width, 1).stride(stride).valid());
        network.batch_norm(projection)
    } else {
        input
    };
    let sum = network.add("add", layer::add(), &[expanded, skip]);
    network.relu(sum)
}
