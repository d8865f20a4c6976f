//! Attention: softmax(q · kᵀ) · v, with the reshaping into heads.

use netviz_model::category::Category::Attention;

use super::Pattern;

/// What splits values into heads, and puts these together again.
const HEADS: &[&str] = &[
    "Transpose",
    "Reshape",
    "Gather",
    "Split",
    "Slice",
    "Squeeze",
    "Unsqueeze",
    "Mul",
    "Div",
    "Expand",
    "Tile",
    "Where",
];

const fn attention(graph: &'static str) -> Pattern {
    Pattern::new("Attention", Attention, graph).absorbs(HEADS)
}

pub(super) const PATTERNS: &[Pattern] = &[
    attention(
        "s = MatMul(q, k)
         t = Div|Mul(s, _)
         m = Add(t, ~mask)
         p = Softmax(m, axis?=last)
         y = MatMul(p, v)",
    ),
    attention(
        "s = MatMul(q, k)
         t = Div|Mul(s, _)
         m = Where(~mask, t)
         p = Softmax(m, axis?=last)
         y = MatMul(p, v)",
    ),
    attention(
        "s = MatMul(q, k)
         t = Div|Mul(s, _)
         m = Where(~mask, t)
         a = Add(m, ~more)
         p = Softmax(a, axis?=last)
         y = MatMul(p, v)",
    ),
    attention(
        "s = MatMul(q, k)
         m = Add(s, ~mask)
         p = Softmax(m, axis?=last)
         y = MatMul(p, v)",
    ),
    attention(
        "s = MatMul(q, k)
         t = Div|Mul(s, _)
         p = Softmax(t, axis?=last)
         y = MatMul(p, v)",
    ),
    attention(
        "s = MatMul(q, k)
         p = Softmax(s, axis?=last)
         y = MatMul(p, v)",
    ),
    // Windows with a mask of their own.
    attention(
        "s = MatMul(q, k)
         b = Add(s, ~bias)
         r = Reshape(b)
         m = Add(r, ~mask)
         w = Reshape(m)
         p = Softmax(w, axis?=last)
         y = MatMul(p, v)",
    ),
    // Values that are not numbers, of rows that are masked as a whole, become 0.
    attention(
        "s = MatMul(q, k)
         m = Add(s, ~mask)
         p = Softmax(m, axis?=last)
         n = IsNaN(p)
         z = Where(n, _, p)
         y = MatMul(z, v)",
    ),
    attention(
        "s = MatMul(q, k)
         p = Softmax(s, axis?=last)
         n = IsNaN(p)
         z = Where(n, _, p)
         y = MatMul(z, v)",
    ),
];
