//! Normalization.

use netviz_model::category::Category::Normalization;
use netviz_model::ir::{Dim, Misfit, Role};

use super::facts::sizes;
use super::{Described, Facts, Kind, Layer};
use crate::onnx::operators::common::{axes, axis};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("BatchNormalization", Normalization, batch).flops(2).defaults(BATCH),
    Kind::new("BatchNormalizationV1", Normalization, batch).flops(2).defaults(BATCH),
    Kind::new("BatchNormalizationV2", Normalization, batch).flops(2).defaults(BATCH),
    Kind::new("SyncBatchNormalization", Normalization, batch).flops(2).defaults(BATCH),
    Kind::new("LayerNormalization", Normalization, layer).flops(7).defaults(LAYER),
    Kind::new("GroupNormalization", Normalization, group).flops(7).defaults(LAYER),
    Kind::new("RMSNormalization", Normalization, rms).flops(4).defaults(&[("axis", "-1"), ("epsilon", "0.000001")]),
    Kind::new("UnitNormalization", Normalization, same).flops(3).defaults(&[("axis", "-1")]),
    Kind::plain("SpectralNormalization", spectral).wraps("layer").defaults(&[("power_iterations", "1")]),
];

/// The axis is that of the channels, which the data format says.
const BATCH: &[(&str, &str)] = &[
    ("axis", "-1"),
    ("axis", "3"),
    ("momentum", "0.99"),
    ("epsilon", "0.001"),
    ("center", "true"),
    ("scale", "true"),
    ("synchronized", "false"),
    ("renorm", "false"),
    ("renorm_momentum", "0.99"),
    ("fused", "true"),
];

const LAYER: &[(&str, &str)] = &[
    ("axis", "-1"),
    ("epsilon", "0.001"),
    ("center", "true"),
    ("scale", "true"),
    ("rms_scaling", "false"),
    ("groups", "32"),
];

fn same(layer: &Layer) -> Described {
    Ok(Facts::of(layer.input()?.clone()))
}

/// The sizes of these axes; the last one where the configuration has none.
fn normalized(layer: &Layer) -> Result<Option<Vec<usize>>, Misfit> {
    let Some(dims) = layer.dims()? else { return Ok(None) };
    let list = layer.config.ints("axis").unwrap_or_else(|| vec![-1]);
    Ok(sizes(axes(&list, dims.len())?.into_iter().map(|axis| &dims[axis])))
}

/// Scale and offset, as far as the layer has them.
fn affine(layer: &Layer, facts: Facts, shape: Option<&Vec<usize>>) -> Facts {
    let dtype = layer.policy.variable;
    let facts = if layer.config.flag("scale", true) { facts.weight("gamma", dtype, shape.cloned()) } else { facts };
    if layer.config.flag("center", true) { facts.weight("beta", dtype, shape.cloned()) } else { facts }
}

fn batch(layer: &Layer) -> Described {
    let mut shape = normalized(layer)?;
    let several = layer.config.ints("axis").is_some_and(|axes| axes.len() > 1);
    if let (true, Some(dims)) = (several, layer.dims()?) {
        // Statistics over several axes keep all dimensions.
        let kept = axes(&layer.config.ints("axis").unwrap_or_default(), dims.len())?;
        let size = |(index, dim): (usize, &Dim)| if kept.contains(&index) { dim.size() } else { Some(1) };
        shape = dims.iter().enumerate().map(size).collect();
    }
    let dtype = layer.policy.variable;
    let facts = affine(layer, Facts::of(layer.output(layer.dims()?.map(<[Dim]>::to_vec))), shape.as_ref());
    let mut statistics = vec!["moving_mean", "moving_variance"];
    if layer.config.flag("renorm", false) {
        statistics.extend(["moving_stddev", "renorm_mean", "renorm_stddev"]);
    }
    Ok(statistics.into_iter().fold(facts, |facts, name| facts.with(name, dtype, shape.clone(), Role::Statistic)))
}

fn layer(layer: &Layer) -> Described {
    let shape = normalized(layer)?;
    let facts = Facts::of(layer.output(layer.dims()?.map(<[Dim]>::to_vec)));
    Ok(if layer.config.flag("rms_scaling", false) {
        facts.weight("gamma", layer.policy.variable, shape)
    } else {
        affine(layer, facts, shape.as_ref())
    })
}

fn group(layer: &Layer) -> Described {
    let shape = match layer.dims()? {
        Some(dims) => sizes([&dims[axis(layer.config.int("axis").unwrap_or(-1), dims.len())?]]),
        None => None,
    };
    Ok(affine(layer, Facts::of(layer.output(layer.dims()?.map(<[Dim]>::to_vec))), shape.as_ref()))
}

fn rms(layer: &Layer) -> Described {
    let shape = normalized(layer)?;
    Ok(Facts::of(layer.output(layer.dims()?.map(<[Dim]>::to_vec))).weight("scale", layer.policy.variable, shape))
}

/// A layer whose kernel is divided by its largest singular value.
fn spectral(layer: &Layer) -> Described {
    let inner = layer.config.object("layer").ok_or_else(|| Misfit::new("has no `layer` inside"))?;
    let facts = layer.inner(&inner, layer.inputs.to_vec())?;
    let weights = facts.weights.clone();
    let kernel = weights.iter().find(|weight| matches!(weight.name.as_str(), "kernel" | "embeddings"));
    let last = kernel.and_then(|kernel| kernel.shape.as_ref()?.last().copied());
    let dtype = layer.policy.variable;
    let facts = Facts { weights: Vec::new(), ..facts };
    let vector = last.map(|last| vec![1, last]);
    let facts = facts.inner(inner.name(), "layer", weights);
    // The kernel is stored again, as number 0.
    Ok(facts.numbered(1, "vector_u", dtype, vector, Role::Statistic))
}
