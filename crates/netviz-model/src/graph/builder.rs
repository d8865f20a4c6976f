//! Builds a [`Graph`] node by node.

use std::collections::HashMap;
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};

use super::{Connection, Content, Graph, Node, Port};
use crate::diagnostics::Diagnostic;
use crate::ir::{Builder, Cost, Misfit, Op, Operand, Program, TensorType, ValueId};
use crate::layer::{self, Arity, Kind, Layer};
use crate::limits;
use crate::schema::ArgValue;
use crate::spec::{INPUT, is_layer_name};

/// Nodes that are lowered as they are added: the part of building that a model file, importers and [`GraphBuilder`]
/// share.
#[derive(Debug)]
pub(super) struct Lowering {
    program: Builder,
}

impl Lowering {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { program: Builder::new(name) }
    }

    /// An input of the network.
    pub(super) fn input(&mut self, name: &str, ty: TensorType) -> Result<Node, Misfit> {
        let value = self.program.input(name, ty);
        self.node(name, Content::Input, vec![value], Cost::default())
    }

    /// A layer.
    pub(super) fn layer(
        &mut self,
        name: &str,
        kind: &'static Kind,
        layer: &Arc<dyn Layer>,
        inputs: &[ValueId],
    ) -> Result<Node, Misfit> {
        let (outputs, cost) = self.program.lower(name, |scope| layer.lower(scope, inputs))?;
        self.node(name, Content::Layer { kind, layer: Arc::clone(layer) }, outputs, cost)
    }

    /// A single operation.
    fn operation(&mut self, name: &str, op: Op, inputs: &[ValueId]) -> Result<Node, Misfit> {
        let operands: Vec<Operand> = inputs.iter().copied().map(Operand::Value).collect();
        let (outputs, cost) = self.program.lower(name, |scope| scope.push_all(op.clone(), &operands))?;
        self.node(name, Content::Operation(op), outputs, cost)
    }

    fn node(&self, name: &str, content: Content, outputs: Vec<ValueId>, cost: Cost) -> Result<Node, Misfit> {
        let shapes = outputs.iter().map(|&output| {
            let ty = self.program.ty(output);
            ty.sample_shape().ok_or_else(|| Misfit::new(format!("gives values of an unknown shape, {ty}")))
        });
        let shape = shapes.collect::<Result<Vec<_>, _>>()?.swap_remove(0);
        Ok(Node { name: name.to_owned(), content, shape, parameters: cost.parameters, flops: cost.flops, outputs })
    }

    /// The finished program. There is at least one output.
    pub(super) fn finish(self, outputs: Vec<ValueId>) -> Program {
        self.program.finish(outputs)
    }
}

/// An output of a node of a [`GraphBuilder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    node: NodeIndex,
    port: Port,
}

/// Builds a [`Graph`] from Rust, without a model file.
///
/// ```
/// use netviz_model::graph::GraphBuilder;
///
/// # fn main() -> Result<(), netviz_model::diagnostics::Diagnostic> {
/// let mut graph = GraphBuilder::new("tiny");
/// let input = graph.input("input", &[4])?;
/// let hidden = graph.layer("hidden", "dense", &[("units", 3.into()), ("activation", "relu".into())], &[input])?;
/// let output = graph.layer("output", "dense", &[("units", 2.into())], &[hidden])?;
/// let graph = graph.finish(output)?;
/// assert_eq!(graph.parameters().total(), 4 * 3 + 3 + 3 * 2 + 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct GraphBuilder {
    network: DiGraph<Node, Connection>,
    names: HashMap<String, NodeIndex>,
    lowering: Lowering,
    input: Option<NodeIndex>,
}

impl GraphBuilder {
    /// A network without nodes.
    pub fn new(name: impl Into<String>) -> Self {
        Self { network: DiGraph::new(), names: HashMap::new(), lowering: Lowering::new(name), input: None }
    }

    /// Adds the input: a batch of 32-bit floating-point samples of these sizes, channels first for images.
    ///
    /// # Errors
    /// If the name is not allowed or taken, there is an input already, or the sample is empty or too large.
    pub fn input(&mut self, name: &str, sample: &[usize]) -> Result<Output, Diagnostic> {
        if self.input.is_some() {
            return Err(Diagnostic::error("the network has an input already").hint("a network has one input"));
        }
        if crate::shape::Shape::new(sample).is_none() {
            let message = format!("a sample has 1 to {} values, and no size of 0", limits::ELEMENTS);
            return Err(Diagnostic::error(message).hint("give the sizes of one sample, such as `[1, 28, 28]`"));
        }
        let ty = TensorType::batch(crate::ir::DType::Float32, sample);
        let output = self.add(name, &[], |lowering, _| lowering.input(name, ty))?;
        self.input = Some(output.node);
        Ok(output)
    }

    /// Adds a layer of a kind by its name, with arguments as in a model file, and returns its first output.
    ///
    /// # Errors
    /// If the name is not allowed or taken, the kind or an argument is not known or wrong, or the inputs do not fit.
    pub fn layer(
        &mut self,
        name: &str,
        kind: &str,
        arguments: &[(&str, ArgValue)],
        inputs: &[Output],
    ) -> Result<Output, Diagnostic> {
        let (kind, layer) = layer::build(kind, arguments)?;
        if !kind.arity.accepts(inputs.len()) {
            let wanted = match kind.arity {
                Arity::One => "one input",
                Arity::Many => "two inputs or more",
            };
            return Err(Diagnostic::error(format!("`{name}` ({}) needs {wanted}, not {}", kind.name, inputs.len())));
        }
        self.add(name, inputs, |lowering, values| lowering.layer(name, kind, &layer, values))
    }

    /// Adds a single operation on values, and returns its first output.
    ///
    /// # Errors
    /// If the name is not allowed or taken, or the inputs do not fit.
    pub fn operation(&mut self, name: &str, op: impl Into<Op>, inputs: &[Output]) -> Result<Output, Diagnostic> {
        let op = op.into();
        self.add(name, inputs, |lowering, values| lowering.operation(name, op, values))
    }

    /// Another output of the same node.
    ///
    /// # Errors
    /// If it has no such output.
    pub fn output(&self, of: Output, port: usize) -> Result<Output, Diagnostic> {
        self.value(of)?;
        let (node, output) = (&self.network[of.node], Output { node: of.node, port: Port(port) });
        let missing = || Diagnostic::error(format!("`{}` has no output {port}", node.name));
        node.outputs.get(port).map(|_| output).ok_or_else(missing)
    }

    fn value(&self, of: Output) -> Result<ValueId, Diagnostic> {
        let node = self.network.node_weight(of.node);
        node.and_then(|node| node.outputs.get(of.port.0)).copied().ok_or_else(|| {
            Diagnostic::error("an output belongs to another graph").hint("use outputs of the same `GraphBuilder`")
        })
    }

    fn add(
        &mut self,
        name: &str,
        inputs: &[Output],
        lower: impl FnOnce(&mut Lowering, &[ValueId]) -> Result<Node, Misfit>,
    ) -> Result<Output, Diagnostic> {
        if !is_layer_name(name) {
            let message = format!("`{name}` is not a name: letters, digits, `_`, `-`, and single dots inside");
            return Err(Diagnostic::error(message));
        }
        if self.names.contains_key(name) || (name == INPUT && !inputs.is_empty()) {
            return Err(Diagnostic::error(format!("duplicate name `{name}`")).hint("give each node a name of its own"));
        }
        let values: Vec<ValueId> = inputs.iter().map(|&output| self.value(output)).collect::<Result<_, _>>()?;
        let node = lower(&mut self.lowering, &values).map_err(|misfit| misfit.diagnostic(name))?;
        let index = self.network.add_node(node);
        self.names.insert(name.to_owned(), index);
        for (target, output) in inputs.iter().enumerate() {
            let connection = Connection { source: output.port, target: Port(target) };
            self.network.add_edge(output.node, index, connection);
        }
        Ok(Output { node: index, port: Port(0) })
    }

    /// The finished graph, with this output.
    ///
    /// # Errors
    /// If there is no input, or a node does not contribute to the output.
    pub fn finish(self, output: Output) -> Result<Graph, Diagnostic> {
        let Some(input) = self.input else {
            return Err(Diagnostic::error("the network has no input").hint("add one with `GraphBuilder::input`"));
        };
        let value = self.value(output)?;
        let is_used = |index: NodeIndex| index == output.node || self.network.neighbors(index).next().is_some();
        if let Some(unused) = self.network.node_indices().find(|&index| !is_used(index)) {
            let name = &self.network[unused].name;
            return Err(Diagnostic::error(format!("`{name}` is not used")).hint("connect it, or leave it out"));
        }
        // Nodes are added after their inputs.
        let order = self.network.node_indices().collect();
        let program = self.lowering.finish(vec![value]);
        Ok(Graph { network: self.network, order, input, output: output.node, program, train: None })
    }
}
