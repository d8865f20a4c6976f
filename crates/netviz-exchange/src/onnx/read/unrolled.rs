//! The number of operations of a network, before any of them is read: functions that call functions multiply it.

use std::collections::HashMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::{limits, text};

use super::opsets::domain;
use crate::onnx::proto::{FunctionProto, NodeProto};

/// Groups within groups, by functions and bodies.
pub(super) const DEPTH: usize = 64;

/// Local functions by [key].
pub(super) type Functions<'a> = HashMap<[&'a str; 3], &'a FunctionProto>;

/// What a node calls: domain, name and overload of a function.
pub(super) fn key(node: &NodeProto) -> [&str; 3] {
    [domain(&node.domain), node.op_type.as_str(), node.overload.as_str()]
}

/// What is known about a function.
#[derive(Debug, Clone, Copy)]
struct Size {
    operations: usize,
    /// Groups within groups, its own included.
    depth: usize,
}

/// Refuses a network that has too many operations with its functions unrolled, or in which these are nested too deep.
pub(super) fn check(nodes: &[NodeProto], functions: &Functions) -> Result<(), Diagnostic> {
    bounded(Unrolled { functions, known: HashMap::new() }.sum(nodes, 0)?.operations)
}

/// Refuses too many operations.
pub(super) fn bounded(operations: usize) -> Result<(), Diagnostic> {
    if operations <= limits::OPERATIONS {
        return Ok(());
    }
    let most = text::thousands(limits::OPERATIONS);
    Err(Diagnostic::error(format!("the network has more than {most} operations"))
        .hint("split it, or export it without unrolled loops"))
}

struct Unrolled<'a, 'f> {
    functions: &'f Functions<'a>,
    /// Each function is counted once.
    known: HashMap<[&'a str; 3], Size>,
}

impl<'a> Unrolled<'a, '_> {
    /// The size of nodes within so many groups.
    fn sum(&mut self, nodes: &'a [NodeProto], around: usize) -> Result<Size, Diagnostic> {
        let mut sum = Size { operations: nodes.len(), depth: 0 };
        let mut add = |inner: Size| {
            sum.operations = sum.operations.saturating_add(inner.operations);
            sum.depth = sum.depth.max(inner.depth + 1);
        };
        for node in nodes {
            for attribute in &node.attribute {
                for body in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
                    add(self.sum(&body.node, around + 1)?);
                }
            }
            let key = key(node);
            let Some(function) = self.functions.get(&key).copied() else { continue };
            let size = match self.known.get(&key) {
                Some(&size) => size,
                None if around >= DEPTH => return Err(too_deep(&function.name)),
                None => {
                    let size = self.sum(&function.node, around + 1)?;
                    self.known.insert(key, size);
                    size
                }
            };
            if around + 1 + size.depth > DEPTH {
                return Err(too_deep(&function.name));
            }
            add(size);
        }
        Ok(sum)
    }
}

/// The error for functions that call each other without an end.
fn too_deep(name: &str) -> Diagnostic {
    Diagnostic::error(format!("functions are nested more than {DEPTH} deep, at `{}`", excerpt(name)))
        .hint("a function must not call itself")
}
