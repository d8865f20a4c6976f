//! Resizing and sampling.

use netviz_model::category::Category::Shape;

use super::Operator;

const DEFAULTS: &[(&str, &str)] =
    &[("align_corners", "false"), ("antialias", "false"), ("interpolation_mode", "0"), ("padding_mode", "0")];

macro_rules! resizes {
    ($($name:literal)+) => {
        pub(super) const OPERATORS: &[Operator] =
            &[$(Operator::new($name, Shape).flops(1).defaults(DEFAULTS)),+];
    };
}

resizes! {
    "upsample_nearest1d" "upsample_nearest2d" "upsample_nearest3d"
    "_upsample_nearest_exact1d" "_upsample_nearest_exact2d" "_upsample_nearest_exact3d"
    "upsample_linear1d" "upsample_bilinear2d" "upsample_trilinear3d" "upsample_bicubic2d"
    "_upsample_bilinear2d_aa" "_upsample_bicubic2d_aa" "_upsample_lanczos2d_aa"
    "grid_sampler" "grid_sampler_2d" "grid_sampler_3d" "affine_grid_generator"
}
