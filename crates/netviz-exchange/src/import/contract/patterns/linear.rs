//! Products with a bias.

use netviz_model::category::Category::{Convolution, Dense};

use super::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    Pattern::new(
        "MatMul",
        Dense,
        "m = MatMul(x, W)
         y = Add(m, B@last)",
    ),
    Pattern::new(
        "Gemm",
        Dense,
        "r = Reshape(x)
         m = Gemm(r, W)
         y = Reshape(m)",
    ),
    Pattern::new(
        "Gemm",
        Dense,
        "r = Reshape(x)
         y = Gemm(r, W)",
    ),
    Pattern::new(
        "Gemm",
        Dense,
        "m = Gemm(x, W)
         y = Add(m, B@last)",
    ),
    Pattern::new(
        "Conv",
        Convolution,
        "m = Conv(x, W)
         y = Add(m, B@channels)",
    ),
    Pattern::new(
        "ConvTranspose",
        Convolution,
        "m = ConvTranspose(x, W)
         y = Add(m, B@channels)",
    ),
];
