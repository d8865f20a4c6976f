//! Normalization.

use netviz_model::category::Category::Normalization;

use super::Operator;

const DEFAULTS: &[(&str, &str)] =
    &[("eps", "0.00001"), ("momentum", "0.1"), ("affine", "true"), ("use_input_stats", "true")];

const fn normalization(name: &'static str) -> Operator {
    Operator::new(name, Normalization).flops(4).defaults(DEFAULTS).hidden(&[
        "training",
        "train",
        "cudnn_enabled",
        "cudnn_enable",
        // Sizes that the shape of the input shows.
        "N",
        "C",
        "HxW",
    ])
}

pub(super) const OPERATORS: &[Operator] = &[
    normalization("batch_norm"),
    normalization("_native_batch_norm_legit"),
    normalization("_native_batch_norm_legit_no_training"),
    normalization("_native_batch_norm_legit_functional"),
    normalization("_batch_norm_with_update"),
    normalization("_batch_norm_with_update_functional"),
    normalization("_batch_norm_no_update"),
    normalization("native_batch_norm"),
    normalization("cudnn_batch_norm"),
    normalization("layer_norm"),
    normalization("native_layer_norm"),
    normalization("group_norm"),
    normalization("native_group_norm"),
    normalization("instance_norm"),
    normalization("rms_norm"),
    normalization("_fused_rms_norm"),
    Operator::new("local_response_norm", Normalization).flops(3),
    Operator::new("weight_norm", Normalization),
    Operator::new("_weight_norm", Normalization),
    Operator::new("_weight_norm_interface", Normalization),
];
