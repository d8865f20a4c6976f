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
         p = Pow(d, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         n = Div(d, s)
         w = Mul(n, W)
         y = Add(w, B)",
    ),
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         c = Sub(x, m)
         p = Pow(c, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         n = Div(d, s)
         w = Mul(n, W)
         y = Add(w, B)",
    ),
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         p = Mul(d, d)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         n = Div(d, s)
         w = Mul(n, W)
         y = Add(w, B)",
    ),
    // As Keras has it: x · a + (b − mean · a), where a is the scale divided by the deviation.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x)
         d = Sub(x, m)
         p = Mul(d, d)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         r = Reciprocal(s)
         a = Mul(r, W)
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
         p = Pow(d, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         y = Div(d, s)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Pow(x, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         r = Reciprocal|Div(~one, s)
         n = Mul(x, r)
         y = Mul(n, W)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Pow(x, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         r = Reciprocal(s)
         n = Mul(x, r)
         y = Mul(n, W)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Pow(x, 2)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         n = Div(x, s)
         y = Mul(n, W)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Mul(x, x)
         v = ReduceMean(p)
         e = Add(v, _)
         s = Sqrt(e)
         n = Div(x, s)
         y = Mul(n, W)",
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
