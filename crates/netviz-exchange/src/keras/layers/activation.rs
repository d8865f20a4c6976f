//! Activation layers.

use netviz_model::category::Category::Activation;
use netviz_model::ir::Misfit;

use super::facts::sizes;
use super::{Described, Facts, Kind, Layer};
use crate::onnx::operators::common::axis;

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Activation", Activation, same).flops(1),
    Kind::new("ELU", Activation, same).flops(3).defaults(&[("alpha", "1")]),
    Kind::new("LeakyReLU", Activation, same).flops(2).defaults(&[("negative_slope", "0.3"), ("alpha", "0.3")]),
    Kind::new("PReLU", Activation, prelu).flops(2),
    Kind::new("ReLU", Activation, same).flops(1).defaults(&[("negative_slope", "0"), ("threshold", "0")]),
    Kind::new("Softmax", Activation, same).flops(5).defaults(&[("axis", "-1")]),
    Kind::new("ThresholdedReLU", Activation, same).flops(1).defaults(&[("theta", "1")]),
];

fn same(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}

/// A slope for each value, except along the axes that share them.
fn prelu(layer: &Layer) -> Described {
    let dims = layer.dims_of(1)?;
    let shape = dims.and_then(|dims| {
        let shared = layer.config.ints("shared_axes").unwrap_or_default();
        let shared: Vec<usize> = shared.iter().filter_map(|&entry| axis(entry, dims.len()).ok()).collect();
        let size = |(index, dim)| if shared.contains(&(index + 1)) { Some(vec![1]) } else { sizes([dim]) };
        Some(dims[1..].iter().enumerate().map(size).collect::<Option<Vec<_>>>()?.concat())
    });
    if dims.is_some() && shape.is_none() {
        return Err(Misfit::new("has a slope for each value, but does not know their number"));
    }
    Ok(Facts::of(layer.input()?.clone()).weight("alpha", layer.policy.variable, shape))
}
