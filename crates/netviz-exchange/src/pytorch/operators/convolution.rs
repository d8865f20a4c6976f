//! Convolutions.

use netviz_model::category::Category::Convolution;

use super::call::product;
use super::{Call, Operator};

const DEFAULTS: &[(&str, &str)] = &[
    ("stride", "1"),
    ("stride", "1×1"),
    ("stride", "1×1×1"),
    ("padding", "0"),
    ("padding", "0×0"),
    ("padding", "0×0×0"),
    ("padding", "valid"),
    ("dilation", "1"),
    ("dilation", "1×1"),
    ("dilation", "1×1×1"),
    ("groups", "1"),
    ("transposed", "false"),
    ("output_padding", "0"),
    ("output_padding", "0×0"),
    ("output_padding", "0×0×0"),
];

const fn convolution(name: &'static str) -> Operator {
    Operator::new(name, Convolution).macs(macs).defaults(DEFAULTS).derived("kernel_size", kernel).hidden(&[
        "benchmark",
        "deterministic",
        "cudnn_enabled",
        "allow_tf32",
    ])
}

const fn transposed(name: &'static str) -> Operator {
    convolution(name).macs(transposed_macs)
}

pub(super) const OPERATORS: &[Operator] = &[
    convolution("conv1d"),
    convolution("conv2d"),
    convolution("conv3d"),
    convolution("convolution"),
    convolution("_convolution"),
    transposed("conv_transpose1d"),
    transposed("conv_transpose2d"),
    transposed("conv_transpose3d"),
];

/// A multiply-add for each output and each value of a filter.
fn macs(call: &Call) -> Option<usize> {
    if call.is("transposed") {
        return transposed_macs(call);
    }
    Some(call.values()?.saturating_mul(filter(call)?))
}

/// A multiply-add for each input and each value of a filter.
fn transposed_macs(call: &Call) -> Option<usize> {
    Some(product(call.tensor("input")?)?.saturating_mul(filter(call)?))
}

fn filter(call: &Call) -> Option<usize> {
    product(call.tensor("weight")?.get(1..)?)
}

fn kernel(call: &Call) -> Option<Vec<usize>> {
    call.tensor("weight")?.get(2..)?.iter().copied().collect()
}
