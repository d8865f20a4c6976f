//! Builds a [`Graph`] node by node.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};

use super::{Connection, Content, Graph, Node, Port, Source};
use crate::diagnostics::Diagnostic;
use crate::dtype::DType;
use crate::ir::{Builder, Dim, Misfit, Op, Operand, ParameterCount, ParameterId, Scope, TensorType, ValueId};
use crate::layer::{self, Arity, KINDS, Kind, LayerConfig};
use crate::limits;
use crate::schema::{ArgValue, suggest};
use crate::spec::{INPUT, is_layer_name};

/// The names of outputs in exported files.
const OUTPUT_NAMES: [&str; 2] = ["logits", "output"];

/// An output of a node of a [`GraphBuilder`]. That it belongs to this builder is checked only as far as the builder has
/// such an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output(pub(super) Source);

/// Builds a [`Graph`] from Rust, without a model file.
///
/// ```
/// use netviz_model::graph::GraphBuilder;
/// use netviz_model::layer;
///
/// # fn main() -> Result<(), netviz_model::diagnostics::Diagnostic> {
/// let mut graph = GraphBuilder::new("tiny");
/// let input = graph.input("input", &[4])?;
/// let hidden = graph.add("hidden", layer::dense().units(3).activation("relu"), &[input])?;
/// let output = graph.add("output", layer::dense().units(2), &[hidden])?;
/// let graph = graph.finish(&[output])?;
/// assert_eq!(graph.parameters().total(), 4 * 3 + 3 + 3 * 2 + 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct GraphBuilder {
    network: DiGraph<Node, Connection>,
    names: HashSet<String>,
    pub(super) program: Builder,
    inputs: Vec<NodeIndex>,
    /// The parameters that a node has already been charged with.
    pub(super) counted: HashSet<ParameterId>,
}

impl GraphBuilder {
    /// A network without nodes.
    pub fn new(name: impl Into<String>) -> Self {
        Self::with_capacity(name, 0)
    }

    /// A network without nodes, with room for this many.
    pub(super) fn with_capacity(name: impl Into<String>, nodes: usize) -> Self {
        Self {
            network: DiGraph::with_capacity(nodes, nodes),
            names: HashSet::new(),
            program: Builder::with_capacity(name, nodes),
            inputs: Vec::new(),
            counted: HashSet::new(),
        }
    }

    /// Adds an input: a batch of 32-bit floating-point samples of these sizes, channels first for images.
    ///
    /// # Errors
    /// If the name is not allowed or taken, or the sample is empty or too large.
    pub fn input(&mut self, name: &str, sample: &[usize]) -> Result<Output, Diagnostic> {
        self.input_with_type(name, TensorType::batch(DType::Float32, sample))
    }

    /// Adds an input of any type, of which not all dimensions need be known.
    ///
    /// # Errors
    /// If the name is not allowed or taken, or the sample is empty or too large. The names of outputs in exported files,
    /// `logits` and `output`, are not allowed.
    pub fn input_with_type(&mut self, name: &str, ty: TensorType) -> Result<Output, Diagnostic> {
        let fits = ty.elements().is_none_or(|elements| (1..=limits::ELEMENTS).contains(&elements));
        if !fits || ty.sample().is_some_and(|sample| sample.is_empty()) || ty.sample_dims().contains(&Dim::Size(0)) {
            let message = format!("a sample has 1 to {} values, and no size of 0", limits::ELEMENTS);
            return Err(Diagnostic::error(message).hint("give the sizes of one sample, such as `[1, 28, 28]`"));
        }
        if OUTPUT_NAMES.contains(&name) {
            return Err(Diagnostic::error(format!("an input cannot be named `{name}`")).hint("outputs have that name"));
        }
        self.take_name(name)?;
        Ok(first(self.push_input(name, ty, self.network.node_count())))
    }

    /// Adds a layer, and returns its first output.
    ///
    /// # Errors
    /// If the name is not allowed or taken, an argument is missing or wrong, or the inputs do not fit.
    pub fn add<A>(&mut self, name: &str, layer: LayerConfig<A>, inputs: &[Output]) -> Result<Output, Diagnostic> {
        let (kind, arguments) = layer.into_parts();
        self.layer_of(kind, name, &arguments, inputs)
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
        let found = layer::find(kind).ok_or_else(|| {
            let hint = suggest::hint(kind, KINDS.iter().map(|kind| kind.name));
            Diagnostic::error(format!("unknown layer `{kind}`")).hint(hint)
        })?;
        self.layer_of(found, name, arguments, inputs)
    }

    fn layer_of(
        &mut self,
        kind: &'static Kind,
        name: &str,
        arguments: &[(&str, ArgValue)],
        inputs: &[Output],
    ) -> Result<Output, Diagnostic> {
        let layer = layer::build(kind, arguments)?;
        if !kind.arity.accepts(inputs.len()) {
            let wanted = match kind.arity {
                Arity::One => "one input",
                Arity::Many => "two inputs or more",
            };
            return Err(Diagnostic::error(format!("`{name}` ({}) needs {wanted}, not {}", kind.name, inputs.len())));
        }
        self.node(name, Content::Layer { kind, layer }, inputs)
    }

    /// Adds a single operation on values, and returns its first output.
    ///
    /// # Errors
    /// If the name is not allowed or taken, or the inputs do not fit.
    pub fn operation(&mut self, name: &str, op: impl Into<Op>, inputs: &[Output]) -> Result<Output, Diagnostic> {
        self.node(name, Content::Operation(op.into()), inputs)
    }

    /// Another output of the same node.
    ///
    /// # Errors
    /// If it has no such output.
    pub fn output(&self, of: Output, port: usize) -> Result<Output, Diagnostic> {
        self.value(of)?;
        let Output(Source { node, .. }) = of;
        let missing = || Diagnostic::error(format!("`{}` has no output {port}", self.network[node].name));
        self.network[node].outputs.get(port).map(|_| Output(Source { node, port: Port(port) })).ok_or_else(missing)
    }

    /// The finished graph, which returns these outputs.
    ///
    /// # Errors
    /// If there is no input or no output, an output is named twice, a node does not contribute to an output, an input has
    /// the name of a parameter, or there are too many parameters.
    pub fn finish(self, outputs: &[Output]) -> Result<Graph, Diagnostic> {
        if self.inputs.is_empty() {
            return Err(Diagnostic::error("the network has no input").hint("add one with `GraphBuilder::input`"));
        }
        if outputs.is_empty() {
            return Err(Diagnostic::error("the network has no output").hint("give `GraphBuilder::finish` one or more"));
        }
        for (index, &output) in outputs.iter().enumerate() {
            self.value(output)?;
            if outputs[..index].contains(&output) {
                let name = &self.network[output.0.node].name;
                return Err(Diagnostic::error(format!("`{name}` is an output twice")).hint("name each output once"));
            }
        }
        let parameters: HashSet<&str> = self.program.parameters().iter().map(|own| own.name.as_str()).collect();
        if let Some(&input) = self.inputs.iter().find(|&&input| parameters.contains(self.network[input].name.as_str()))
        {
            let message = format!("`{}` is the name of an input and of a parameter", self.network[input].name);
            return Err(Diagnostic::error(message).hint("give the input another name"));
        }
        if ParameterCount::of(self.program.parameters()).total() > limits::PARAMETERS {
            return Err(Diagnostic::error("the network would hold more than 2⁴⁰ parameters").hint("use smaller sizes"));
        }
        let outputs: Vec<Source> = outputs.iter().map(|&Output(source)| source).collect();
        let is_used = |index: NodeIndex| {
            self.network.neighbors(index).next().is_some() || outputs.iter().any(|output| output.node == index)
        };
        if let Some(unused) = self.network.node_indices().find(|&index| !is_used(index)) {
            let name = &self.network[unused].name;
            return Err(Diagnostic::error(format!("`{name}` is not used")).hint("connect it, or leave it out"));
        }
        Ok(self.graph(outputs))
    }

    pub(super) fn value(&self, Output(source): Output) -> Result<ValueId, Diagnostic> {
        let node = self.network.node_weight(source.node);
        node.and_then(|node| node.outputs.get(source.port.0)).copied().ok_or_else(|| {
            Diagnostic::error("an output belongs to another graph").hint("use outputs of the same `GraphBuilder`")
        })
    }

    fn node(&mut self, name: &str, content: Content, inputs: &[Output]) -> Result<Output, Diagnostic> {
        for &input in inputs {
            self.value(input)?;
        }
        if name == INPUT {
            return Err(Diagnostic::error("only an input can be named `input`").hint("choose another name"));
        }
        self.take_name(name)?;
        let sources: Vec<Source> = inputs.iter().map(|&Output(source)| source).collect();
        self.push(name, content, &sources, self.network.node_count()).map(first).map_err(|misfit| {
            self.names.remove(name);
            misfit.diagnostic(name)
        })
    }

    fn take_name(&mut self, name: &str) -> Result<(), Diagnostic> {
        if !is_layer_name(name) {
            let message = format!("`{name}` is not a name: letters, digits, `_`, `-`, and single dots inside");
            return Err(Diagnostic::error(message));
        }
        if !self.names.insert(name.to_owned()) {
            return Err(Diagnostic::error(format!("duplicate name `{name}`")).hint("give each node a name of its own"));
        }
        Ok(())
    }
}

/// For the reader of model files, which has checked names, numbers of inputs and that every node is used.
impl GraphBuilder {
    /// Adds an input at a position of the model file.
    pub(super) fn push_input(&mut self, name: &str, ty: TensorType, position: usize) -> NodeIndex {
        let outputs = vec![self.program.input(name, ty)];
        let node = Node::new(name, Content::Input, outputs, position);
        let index = self.network.add_node(node);
        self.inputs.push(index);
        index
    }

    /// Adds a layer or an operation at a position of the model file. If it does not fit, nothing is added.
    pub(super) fn push(
        &mut self,
        name: &str,
        content: Content,
        inputs: &[Source],
        position: usize,
    ) -> Result<NodeIndex, Misfit> {
        let values: Vec<ValueId> =
            inputs.iter().map(|source| self.network[source.node].outputs[source.port.0]).collect();
        let lower = |scope: &mut Scope| match &content {
            // These compute nothing.
            Content::Input | Content::Composite(_) => Ok(values),
            Content::Layer { layer, .. } => layer.lower(scope, &values),
            Content::Operation(op) => {
                let operands: Vec<Operand> = values.iter().copied().map(Operand::Value).collect();
                scope.push_all(op.clone(), &operands)
            }
        };
        let (outputs, cost) = self.program.lower(name, lower)?;
        let node = Node {
            parameters: cost.parameters,
            flops: cost.flops,
            macs: cost.macs,
            ..Node::new(name, content, outputs, position)
        };
        Ok(self.connect(node, inputs))
    }

    /// Adds a node with its connections.
    pub(super) fn connect(&mut self, node: Node, inputs: &[Source]) -> NodeIndex {
        let index = self.network.add_node(node);
        for (target, source) in inputs.iter().enumerate() {
            self.network.add_edge(source.node, index, Connection { source: source.port, target: Port(target) });
        }
        index
    }

    /// A node that has been added.
    pub(super) fn at(&self, index: NodeIndex) -> &Node {
        &self.network[index]
    }

    /// The nodes and connections so far.
    pub(super) fn network_mut(&mut self) -> &mut DiGraph<Node, Connection> {
        &mut self.network
    }

    /// The nodes so far, in the order in which they were added.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.network.node_weights()
    }

    /// The number of nodes so far.
    pub(super) fn node_count(&self) -> usize {
        self.network.node_count()
    }

    /// The type of an output.
    pub(super) fn ty(&self, source: Source) -> &TensorType {
        self.program.ty(self.network[source.node].outputs[source.port.0])
    }

    /// The finished graph. There is at least one output.
    pub(super) fn graph(self, outputs: Vec<Source>) -> Graph {
        let values = outputs.iter().map(|source| self.network[source.node].outputs[source.port.0]).collect();
        let program = Arc::new(self.program.finish(values));
        Graph {
            network: self.network,
            inputs: self.inputs,
            outputs,
            program,
            train: None,
            batch: Dim::BATCH,
            classes: HashMap::new(),
            detailed: None,
            folded: 0,
        }
    }
}

fn first(node: NodeIndex) -> Output {
    Output(Source { node, port: Port(0) })
}
