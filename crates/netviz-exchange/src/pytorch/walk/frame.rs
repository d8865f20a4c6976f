//! The names of a graph or a body.

use std::collections::{HashMap, HashSet};

use netviz_model::graph::Output;

use crate::pytorch::arguments;
use crate::pytorch::schema::{Graph, Node};

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// A stored tensor, by its index.
    Stored(usize),
    /// A value that an operation gives, or an input.
    Given {
        output: Output,
        /// Whether it is the same for all inputs of the network.
        is_constant: bool,
    },
    /// What is no tensor, or is given at run time, such as the number of a step.
    Absent,
}

/// The names of a graph or a body.
pub(super) struct Frame<'a> {
    pub(super) graph: &'a Graph<'a>,
    values: HashMap<&'a str, Bound>,
    /// Names that something needs.
    needed: HashSet<&'a str>,
    /// Groups that it is in, with a dot behind; empty for the whole network.
    pub(super) group: String,
    /// The module of the operation that the body belongs to.
    pub(super) module: String,
    /// How often it runs; `None` if that is not known.
    pub(super) runs: Option<usize>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(graph: &'a Graph<'a>, group: String) -> Self {
        let mut needed: HashSet<&str> = graph.outputs.iter().flat_map(arguments::names).collect();
        for node in graph.nodes.iter().rev() {
            if names_of_outputs(node).into_iter().any(|name| needed.contains(name)) {
                needed.extend(node.inputs.iter().flat_map(|input| arguments::names(&input.arg)));
            }
        }
        Self { graph, values: HashMap::new(), needed, group, module: String::new(), runs: Some(1) }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Bound> {
        self.values.get(name)
    }

    pub(super) fn bind(&mut self, name: &'a str, bound: Bound) {
        self.values.insert(name, bound);
    }

    /// Whether an output depends on an operation.
    pub(super) fn needs(&self, node: &'a Node<'a>) -> bool {
        names_of_outputs(node).into_iter().any(|name| self.needed.contains(name))
    }
}

/// The names that the outputs of an operation are given.
pub(super) fn names_of_outputs<'a>(node: &'a Node<'a>) -> Vec<&'a str> {
    node.outputs.iter().flat_map(arguments::names).collect()
}
