//! Normalizations.

use netviz_model::category::Category::Normalization;

use super::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    // (x − mean) / √(variance + ε), with scale and shift.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         w = Product(d, 1/s, W)
         y = Add(w, B)",
    ),
    // The difference is computed twice.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         c = Sub(x, m)
         p = Product(c, c)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         w = Product(d, 1/s, W)
         y = Add(w, B)",
    ),
    // As Keras has it: x · a + (b − mean · a), where a is the scale divided by the deviation.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         a = Product(1/s, W)
         xa = Mul(x, a)
         ma = Mul(m, a)
         b = Sub(B, ma)
         y = Add(xa, b)",
    ),
    // Without scale and shift.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         y = Product(d, 1/s)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Product(x, x)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         y = Product(x, 1/s, W)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Product(x, x)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Rsqrt(e)
         y = Product(x, s, W)",
    ),
    // Groups of channels as channels of their own.
    Pattern::new(
        "GroupNormalization",
        Normalization,
        "g = Reshape(x)
         n = InstanceNormalization(g, _, _)
         r = Reshape(n)
         w = Mul(r, W)
         y = Add(w, B)",
    ),
    Pattern::new(
        "GroupNormalization",
        Normalization,
        "g = Reshape(x)
         n = InstanceNormalization(g, _, _)
         y = Reshape(n)",
    ),
    Pattern::new(
        "LpNormalization",
        Normalization,
        "n = ReduceL2(x)
         c = Clip|Max(n)
         e = Expand(c)
         y = Div(x, e)",
    ),
    // A batch normalization of which only scale and shift are left.
    Pattern::new(
        "ChannelScale",
        Normalization,
        "w = Mul(x, W)
         y = Add(w, B)",
    ),
];
