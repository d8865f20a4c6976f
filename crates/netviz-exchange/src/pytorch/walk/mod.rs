//! Walks over the operations of a program, and gives each to the graph.

mod frame;
mod inputs;
mod operation;
mod types;

use std::collections::BTreeMap;

use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::{Argument, Graph, GraphBuilder, Output};
use netviz_model::ir::{Dim, Opaque, ParameterId, Role, TensorType};
use netviz_model::text::{plural, thousands};

use super::arguments;
use super::schema::{ExportedProgram, OutputSpec};
use super::weights::{Tied, Weights};
use crate::import::{File, Names, Tensor};
use frame::{Bound, Frame};

/// A tensor of the file.
struct Stored {
    name: String,
    tensor: Tensor,
    role: Role,
    /// The parameter of the graph, made when it is used first.
    id: Option<ParameterId>,
}

/// The state of the walk.
pub(super) struct Walker<'a> {
    file: &'a File<'a>,
    program: &'a ExportedProgram<'a>,
    weights: Weights<'a>,
    builder: GraphBuilder,
    names: Names,
    stored: Vec<Stored>,
    /// Tensors that are several parameters.
    tied: Tied,
    /// The stored tensors that are parameters of the graph, in order.
    used: Vec<usize>,
    /// The name or size of the batch in the file.
    batch: Dim,
    classes: BTreeMap<String, String>,
    nodes: usize,
}

impl<'a> Walker<'a> {
    pub(super) fn new(file: &'a File<'a>, program: &'a ExportedProgram<'a>, weights: Weights<'a>) -> Self {
        Self {
            file,
            program,
            weights,
            builder: GraphBuilder::new(file.name),
            names: Names::default(),
            stored: Vec::new(),
            tied: Tied::new(),
            used: Vec::new(),
            batch: types::batch(program),
            classes: BTreeMap::new(),
            nodes: 0,
        }
    }

    /// The graph, the tensors of its parameters, and warnings.
    pub(super) fn walk(mut self) -> Result<(Graph, Vec<Tensor>, Vec<Diagnostic>), Diagnostic> {
        let module = &self.program.graph_module;
        let mut frame = Frame::new(&module.graph, String::new());
        self.inputs(&mut frame);
        self.graph(&mut frame)?;
        let mut outputs = Vec::new();
        for name in output_names(self.program) {
            outputs.extend(self.leaving(name, &frame)?);
        }
        if outputs.is_empty() {
            return Err(Diagnostic::error("the program returns no tensor").hint("export a network that returns one"));
        }
        let warnings = self.unused().into_iter().collect();
        let tensors: Vec<Tensor> = self.used.iter().map(|&index| self.stored[index].tensor.clone()).collect();
        Ok((self.builder.finish_foreign(&outputs, self.batch, self.classes), tensors, warnings))
    }

    /// The parameter of the graph that a stored tensor is.
    fn parameter(&mut self, index: usize) -> ParameterId {
        let Stored { name, tensor, role, id } = &mut self.stored[index];
        *id.get_or_insert_with(|| {
            self.used.push(index);
            self.builder.stored(name.clone(), tensor.dtype, tensor.shape.clone(), *role)
        })
    }

    /// Adds what no operation reads, so that all tensors are known, and says so if it is learned.
    fn unused(&mut self) -> Option<Diagnostic> {
        let unused: Vec<usize> = (0..self.stored.len()).filter(|&index| self.stored[index].id.is_none()).collect();
        for &index in &unused {
            self.parameter(index);
        }
        let learned: Vec<&Stored> = unused
            .iter()
            .map(|&index| &self.stored[index])
            .filter(|stored| matches!(stored.role, Role::Trainable | Role::Frozen))
            .collect();
        let first = excerpt(&learned.first()?.name);
        let elements = learned.iter().fold(0, |sum: usize, stored| sum.saturating_add(stored.tensor.elements()));
        let message = format!(
            "{} in {} are used by no operation, such as `{first}`",
            plural(elements, "parameter"),
            plural(learned.len(), "tensor")
        );
        Some(Diagnostic::warning(message).hint("they belong to a part of the network that only training runs"))
    }

    /// The output that a name of the network's outputs stands for; `None` if it is no tensor.
    fn leaving(&mut self, name: &str, frame: &Frame) -> Result<Option<Output>, Diagnostic> {
        match frame.find(name) {
            Some(Bound::Given { output, .. }) => Ok(Some(*output)),
            // A tensor that is an output has to come from somewhere.
            Some(Bound::Stored(index)) => {
                let index = *index;
                let argument = Argument::Stored(self.parameter(index));
                let Stored { name, tensor, .. } = &self.stored[index];
                let ty = TensorType::sized(tensor.dtype, &tensor.shape);
                let name = self.names.unique(readable(name));
                let op = Opaque { name: "constant".into(), macs: Some(0), outputs: vec![ty], ..Opaque::default() };
                Ok(self.builder.foreign(&name, op, &[argument]).first().copied())
            }
            Some(Bound::Absent) => Ok(None),
            None => Err(Diagnostic::error(format!("the output `{}` is given by nothing", excerpt(name)))
                .hint("the file is damaged: export it again")),
        }
    }
}

/// The names of what a program returns.
pub(super) fn output_names<'a>(program: &'a ExportedProgram<'a>) -> Vec<&'a str> {
    let names = |spec: &'a OutputSpec<'a>| match spec {
        OutputSpec::User(user) => arguments::names(&user.arg),
        OutputSpec::Loss(loss) => vec![loss.arg.name.as_ref()],
        OutputSpec::Other(_) => Vec::new(),
    };
    program.graph_module.signature.output_specs.iter().flat_map(names).collect()
}

/// A name without control characters, which no terminal and no picture can show.
fn readable(name: &str) -> String {
    let name: String = name.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
    if name.is_empty() { "value".into() } else { name }
}

/// The error for a program with too many operations.
fn too_many(most: usize) -> Diagnostic {
    Diagnostic::error(format!("the network has more than {} operations", thousands(most)))
        .hint("split it, or export it without unrolled loops")
}
