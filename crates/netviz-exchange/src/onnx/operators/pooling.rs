//! Pooling.

use netviz_model::category::Category::Pooling;
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::common::{same, typed};
use super::window::Windows;
use super::{Call, Operator, Types};

pub(super) const DEFAULTS: &[(&str, &str)] = &[
    ("auto_pad", "NOTSET"),
    ("ceil_mode", "0"),
    ("count_include_pad", "0"),
    ("count_include_pad", "1"),
    ("dilations", "1"),
    ("dilations", "1×1"),
    ("dilations", "1×1×1"),
    ("p", "2"),
    ("pads", "0×0"),
    ("pads", "0×0×0×0"),
    ("pads", "0×0×0×0×0×0"),
    ("storage_order", "0"),
    ("strides", "1"),
    ("strides", "1×1"),
    ("strides", "1×1×1"),
];

const fn pool(name: &'static str) -> Operator {
    Operator::new(name, Pooling, pooled).flops(1).defaults(DEFAULTS)
}

const fn global(name: &'static str) -> Operator {
    Operator::new(name, Pooling, whole).flops(1).defaults(DEFAULTS)
}

pub(super) const OPERATORS: &[Operator] = &[
    pool("MaxPool"),
    pool("AveragePool"),
    pool("LpPool"),
    global("GlobalMaxPool"),
    global("GlobalAveragePool"),
    global("GlobalLpPool"),
    Operator::new("MaxUnpool", Pooling, unpooled).defaults(DEFAULTS),
    Operator::new("MaxRoiPool", Pooling, |call| regions(call, call.ints("pooled_shape"))),
    Operator::new("RoiAlign", Pooling, |call| {
        regions(call, Some(&[call.int("output_height", 1), call.int("output_width", 1)]))
    }),
];

pub(super) fn pooled(call: &Call) -> Types {
    let input = call.at(0)?;
    let dims = match (input.dims(), Windows::kernel_shape(call)) {
        (Some(dims), Some(kernel)) => {
            if dims.len() != kernel.len() + 2 {
                let message = format!("needs {} dimensions, but gets {}", kernel.len() + 2, input.signature());
                return Err(Misfit::new(message));
            }
            Some([dims[..2].to_vec(), Windows::new(call, kernel).outputs(&dims[2..])?].concat())
        }
        (None, Some(kernel)) => Some(vec![Dim::Unknown; kernel.len() + 2]),
        (dims, None) => dims.map(|dims| vec![Dim::Unknown; dims.len()]),
    };
    // The second output of a maximum is where it was found.
    let places = typed(DType::Int64, dims.clone());
    Ok(vec![typed(input.dtype(), dims), places])
}

pub(super) fn whole(call: &Call) -> Types {
    let input = call.at(0)?;
    let Some(dims) = input.dims() else { return same(call) };
    if dims.len() < 2 {
        return Err(Misfit::new(format!("needs batch and channels, but gets {}", input.signature())));
    }
    let ones = dims[2..].iter().map(|_| Dim::Size(1));
    Ok(vec![input.with_dims(dims[..2].iter().cloned().chain(ones))])
}

fn unpooled(call: &Call) -> Types {
    let input = call.at(0)?;
    if let Some(sizes) = call.known_ints(2) {
        let dims = sizes.iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size));
        return Ok(vec![input.with_dims(dims)]);
    }
    let (Some(dims), Some(kernel)) = (input.dims(), Windows::kernel_shape(call)) else {
        return Ok(vec![TensorType::unranked(input.dtype())]);
    };
    if dims.len() != kernel.len() + 2 || call.get(2).is_some() {
        return Ok(vec![input.with_dims(vec![Dim::Unknown; dims.len()])]);
    }
    let spatial = Windows::new(call, kernel).transposed(&dims[2..], None);
    Ok(vec![input.with_dims([dims[..2].to_vec(), spatial].concat())])
}

/// Regions of an image, each of the same size.
fn regions(call: &Call, size: Option<&[i64]>) -> Types {
    let input = call.at(0)?;
    let count = call.dims(1)?.and_then(|dims| dims.first().cloned()).unwrap_or(Dim::Unknown);
    let channels = input.dims().and_then(|dims| dims.get(1).cloned()).unwrap_or(Dim::Unknown);
    let sizes = size.unwrap_or_default().iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size));
    Ok(vec![input.with_dims([count, channels].into_iter().chain(sizes))])
}
