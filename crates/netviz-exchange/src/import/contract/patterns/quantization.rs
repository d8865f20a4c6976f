//! Products of integers, with the scales that make numbers of them again.

use netviz_model::category::Category::{Convolution, Dense};

use super::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::new(
        "MatMulInteger",
        Dense,
        "m = MatMulInteger(x, W)
         s = Mul(x, _)
         n = Mul(m, s)
         y = Add(n, B@last)",
    ),
    Pattern::new(
        "MatMulInteger",
        Dense,
        "m = MatMulInteger(x, W)
         s = Mul(x, _)
         y = Mul(m, s)",
    ),
    Pattern::new(
        "ConvInteger",
        Convolution,
        "m = ConvInteger(x, W)
         s = Mul(x, _)
         n = Mul(m, s)
         y = Add(n, B@channels)",
    ),
    Pattern::new(
        "ConvInteger",
        Convolution,
        "m = ConvInteger(x, W)
         s = Mul(x, _)
         y = Mul(m, s)",
    ),
];
