//! Convolutions.

use netviz_model::category::Category::Convolution;
use netviz_model::ir::Role::{self, Constant, Frozen, Trainable};
use netviz_model::ir::{DType, Dim, Misfit, TensorType};

use super::common::typed;
use super::window::Windows;
use super::{Call, Operator, Types};

pub(super) const DEFAULTS: &[(&str, &str)] = &[
    ("auto_pad", "NOTSET"),
    ("dilations", "1"),
    ("dilations", "1×1"),
    ("dilations", "1×1×1"),
    ("group", "1"),
    ("pads", "0×0"),
    ("pads", "0×0×0×0"),
    ("pads", "0×0×0×0×0×0"),
    ("strides", "1"),
    ("strides", "1×1"),
    ("strides", "1×1×1"),
    ("output_padding", "0×0"),
];

/// Of a quantized convolution: input, weights, scales and zero points of both and of the output, and the bias.
pub(super) const QUANTIZED: &[Role] =
    &[Frozen, Constant, Constant, Frozen, Constant, Constant, Constant, Constant, Frozen];

pub(super) const OPERATORS: &[Operator] = &[
    Operator::new("Conv", Convolution, |call| convolution(call, 1, call.at(0)?.dtype()))
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Trainable; 3])
        .defaults(DEFAULTS),
    Operator::new("ConvInteger", Convolution, |call| convolution(call, 1, DType::Int32))
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Frozen, Frozen, Constant, Constant])
        .defaults(DEFAULTS),
    Operator::new("QLinearConv", Convolution, |call| {
        convolution(call, 3, call.get(7).map_or(DType::UInt8, TensorType::dtype))
    })
    .macs(|call, outputs| products(call.get(3)?, outputs))
    .roles(QUANTIZED)
    .defaults(DEFAULTS),
    Operator::new("DeformConv", Convolution, |call| convolution(call, 1, call.at(0)?.dtype()))
        .macs(|call, outputs| products(call.get(1)?, outputs))
        .roles(&[Trainable, Trainable, Trainable, Trainable])
        .defaults(DEFAULTS),
    Operator::new("ConvTranspose", Convolution, transposed)
        .macs(|call, _| products(call.get(1)?, std::slice::from_ref(call.get(0)?)))
        .roles(&[Trainable; 3])
        .defaults(DEFAULTS),
];

/// A multiply-add for each output and each value of a filter.
pub(super) fn products(weight: &TensorType, outputs: &[TensorType]) -> Option<usize> {
    let mut filter = weight.dims()?.iter().skip(1);
    let size = filter.try_fold(1_usize, |size, dim| Some(size.saturating_mul(dim.size()?)))?;
    Some(outputs.first()?.elements()?.saturating_mul(size))
}

/// The spatial sizes of a filter, and the number of channels that its first two dimensions say.
fn filter(call: &Call, weight: usize) -> Result<(Option<Vec<Dim>>, [Dim; 2]), Misfit> {
    let own = Windows::kernel_shape(call);
    Ok(match call.dims(weight)? {
        Some([first, second, kernel @ ..]) => (own.or_else(|| Some(kernel.to_vec())), [first.clone(), second.clone()]),
        Some(_) => return Err(Misfit::new("has a weight of fewer than two dimensions")),
        None => (own, [Dim::Unknown, Dim::Unknown]),
    })
}

/// The number of groups, if the steps of the filter are possible too.
fn groups(call: &Call) -> Result<usize, Misfit> {
    for name in ["strides", "dilations"] {
        if let Some(step) = call.ints(name).and_then(|list| list.iter().find(|&&step| step <= 0)) {
            return Err(Misfit::new(format!("has `{name}` of {step}: at least 1 is needed")));
        }
    }
    let group = call.int("group", 1);
    let many = usize::try_from(group).ok().filter(|&group| group > 0);
    many.ok_or_else(|| Misfit::new(format!("has `group` {group}: at least 1 is needed")))
}

pub(super) fn convolution(call: &Call, weight: usize, dtype: DType) -> Types {
    let (kernel, [filters, channels]) = filter(call, weight)?;
    let rank = kernel.as_ref().map(|kernel| kernel.len() + 2);
    let dims = match (call.dims(0)?, kernel) {
        (Some(dims), _) if rank.is_some_and(|rank| rank != dims.len()) || dims.len() < 2 => {
            let input = call.at(0)?.signature();
            return Err(Misfit::new(format!(
                "needs batch, channels and the dimensions of its kernel, but gets {input}"
            )));
        }
        (Some(dims), Some(kernel)) => {
            let group = groups(call)?;
            let expected = Dim::compute([&channels], |[channels]| channels.checked_mul(group));
            if !dims[1].may_equal(&expected) {
                return Err(Misfit::new(format!("needs {expected} channels, but gets {}", dims[1])));
            }
            let windows = Windows::new(call, kernel);
            Some([vec![dims[0].clone(), filters], windows.outputs(&dims[2..])?].concat())
        }
        _ => rank.map(|rank| [vec![Dim::Unknown, filters], vec![Dim::Unknown; rank - 2]].concat()),
    };
    Ok(vec![typed(dtype, dims)])
}

fn transposed(call: &Call) -> Types {
    let dtype = call.at(0)?.dtype();
    let (kernel, [_, filters]) = filter(call, 1)?;
    let group = groups(call)?;
    let filters = Dim::compute([&filters], |[filters]| filters.checked_mul(group));
    let (Some(dims), Some(kernel)) = (call.dims(0)?, kernel) else { return Ok(vec![TensorType::unranked(dtype)]) };
    if dims.len() != kernel.len() + 2 {
        return Err(Misfit::new(format!("needs {} dimensions, but gets {}", kernel.len() + 2, dims.len())));
    }
    let spatial = match call.ints("output_shape") {
        // Early files give batch and channels too.
        Some(sizes) if sizes.len() >= kernel.len() => {
            let sizes = &sizes[sizes.len() - kernel.len()..];
            sizes.iter().map(|&size| usize::try_from(size).map_or(Dim::Unknown, Dim::Size)).collect()
        }
        _ => Windows::new(call, kernel).transposed(&dims[2..], call.ints("output_padding")),
    };
    Ok(vec![TensorType::new(dtype, [vec![dims[0].clone(), filters], spatial].concat())])
}
