//! Pooling.

use netviz_model::category::Category::Pooling;

use super::Operator;

const DEFAULTS: &[(&str, &str)] = &[
    ("padding", "0"),
    ("padding", "0×0"),
    ("padding", "0×0×0"),
    ("dilation", "1"),
    ("dilation", "1×1"),
    ("dilation", "1×1×1"),
    ("ceil_mode", "false"),
    ("count_include_pad", "true"),
];

macro_rules! pools {
    ($($name:literal)+) => {
        pub(super) const OPERATORS: &[Operator] =
            &[$(Operator::new($name, Pooling).flops(1).defaults(DEFAULTS)),+];
    };
}

pools! {
    "max_pool1d" "max_pool2d" "max_pool3d"
    "max_pool1d_with_indices" "max_pool2d_with_indices" "max_pool3d_with_indices"
    "avg_pool1d" "avg_pool2d" "avg_pool3d"
    "adaptive_avg_pool1d" "adaptive_avg_pool2d" "adaptive_avg_pool3d"
    "_adaptive_avg_pool2d" "_adaptive_avg_pool3d"
    "adaptive_max_pool1d" "adaptive_max_pool2d" "adaptive_max_pool3d"
    "fractional_max_pool2d" "fractional_max_pool3d"
    "max_unpool2d" "max_unpool3d"
    "mkldnn_max_pool2d" "quantized_max_pool2d"
}
