//! From text to a checked network in one call.

use crate::diagnostics::{Diagnostic, Problems};
use crate::graph::Graph;
use crate::source::{Source, Sources};
use crate::spec::{Override, Spec, explained};

/// A checked network, with the warnings about it.
#[derive(Debug)]
pub struct Model {
    /// The network.
    pub graph: Graph,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Model {
    /// Reads and checks the model of `sources`.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn read(sources: &Sources, overrides: &[Override]) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Problems::default();
        let spec = Spec::parse(sources, overrides, &mut problems);
        let graph = spec.and_then(|spec| Graph::build(spec, &mut problems));
        let failed = problems.has_errors();
        match graph {
            Some(graph) if !failed => Ok(Self { graph, warnings: problems.into_sorted() }),
            _ => Err(explained(sources, problems.into_sorted())),
        }
    }

    /// Reads and checks a model from a string.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    ///
    /// ```
    /// let model = netviz::Model::from_text("
    ///     name: tiny
    ///     input: [4]
    ///     layers:
    ///       - dense: {units: 3, activation: relu}
    ///       - dense: 2
    /// ").expect("a valid model");
    /// assert_eq!(model.graph.parameters().total(), 4 * 3 + 3 + 3 * 2 + 2);
    /// ```
    pub fn from_text(text: &str) -> Result<Self, Vec<Diagnostic>> {
        Self::read(&Sources::new(Source::new("model.yaml", text)), &[])
    }
}
