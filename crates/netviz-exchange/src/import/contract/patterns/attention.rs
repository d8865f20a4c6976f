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
    attention("y = Attention(q, k, v)"),
    // Between the products, scores are scaled, bounded and masked, whole windows at once.
    attention(
        "s = MatMul(q, k)
         m* = Mul|Div|Tanh|Add|Sub|Where|MaskedFill|Reshape(s)
         p = Softmax(m, axis?=last)
         y = MatMul(p, v)",
    ),
    // Values that are not numbers, of rows that are masked as a whole, become 0.
    attention(
        "s = MatMul(q, k)
         m* = Mul|Div|Tanh|Add|Sub|Where|MaskedFill|Reshape(s)
         p = Softmax(m, axis?=last)
         n = IsNaN(p)
         z = Where(n, _, p)
         y = MatMul(z, v)",
    ),
];
