//! Operations that pass on values as they are belong to what gives these values.

use super::net::{Argument, Net};
use super::{Part, Parts};

/// Operations that pass on their first operand: copies, casts, and the two halves of a quantization.
const PASSING: &[&str] = &["Identity", "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear"];

/// Operations that do so in inference, and are layers all the same.
const IN_INFERENCE: &[&str] = &["Dropout", "dropout"];

/// Operations that add or take away dimensions of size 1 alone.
const AXES: &[&str] = &["Squeeze", "Unsqueeze"];

/// Whether a node passes on its first operand.
fn passes(net: &Net, node: usize) -> bool {
    PASSING.contains(&net.word(node)) && net.outputs(node).len() == 1
}

/// The node that gives a value, before those that pass it on, which are added to `passing`.
pub(super) fn through(net: &Net, parts: &Parts, operand: Argument, passing: &mut Vec<usize>) -> Option<usize> {
    let mut node = net.giver(operand)?;
    while (passes(net, node) || IN_INFERENCE.contains(&net.word(node))) && parts.of[node] == Part::Single {
        let Some(before) = net.operands(node).first().and_then(|&operand| net.giver(operand)) else { break };
        passing.push(node);
        node = before;
    }
    Some(node)
}

pub(super) fn join(net: &Net, parts: &mut Parts) {
    for node in 0..net.count() {
        if parts.of[node] != Part::Single || !passes(net, node) && !AXES.contains(&net.word(node)) {
            continue;
        }
        let Some(source) = net.operands(node).first().and_then(|&operand| net.giver(operand)) else { continue };
        if !net.is_input(source) && parts.of[source] != Part::Folded {
            parts.add(net, node, source);
            continue;
        }
        // What an input is cast to belongs to the only node that reads it.
        let mut targets = net.targets(node);
        if let (Some(target), None) = (targets.next(), targets.next())
            && !net.leaves(node)
            && parts.of[target] == Part::Single
            && net.sources(target).filter(|&other| parts.of[other] != Part::Folded).count() == 1
        {
            parts.add(net, node, target);
        }
    }
}
