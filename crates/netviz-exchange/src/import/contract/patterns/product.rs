//! Products of several factors, which exporters and optimizers multiply in any order.

use super::super::passing::through;
use super::super::{Argument, Net, Part, Parts};

/// A product as a pattern writes it, and the operations that it can end with.
pub(super) const PRODUCT: &str = "Product";
pub(super) const KINDS: &[&str] = &["Mul", "Div", "Neg", "Pow", "Reciprocal"];

/// Most factors of a product.
const MOST: usize = 6;

/// A factor: a value, or one divided by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor {
    pub(super) operand: Argument,
    pub(super) is_inverse: bool,
}

/// The factors of a product.
#[derive(Debug)]
pub(super) struct Factors {
    /// Those that are no numbers.
    pub(super) values: Vec<Factor>,
    /// The product of all numbers.
    pub(super) number: f64,
    /// The nodes besides the last one that multiply.
    pub(super) nodes: Vec<usize>,
}

/// The factors of what a node computes; `None` if it is no product, or one of too many factors.
pub(super) fn factors(net: &Net, parts: &Parts, last: usize) -> Option<Factors> {
    let mut found = Factors { values: Vec::new(), number: 1.0, nodes: Vec::new() };
    let (number, mut waiting) = multiplied(net, last)?;
    found.number *= number;
    while let Some(factor) = waiting.pop() {
        let Factor { operand, is_inverse } = factor;
        let turned = |number: f64| if is_inverse { number.recip() } else { number };
        if let Some(number) = net.scalar(operand) {
            found.number *= turned(number);
            continue;
        }
        if found.values.len() + waiting.len() >= MOST {
            return None;
        }
        let mut passing = Vec::new();
        let inner = through(net, parts, operand, &mut passing).filter(|&node| {
            let is_own = |target| target == last || found.nodes.contains(&target) || passing.contains(&target);
            parts.of[node] == Part::Single && !net.leaves(node) && net.targets(node).all(is_own)
        });
        match inner.and_then(|node| Some((node, multiplied(net, node)?))) {
            Some((node, (number, more))) => {
                found.number *= turned(number);
                waiting.extend(more.into_iter().map(|it| Factor { is_inverse: it.is_inverse != is_inverse, ..it }));
                found.nodes.extend(passing);
                found.nodes.push(node);
            }
            None => found.values.push(factor),
        }
    }
    Some(found)
}

/// The number and the factors that a node multiplies.
fn multiplied(net: &Net, node: usize) -> Option<(f64, Vec<Factor>)> {
    let plain = |operand| Factor { operand, is_inverse: false };
    let inverse = |operand| Factor { operand, is_inverse: true };
    match (net.word(node), &net.arguments(node)[..]) {
        ("Mul", &[a, b]) => Some((1.0, vec![plain(a), plain(b)])),
        ("Div", &[a, b]) => Some((1.0, vec![plain(a), inverse(b)])),
        ("Reciprocal", &[a]) => Some((1.0, vec![inverse(a)])),
        ("Neg", &[a]) => Some((-1.0, vec![plain(a)])),
        ("Pow", &[a, b]) => {
            let exponent = net.scalar(b)?;
            let count = (2..=4).find(|&count| (f64::from(count) - exponent).abs() < 1e-6)?;
            Some((1.0, (0..count).map(|_| plain(a)).collect()))
        }
        _ => None,
    }
}
