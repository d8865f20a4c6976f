//! Activation functions.

use netviz_model::category::Category::Activation;

use super::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    // x · (1 + erf(x / √2)) / 2, in the orders of PyTorch's exporters, of Keras and of optimizers.
    Pattern::new(
        "Gelu",
        Activation,
        "a = Div(x, 1.41421)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(x, c)
         y = Mul(d, 0.5)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Div(x, 1.41421)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(c, 0.5)
         y = Mul(x, d)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Div(x, 1.41421)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(x, 0.5)
         y = Mul(d, c)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Mul(x, 0.70711)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(x, 0.5)
         y = Mul(d, c)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Mul(x, 0.70711)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(x, c)
         y = Mul(d, 0.5)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Mul(x, 0.70711)
         b = Erf(a)
         c = Add(b, 1)
         d = Mul(c, 0.5)
         y = Mul(x, d)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "a = Mul(x, 0.70711)
         n = Neg(a)
         b = Erfc(n)
         d = Mul(x, 0.5)
         y = Mul(d, b)",
    ),
    // With tanh(√(2/π) · (x + 0.044715 · x³)) in place of the error function.
    Pattern::new(
        "Gelu",
        Activation,
        "p = Pow(x, 3)
         q = Mul(p, 0.044715)
         s = Add(x, q)
         t = Mul(s, 0.797885)
         h = Tanh(t)
         c = Add(h, 1)
         d = Mul(x, 0.5)
         y = Mul(d, c)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "p = Pow(x, 3)
         q = Mul(p, 0.044715)
         s = Add(x, q)
         t = Mul(s, 0.797885)
         h = Tanh(t)
         c = Add(h, 1)
         d = Mul(c, 0.5)
         y = Mul(x, d)",
    ),
    Pattern::new(
        "Gelu",
        Activation,
        "m = Mul(x, x)
         p = Mul(m, x)
         q = Mul(p, 0.044715)
         s = Add(x, q)
         t = Mul(s, 0.797885)
         h = Tanh(t)
         c = Add(h, 1)
         d = Mul(x, 0.5)
         y = Mul(d, c)",
    ),
    Pattern::new(
        "QuickGelu",
        Activation,
        "a = Mul(x, 1.702)
         s = Sigmoid(a)
         y = Mul(x, s)",
    ),
    Pattern::new(
        "SiLU",
        Activation,
        "s = Sigmoid(x)
         y = Mul(x, s)",
    ),
    Pattern::new(
        "HardSwish",
        Activation,
        "a = Add(x, 3)
         b = Clip(a)
         c = Div(b, 6)
         y = Mul(x, c)",
    ),
    Pattern::new(
        "HardSwish",
        Activation,
        "a = Add(x, 3)
         b = Clip(a)
         c = Mul(x, b)
         y = Div(c, 6)",
    ),
    Pattern::new(
        "HardSwish",
        Activation,
        "s = HardSigmoid(x)
         y = Mul(x, s)",
    ),
    Pattern::new(
        "HardSigmoid",
        Activation,
        "a = Add(x, 3)
         b = Clip(a)
         y = Div(b, 6)",
    ),
    Pattern::new(
        "Mish",
        Activation,
        "s = Softplus(x)
         t = Tanh(s)
         y = Mul(x, t)",
    ),
    Pattern::new(
        "Mish",
        Activation,
        "e = Exp(x)
         o = Add(e, 1)
         s = Log(o)
         t = Tanh(s)
         y = Mul(x, t)",
    ),
    Pattern::new(
        "PRelu",
        Activation,
        "r = Relu(x)
         n = Neg(x)
         m = Relu(n)
         a = Mul(m, W)
         y = Add(r, a)",
    ),
];
