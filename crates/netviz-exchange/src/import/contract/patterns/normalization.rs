//! Normalizations.

use netviz_model::category::Category::Normalization;
use netviz_model::ir::{Dim, ValueId};

use super::Pattern;
use crate::import::contract::net::Net;

pub(super) const PATTERNS: &[Pattern] = &[
    // (x − mean) / √(variance + ε), with scale and shift.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x, axes=last, keepdims?=1)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p, axes=last, keepdims?=1)
         e = Add(v, #)
         s = Sqrt(e)
         w = Product(d, 1/s, W@last)
         y = Add(w, B@last)",
    ),
    // The difference is computed twice.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x, axes=last, keepdims?=1)
         d = Sub(x, m)
         c = Sub(x, m)
         p = Product(c, c)
         v = ReduceMean(p, axes=last, keepdims?=1)
         e = Add(v, #)
         s = Sqrt(e)
         w = Product(d, 1/s, W@last)
         y = Add(w, B@last)",
    ),
    // As Keras has it: x · a + (b − mean · a), where a is the scale divided by the deviation.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x, axes=last, keepdims?=1)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p, axes=last, keepdims?=1)
         e = Add(v, #)
         s = Sqrt(e)
         a = Product(1/s, W@last)
         xa = Mul(x, a)
         ma = Mul(m, a)
         b = Sub(B@last, ma)
         y = Add(xa, b)",
    ),
    // Without scale and shift.
    Pattern::new(
        "LayerNormalization",
        Normalization,
        "m = ReduceMean(x, axes=last, keepdims?=1)
         d = Sub(x, m)
         p = Product(d, d)
         v = ReduceMean(p, axes=last, keepdims?=1)
         e = Add(v, #)
         s = Sqrt(e)
         y = Product(d, 1/s)",
    ),
    Pattern::new(
        "RMSNormalization",
        Normalization,
        "p = Product(x, x)
         v = ReduceMean(p, axes=last, keepdims?=1)
         e = Add(v, #)
         s = Sqrt(e)
         y = Product(x, 1/s, W@last)",
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
         n = InstanceNormalization(g, =1, =0)
         r = Reshape(n)
         w = Mul(r, W@channels)
         y = Add(w, B@channels)",
    )
    .only_if(groups),
    Pattern::new(
        "GroupNormalization",
        Normalization,
        "g = Reshape(x)
         n = InstanceNormalization(g, =1, =0)
         y = Reshape(n)",
    )
    .only_if(groups),
    Pattern::new(
        "LpNormalization",
        Normalization,
        "n = ReduceL2(x, keepdims?=1)
         c = Clip|Max(n, #, max?=inf)
         e = Expand(c)
         y = Div(x, e)",
    ),
    // A batch normalization of which only scale and shift are left.
    Pattern::new(
        "ChannelScale",
        Normalization,
        "w = Mul(x, W@one)
         y = Add(w, B@one)",
    ),
];

/// Whether the first reshape makes channels of groups of channels, and the second one undoes it.
fn groups(net: &Net, lines: &[usize]) -> bool {
    let &[grouped, _, undone, ..] = lines else { return false };
    let input = net.operands(grouped).first().and_then(|operand| operand.value());
    let dims = |value: ValueId| net.ty(value).dims();
    let output = |node: usize| net.outputs(node).first().copied().and_then(dims);
    let (Some(before), Some(groups), Some(after)) = (input.and_then(dims), output(grouped), output(undone)) else {
        return false;
    };
    let same = |one: &[Dim], other: &[Dim]| one.iter().zip(other).all(|(one, other)| one.may_equal(other));
    let ([batch, channels, ..], [rows, groups, _]) = (before, groups) else { return false };
    let divides = channels.size().zip(groups.size()).is_none_or(|(all, groups)| groups > 0 && all % groups == 0);
    divides && batch.may_equal(rows) && before.len() == after.len() && same(before, after)
}
