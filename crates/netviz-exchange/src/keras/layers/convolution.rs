//! Convolutions.

use netviz_model::category::Category::Convolution;
use netviz_model::ir::{Dim, Misfit};

use super::facts::{product, size, volume};
use super::spatial::{Axes, Window};
use super::{Described, Facts, Kind, Layer};

const DEFAULTS: &[(&str, &str)] = &[("depth_multiplier", "1")];

pub(super) const KINDS: &[Kind] = &[
    Kind::new("Conv1D", Convolution, convolution),
    Kind::new("Conv2D", Convolution, convolution),
    Kind::new("Conv3D", Convolution, convolution),
    Kind::new("Convolution1D", Convolution, convolution),
    Kind::new("Convolution2D", Convolution, convolution),
    Kind::new("Convolution3D", Convolution, convolution),
    Kind::new("Conv1DTranspose", Convolution, transposed),
    Kind::new("Conv2DTranspose", Convolution, transposed),
    Kind::new("Conv3DTranspose", Convolution, transposed),
    Kind::new("Convolution1DTranspose", Convolution, transposed),
    Kind::new("Convolution2DTranspose", Convolution, transposed),
    Kind::new("Convolution3DTranspose", Convolution, transposed),
    Kind::new("DepthwiseConv1D", Convolution, depthwise).defaults(DEFAULTS),
    Kind::new("DepthwiseConv2D", Convolution, depthwise).defaults(DEFAULTS),
    Kind::new("SeparableConv1D", Convolution, separable).defaults(DEFAULTS),
    Kind::new("SeparableConv2D", Convolution, separable).defaults(DEFAULTS),
    Kind::new("SeparableConvolution1D", Convolution, separable).defaults(DEFAULTS),
    Kind::new("SeparableConvolution2D", Convolution, separable).defaults(DEFAULTS),
    Kind::new("LocallyConnected1D", Convolution, locally_connected),
    Kind::new("LocallyConnected2D", Convolution, locally_connected),
];

/// The window of a convolution.
fn window(layer: &Layer) -> Result<(Axes, Window), Misfit> {
    let spatial = layer.spatial();
    let kernel = layer
        .sizes("kernel_size", spatial)
        .ok_or_else(|| Misfit::new(format!("has no `kernel_size` of {spatial} dimensions")))?;
    let strides = layer.sizes("strides", spatial);
    Ok((Axes::new(layer, spatial), Window::new(layer, kernel, strides)))
}

/// The shape of a kernel, whose last sizes are these.
fn kernel<const N: usize>(window: &Window, last: [Option<usize>; N]) -> Option<Vec<usize>> {
    let last = last.into_iter().collect::<Option<Vec<_>>>()?;
    Some(window.kernel.iter().copied().chain(last).collect())
}

fn convolution(layer: &Layer) -> Described {
    let (axes, window) = window(layer)?;
    let dims = axes.dims(layer)?;
    let filters = layer.size("filters")?;
    let groups = layer.config.size("groups").unwrap_or(1).max(1);
    let channels = axes.channels(dims).and_then(Dim::size);
    if channels.is_some_and(|channels| channels % groups != 0) {
        return Err(Misfit::new(format!("cannot split its channels into {groups} groups")));
    }
    let own = channels.map(|channels| channels / groups);
    let dims = match dims {
        Some(dims) => {
            let sizes = window.outputs(&dims[axes.spatial.clone()])?;
            Some(axes.replaced(dims, sizes, Some(filters.into())))
        }
        None => None,
    };
    let macs = product([dims.as_deref().and_then(volume), Some(window.area()), own]);
    let dtype = layer.policy.variable;
    let facts = Facts::of(layer.output(dims)).macs(macs).weight("kernel", dtype, kernel(&window, [own, Some(filters)]));
    Ok(if layer.use_bias() { facts.weight("bias", dtype, Some(vec![filters])) } else { facts })
}

fn transposed(layer: &Layer) -> Described {
    let (axes, window) = window(layer)?;
    let dims = axes.dims(layer)?;
    let filters = layer.size("filters")?;
    let channels = axes.channels(dims).and_then(Dim::size);
    let more = layer.sizes("output_padding", window.kernel.len());
    let output = dims.map(|dims| {
        let sizes = window.transposed(&dims[axes.spatial.clone()], more.as_deref());
        axes.replaced(dims, sizes, Some(filters.into()))
    });
    let macs = product([dims.and_then(volume), Some(window.area()), Some(filters)]);
    let dtype = layer.policy.variable;
    let shape = kernel(&window, [Some(filters), channels]);
    let facts = Facts::of(layer.output(output)).macs(macs).weight("kernel", dtype, shape);
    Ok(if layer.use_bias() { facts.weight("bias", dtype, Some(vec![filters])) } else { facts })
}

fn depthwise(layer: &Layer) -> Described {
    let (axes, window) = window(layer)?;
    let dims = axes.dims(layer)?;
    let multiplier = layer.config.size("depth_multiplier").unwrap_or(1);
    let channels = axes.channels(dims).and_then(Dim::size);
    let filters = channels.and_then(|channels| channels.checked_mul(multiplier));
    let output = match dims {
        Some(dims) => {
            let sizes = window.outputs(&dims[axes.spatial.clone()])?;
            Some(axes.replaced(dims, sizes, Some(filters.map_or(Dim::Unknown, Dim::Size))))
        }
        None => None,
    };
    let macs = product([output.as_deref().and_then(volume), Some(window.area())]);
    let dtype = layer.policy.variable;
    let shape = kernel(&window, [channels, Some(multiplier)]);
    let facts = Facts::of(layer.output(output)).macs(macs).weight("kernel", dtype, shape);
    Ok(if layer.use_bias() { facts.weight("bias", dtype, filters.map(|filters| vec![filters])) } else { facts })
}

fn separable(layer: &Layer) -> Described {
    let (axes, window) = window(layer)?;
    let dims = axes.dims(layer)?;
    let filters = layer.size("filters")?;
    let multiplier = layer.config.size("depth_multiplier").unwrap_or(1);
    let channels = axes.channels(dims).and_then(Dim::size);
    let middle = channels.and_then(|channels| channels.checked_mul(multiplier));
    let output = match dims {
        Some(dims) => {
            let sizes = window.outputs(&dims[axes.spatial.clone()])?;
            Some(axes.replaced(dims, sizes, Some(filters.into())))
        }
        None => None,
    };
    let places = output.as_deref().and_then(|dims| volume(&dims[axes.spatial.clone()]));
    let each = middle.map(|middle| middle.saturating_mul(window.area().saturating_add(filters)));
    let dtype = layer.policy.variable;
    let pointwise =
        middle.map(|middle| std::iter::repeat_n(1, window.kernel.len()).chain([middle, filters]).collect());
    let facts = Facts::of(layer.output(output))
        .macs(product([places, each]))
        .weight("depthwise_kernel", dtype, kernel(&window, [channels, Some(multiplier)]))
        .weight("pointwise_kernel", dtype, pointwise);
    Ok(if layer.use_bias() { facts.weight("bias", dtype, Some(vec![filters])) } else { facts })
}

/// A convolution whose weights differ from place to place, as Keras 2 has it.
fn locally_connected(layer: &Layer) -> Described {
    let (axes, window) = window(layer)?;
    let dims = axes.dims(layer)?;
    let filters = layer.size("filters")?;
    let channels = axes.channels(dims).and_then(size);
    let Some(dims) = dims else { return Ok(Facts::unknown()) };
    let sizes = window.outputs(&dims[axes.spatial.clone()])?;
    let places = volume(&sizes);
    let inner = channels.and_then(|channels| channels.checked_mul(window.area()));
    let dtype = layer.policy.variable;
    let bias = sizes.iter().map(Dim::size).chain([Some(filters)]).collect();
    let output = axes.replaced(dims, sizes, Some(filters.into()));
    // Implementation 1, the default, keeps a matrix for each place; the others spread the same over larger arrays.
    let shape = match layer.config.int("implementation") {
        None | Some(1) => [places, inner, Some(filters)].into_iter().collect(),
        Some(_) => None,
    };
    let macs = product([places, inner, Some(filters)]);
    let facts = Facts::of(layer.output(Some(output))).macs(macs).weight("kernel", dtype, shape);
    Ok(if layer.use_bias() { facts.weight("bias", dtype, bias) } else { facts })
}
