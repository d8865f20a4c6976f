//! U-Net with five levels (Ronneberger, Fischer and Brox 2015), with padded convolutions, so that nothing is cropped.
//!
//! A transposed 2×2 convolution of stride 2 is written as a 1×1 convolution to four times the channels, whose values
//! `reshape` spreads over twice the height and width. The weights are as many; its biases, 960 in all, are left out, since
//! they would be four times as many.

use netviz::graph::{Graph, Output};
use netviz::layer;

use super::network::{Conv, Network};

const SIDE: usize = 256;

pub(super) fn unet5() -> Graph {
    let mut network = Network::new("unet5");
    let mut x = network.input(&[1, SIDE, SIDE]);
    let mut skips = Vec::new();
    for level in 0..4 {
        let skip = double(&mut network, x, 64 << level);
        x = network.max_pool(skip, 2, 2, 0);
        skips.push(skip);
    }
    x = double(&mut network, x, 1024);
    for (level, skip) in skips.into_iter().enumerate().rev() {
        let filters = 64 << level;
        let wide = network.conv(x, &Conv::new(4 * filters, 1));
        let side = SIDE >> level;
        let up = network.add("reshape", layer::reshape().shape([filters, side, side]), &[wide]);
        let joined = network.concat(&[skip, up]);
        x = double(&mut network, joined, filters);
    }
    let segments = network.conv(x, &Conv::new(2, 1).biased());
    network.finish(&[segments])
}

fn double(network: &mut Network, input: Output, filters: usize) -> Output {
    (0..2).fold(input, |x, _| {
        let conv = layer::conv2d().filters(filters).kernel(3_usize).padding("same").activation("relu");
        network.add("conv2d", conv, &[x])
    })
}
