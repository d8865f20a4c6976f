//! Steps of recurrent layers, and what PyTorch puts around their operators.

use netviz_model::category::Category::Recurrent;

use super::Pattern;

/// What moves the batch and the directions.
const AROUND: &[&str] = &["Transpose", "Squeeze", "Reshape"];

pub(super) const PATTERNS: &[Pattern] = &[
    // One step of a cell: gates, then cell and state.
    Pattern::new(
        "LSTMCell",
        Recurrent,
        "a = Gemm|MatMul(x, W)
         b = Gemm|MatMul(h, U)
         g = Add(a, b)
         s = Split(g, axis=last)
         i = Sigmoid(s)
         f = Sigmoid(s)
         t = Tanh(s)
         o = Sigmoid(s)
         k = Mul(f, ~c)
         l = Mul(i, t)
         n! = Add(k, l)
         u = Tanh(n)
         y = Mul(o, u)",
    ),
    Pattern::new("LSTM", Recurrent, "y! = LSTM(x, W)").absorbs(AROUND),
    Pattern::new("GRU", Recurrent, "y! = GRU(x, W)").absorbs(AROUND),
    Pattern::new("RNN", Recurrent, "y! = RNN(x, W)").absorbs(AROUND),
];
