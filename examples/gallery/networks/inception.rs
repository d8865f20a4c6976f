//! Inception v4 (Szegedy et al. 2017), with the sizes of their figures 3 to 9.

use netviz::graph::{Graph, Output};
use netviz::layer;

use super::network::{Conv, Network};

pub(super) fn inception_v4() -> Graph {
    let mut network = Network::new("inception_v4");
    let image = network.input(&[3, 299, 299]);
    let mut x = stem(&mut network, image);
    for _ in 0..4 {
        let wide = chain(&mut network, x, &[Conv::new(96, 1)]);
        let three = chain(&mut network, x, &[Conv::new(64, 1), Conv::new(96, 3)]);
        let five = chain(&mut network, x, &[Conv::new(64, 1), Conv::new(96, 3), Conv::new(96, 3)]);
        let pooled = pooled(&mut network, x, 96);
        x = network.concat(&[wide, three, five, pooled]);
    }
    let three = chain(&mut network, x, &[Conv::new(384, 3).stride(2).valid()]);
    let five = chain(&mut network, x, &[Conv::new(192, 1), Conv::new(224, 3), Conv::new(256, 3).stride(2).valid()]);
    let pool = network.max_pool(x, 3, 2, 0);
    x = network.concat(&[three, five, pool]);
    for _ in 0..7 {
        x = seventeen(&mut network, x);
    }
    let three = chain(&mut network, x, &[Conv::new(192, 1), Conv::new(192, 3).stride(2).valid()]);
    let seven = [Conv::new(256, 1), row(256, 7), column(320, 7), Conv::new(320, 3).stride(2).valid()];
    let seven = chain(&mut network, x, &seven);
    let pool = network.max_pool(x, 3, 2, 0);
    x = network.concat(&[three, seven, pool]);
    for _ in 0..3 {
        x = eight(&mut network, x);
    }
    network.classify(x)
}

fn stem(network: &mut Network, image: Output) -> Output {
    let x = chain(network, image, &[Conv::new(32, 3).stride(2).valid(), Conv::new(32, 3).valid(), Conv::new(64, 3)]);
    let pool = network.max_pool(x, 3, 2, 0);
    let conv = chain(network, x, &[Conv::new(96, 3).stride(2).valid()]);
    let x = network.concat(&[pool, conv]);
    let short = chain(network, x, &[Conv::new(64, 1), Conv::new(96, 3).valid()]);
    let long = chain(network, x, &[Conv::new(64, 1), row(64, 7), column(64, 7), Conv::new(96, 3).valid()]);
    let x = network.concat(&[short, long]);
    let conv = chain(network, x, &[Conv::new(192, 3).stride(2).valid()]);
    let pool = network.max_pool(x, 3, 2, 0);
    network.concat(&[conv, pool])
}

/// The block for images of 17×17 pixels.
fn seventeen(network: &mut Network, input: Output) -> Output {
    let wide = chain(network, input, &[Conv::new(384, 1)]);
    let seven = chain(network, input, &[Conv::new(192, 1), row(224, 7), column(256, 7)]);
    let double = [Conv::new(192, 1), column(192, 7), row(224, 7), column(224, 7), row(256, 7)];
    let double = chain(network, input, &double);
    let pooled = pooled(network, input, 128);
    network.concat(&[wide, seven, double, pooled])
}

/// The block for images of 8×8 pixels, in which two branches fork again.
fn eight(network: &mut Network, input: Output) -> Output {
    let wide = chain(network, input, &[Conv::new(256, 1)]);
    let three = chain(network, input, &[Conv::new(384, 1)]);
    let long = chain(network, input, &[Conv::new(384, 1), column(448, 3), row(512, 3)]);
    let forks = [three, three, long, long];
    let sides = [row(256, 3), column(256, 3), column(256, 3), row(256, 3)];
    let [a, b, c, d] = {
        let mut pairs = forks.into_iter().zip(sides);
        [(); 4].map(|()| pairs.next().map(|(fork, side)| chain(network, fork, &[side])).expect("four of each"))
    };
    let pooled = pooled(network, input, 256);
    network.concat(&[wide, a, b, c, d, pooled])
}

fn row(filters: usize, length: usize) -> Conv {
    Conv::rectangular(filters, [1, length])
}

fn column(filters: usize, length: usize) -> Conv {
    Conv::rectangular(filters, [length, 1])
}

fn pooled(network: &mut Network, input: Output, filters: usize) -> Output {
    let pool = layer::avg_pool2d().pool(3_usize).strides(1_usize).padding("same");
    let pool = network.add("avg_pool2d", pool, &[input]);
    chain(network, pool, &[Conv::new(filters, 1)])
}

/// Convolutions one after another, each with batch normalization and `relu`.
fn chain<const N: usize>(network: &mut Network, input: Output, convs: &[Conv; N]) -> Output {
    convs.iter().fold(input, |x, conv| network.conv_bn_relu(x, conv))
}
