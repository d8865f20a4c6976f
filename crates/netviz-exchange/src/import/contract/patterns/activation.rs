//! Activation functions.

use netviz_model::category::Category::Activation;

use super::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    // x · (1 + erf(x / √2)) / 2.
    Pattern::new(
        "Gelu",
        Activation,
        "a = Product(x, 0.70711)
         b = Erf(a)
         c = Add(b, 1)
         y = Product(x, c, 0.5)",
    ),
    // The same with 1 − erf(−x / √2).
    Pattern::new(
        "Gelu",
        Activation,
        "a = Product(x, -0.70711)
         b = Erfc(a)
         y = Product(x, b, 0.5)",
    ),
    // With tanh(√(2/π) · (x + 0.044715 · x³)) in place of the error function.
    Pattern::new(
        "Gelu",
        Activation,
        "p = Product(x, x, x, 0.044715)
         s = Add(x, p)
         t = Product(s, 0.797885)
         h = Tanh(t)
         c = Add(h, 1)
         y = Product(x, c, 0.5)",
    ),
    Pattern::new(
        "QuickGelu",
        Activation,
        "a = Product(x, 1.702)
         s = Sigmoid(a)
         y = Product(x, s)",
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
         b = Clip(a, min=0, max=6)
         y = Product(x, b, 0.166667)",
    ),
    Pattern::new(
        "HardSwish",
        Activation,
        "s = HardSigmoid(x, alpha=0.166667, beta?=0.5)
         y = Mul(x, s)",
    ),
    Pattern::new(
        "HardSigmoid",
        Activation,
        "a = Add(x, 3)
         b = Clip(a, min=0, max=6)
         y = Product(b, 0.166667)",
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
