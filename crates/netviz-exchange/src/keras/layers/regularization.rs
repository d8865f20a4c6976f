//! Regularization, which is active in training only.

use netviz_model::category::Category::Regularization;

use super::{Described, Facts, Kind, Layer};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("ActivityRegularization", Regularization, same).defaults(&[("l1", "0"), ("l2", "0")]),
    Kind::new("AlphaDropout", Regularization, same),
    Kind::new("Dropout", Regularization, same),
    Kind::new("GaussianDropout", Regularization, same),
    Kind::new("GaussianNoise", Regularization, same),
    Kind::new("SpatialDropout1D", Regularization, same),
    Kind::new("SpatialDropout2D", Regularization, same),
    Kind::new("SpatialDropout3D", Regularization, same),
    // Layers of `keras.applications` itself.
    Kind::new("StochasticDepth", Regularization, same),
    Kind::new("FixedDropout", Regularization, same),
];

fn same(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}
