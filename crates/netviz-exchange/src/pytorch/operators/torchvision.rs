//! The operators of `torchvision`.

use netviz_model::category::Category::{Convolution, Pooling};

use super::call::product;
use super::{Call, Operator};

pub(super) const OPERATORS: &[Operator] = &[
    Operator::plain("nms"),
    Operator::new("roi_align", Pooling).flops(1),
    Operator::new("roi_pool", Pooling).flops(1),
    Operator::new("ps_roi_align", Pooling).flops(1),
    Operator::new("ps_roi_pool", Pooling).flops(1),
    Operator::new("deform_conv2d", Convolution).macs(convolution),
];

fn convolution(call: &Call) -> Option<usize> {
    Some(call.values()?.saturating_mul(product(call.tensor("weight")?.get(1..)?)?))
}
