//! Tensors out of nothing.

use super::Operator;

const HIDDEN: &[&str] = &["device", "layout", "pin_memory", "memory_format", "generator"];

/// Operators whose tensor says only what the new one is like.
const fn like(name: &'static str) -> Operator {
    Operator::plain(name).templates(&["self"]).hidden(HIDDEN)
}

const fn new(name: &'static str) -> Operator {
    Operator::plain(name).hidden(HIDDEN)
}

pub(super) const OPERATORS: &[Operator] = &[
    new("arange").defaults(&[("start", "0"), ("step", "1")]),
    new("range"),
    new("linspace"),
    new("logspace"),
    new("eye"),
    new("zeros"),
    new("ones"),
    new("full"),
    new("empty"),
    new("empty_strided"),
    new("empty_permuted"),
    new("scalar_tensor"),
    new("tensor"),
    new("tril_indices"),
    new("triu_indices"),
    new("hann_window"),
    new("hamming_window"),
    new("blackman_window"),
    new("kaiser_window"),
    new("bartlett_window"),
    like("zeros_like"),
    like("ones_like"),
    like("full_like"),
    like("empty_like"),
    like("new_zeros"),
    like("new_ones"),
    like("new_full"),
    like("new_empty"),
    like("new_empty_strided"),
    new("rand").random(),
    new("randn").random(),
    new("randint").random(),
    new("randperm").random(),
    new("normal").random(),
    new("uniform").random(),
    new("random").random(),
    new("exponential").random(),
    new("geometric").random(),
    new("bernoulli").random(),
    new("multinomial").random(),
    new("poisson").random(),
    like("rand_like").random(),
    like("randn_like").random(),
    like("randint_like").random(),
];
