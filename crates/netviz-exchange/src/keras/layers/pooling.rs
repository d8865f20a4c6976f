//! Pooling.

use netviz_model::category::Category::Pooling;
use netviz_model::ir::{Dim, Misfit};

use super::spatial::{Axes, Window};
use super::{Described, Facts, Kind, Layer};

pub(super) const KINDS: &[Kind] = &[
    Kind::new("MaxPooling1D", Pooling, pooling),
    Kind::new("MaxPooling2D", Pooling, pooling),
    Kind::new("MaxPooling3D", Pooling, pooling),
    Kind::new("MaxPool1D", Pooling, pooling),
    Kind::new("MaxPool2D", Pooling, pooling),
    Kind::new("MaxPool3D", Pooling, pooling),
    Kind::new("AveragePooling1D", Pooling, pooling),
    Kind::new("AveragePooling2D", Pooling, pooling),
    Kind::new("AveragePooling3D", Pooling, pooling),
    Kind::new("AvgPool1D", Pooling, pooling),
    Kind::new("AvgPool2D", Pooling, pooling),
    Kind::new("AvgPool3D", Pooling, pooling),
    Kind::new("GlobalMaxPooling1D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalMaxPooling2D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalMaxPooling3D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalMaxPool1D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalMaxPool2D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalMaxPool3D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAveragePooling1D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAveragePooling2D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAveragePooling3D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAvgPool1D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAvgPool2D", Pooling, global).defaults(KEEPS),
    Kind::new("GlobalAvgPool3D", Pooling, global).defaults(KEEPS),
    Kind::new("AdaptiveAveragePooling1D", Pooling, adaptive),
    Kind::new("AdaptiveAveragePooling2D", Pooling, adaptive),
    Kind::new("AdaptiveAveragePooling3D", Pooling, adaptive),
    Kind::new("AdaptiveMaxPooling1D", Pooling, adaptive),
    Kind::new("AdaptiveMaxPooling2D", Pooling, adaptive),
    Kind::new("AdaptiveMaxPooling3D", Pooling, adaptive),
];

const KEEPS: &[(&str, &str)] = &[("keepdims", "false")];

fn pooling(layer: &Layer) -> Described {
    let spatial = layer.spatial();
    let axes = Axes::new(layer, spatial);
    let kernel = layer
        .sizes("pool_size", spatial)
        .ok_or_else(|| Misfit::new(format!("has no `pool_size` of {spatial} dimensions")))?;
    let strides = layer.sizes("strides", spatial).unwrap_or_else(|| kernel.clone());
    let window = Window::new(layer, kernel, Some(strides));
    let Some(dims) = axes.dims(layer)? else { return Ok(Facts::of(layer.output(None))) };
    let sizes = window.outputs(&dims[axes.spatial.clone()])?;
    Ok(Facts::of(layer.output(Some(axes.replaced(dims, sizes, None)))))
}

fn global(layer: &Layer) -> Described {
    let axes = Axes::new(layer, layer.spatial());
    let Some(dims) = axes.dims(layer)? else { return Ok(Facts::of(layer.output(None))) };
    let dims = if layer.config.flag("keepdims", false) {
        axes.replaced(dims, vec![Dim::Size(1); axes.spatial.len()], None)
    } else {
        vec![dims[0].clone(), dims[axes.channel].clone()]
    };
    Ok(Facts::of(layer.output(Some(dims))))
}

fn adaptive(layer: &Layer) -> Described {
    let spatial = layer.spatial();
    let axes = Axes::new(layer, spatial);
    let sizes = layer
        .sizes("output_size", spatial)
        .ok_or_else(|| Misfit::new(format!("has no `output_size` of {spatial} dimensions")))?;
    let Some(dims) = axes.dims(layer)? else { return Ok(Facts::of(layer.output(None))) };
    let sizes = sizes.into_iter().map(Dim::Size).collect();
    Ok(Facts::of(layer.output(Some(axes.replaced(dims, sizes, None)))))
}
