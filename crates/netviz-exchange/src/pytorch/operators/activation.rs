//! Activation functions and regularization.

use netviz_model::category::Category::{Activation, Regularization};

use super::Operator;

const fn activation(name: &'static str, flops: usize) -> Operator {
    Operator::new(name, Activation).flops(flops)
}

const fn dropout(name: &'static str) -> Operator {
    Operator::new(name, Regularization).hidden(&["train", "training"]).random()
}

pub(super) const OPERATORS: &[Operator] = &[
    activation("relu", 1),
    activation("relu6", 2),
    activation("sigmoid", 4),
    activation("tanh", 5),
    activation("silu", 5),
    activation("mish", 8),
    activation("gelu", 8).defaults(&[("approximate", "none")]),
    activation("elu", 3).defaults(&[("alpha", "1"), ("scale", "1"), ("input_scale", "1")]),
    activation("selu", 3),
    activation("celu", 3).defaults(&[("alpha", "1")]),
    activation("leaky_relu", 2).defaults(&[("negative_slope", "0.01")]),
    activation("prelu", 2),
    activation("_prelu_kernel", 2),
    activation("rrelu", 2).hidden(&["training"]),
    activation("rrelu_with_noise", 2).hidden(&["training"]),
    activation("hardtanh", 2).defaults(&[("min_val", "-1"), ("max_val", "1")]),
    activation("hardsigmoid", 3),
    activation("hardswish", 4),
    activation("hardshrink", 2),
    activation("softshrink", 2),
    activation("softplus", 3).defaults(&[("beta", "1"), ("threshold", "20")]),
    activation("softmax", 3),
    activation("_softmax", 3).defaults(&[("half_to_float", "false")]),
    activation("_safe_softmax", 3),
    activation("softmin", 3),
    activation("log_softmax", 4),
    activation("_log_softmax", 4).defaults(&[("half_to_float", "false")]),
    activation("log_sigmoid", 5),
    activation("log_sigmoid_forward", 5),
    activation("glu", 5).defaults(&[("dim", "-1")]),
    activation("threshold", 1),
    activation("clamp", 2),
    activation("clamp_min", 1),
    activation("clamp_max", 1),
    activation("clip", 2),
    activation("hardtanh_backward", 1),
    dropout("dropout"),
    dropout("native_dropout"),
    dropout("alpha_dropout"),
    dropout("feature_dropout"),
    dropout("feature_alpha_dropout"),
];
