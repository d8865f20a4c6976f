//! Operations, and the bodies of those that call graphs.

use netviz_model::category::Category;
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::Argument as Operand;
use netviz_model::ir::{DType, Opaque, TensorType};
use netviz_model::limits;
use netviz_model::schema::ArgValue;

use super::frame::names_of_outputs;
use super::{Bound, Frame, Walker, readable, too_many};
use crate::pytorch::arguments;
use crate::pytorch::modules::{self, Place};
use crate::pytorch::operators::{self, Call, Operator, Sizes, Value};
use crate::pytorch::schema::{Argument, Graph, GraphArgument, Node};

/// Operations that only call a graph, which is drawn in their place.
const WRAPPERS: &[&str] = &[
    "wrap_with_set_grad_enabled",
    "wrap_with_autocast",
    "wrap",
    "wrap_activation_checkpoint",
    "tag_activation_checkpoint",
    "invoke_subgraph",
    "strict_mode",
    "hints_wrapper",
];

impl<'a> Walker<'a> {
    /// Adds all operations of a graph.
    pub(super) fn graph(&mut self, frame: &mut Frame<'a>) -> Result<(), Diagnostic> {
        for node in &frame.graph.nodes {
            self.nodes += 1;
            if self.nodes > limits::OPERATIONS {
                return Err(too_many(limits::OPERATIONS));
            }
            self.node(node, frame)?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a Node<'a>, frame: &mut Frame<'a>) -> Result<(), Diagnostic> {
        let (namespace, kind) = operators::split(&node.target);
        // Checks while the network runs compute nothing.
        if node.outputs.is_empty() && (namespace == "aten" || kind.starts_with("sym_")) {
            return Ok(());
        }
        let operator = operators::find(namespace, &kind);
        let (mut bounds, mut omitted) = (Vec::new(), 0);
        for input in &node.inputs {
            let is_template = operator.is_some_and(|it| !it.is_random && it.templates.contains(&input.name.as_ref()));
            let names = arguments::names(&input.arg);
            // What is omitted before other operands keeps its place, such as the factors of a batch normalization.
            if names.is_empty() && namespace == "aten" && arguments::is_none(&input.arg) {
                omitted += 1;
            } else if !names.is_empty() {
                bounds.extend(std::iter::repeat_n(Bound::Absent, std::mem::take(&mut omitted)));
            }
            for name in names {
                let bound = operand(name, node, frame)?;
                bounds.push(if is_template { Bound::Absent } else { bound });
            }
        }
        let is_fixed = |bound: &Bound| !matches!(bound, Bound::Given { is_constant: false, .. });
        let is_constant = bounds.iter().all(is_fixed) && !operator.is_some_and(|it| it.is_random);
        // What fills a constant in place is not connected to what reads it.
        if is_constant && !frame.needs(node) {
            for name in names_of_outputs(node) {
                frame.bind(name, Bound::Absent);
            }
            return Ok(());
        }
        let bodies: Vec<&GraphArgument> = node
            .inputs
            .iter()
            .filter_map(|input| match &input.arg {
                Argument::Graph(body) => Some(body.as_ref()),
                _ => None,
            })
            .collect();
        if let [body] = bodies[..]
            && WRAPPERS.contains(&kind.as_str())
        {
            return self.wrapper(body, node, &bounds, frame);
        }
        let name = self.name(node, &kind, frame);
        for body in &bodies {
            let results = self.body(body, node, &kind, &name, &bounds, frame)?;
            bounds.extend(results.into_iter().map(|(_, bound)| bound));
        }
        let op = self.op(node, namespace, kind, operator, &bounds, frame);
        // What a body is given from outside is drawn inside it.
        let skipped = if bodies.is_empty() { 0..0 } else { passed_on(node) };
        let mut operands: Vec<Operand> = bounds
            .iter()
            .enumerate()
            .filter(|(index, _)| !skipped.contains(index))
            .map(|(_, bound)| match bound {
                Bound::Stored(index) => Operand::Stored(self.parameter(*index)),
                Bound::Given { output, .. } => Operand::Output(*output),
                Bound::Absent => Operand::Absent,
            })
            .collect();
        // To readers of the graph, only what is random reads nothing.
        if operands.is_empty() && is_constant {
            operands.push(Operand::Absent);
        }
        let outputs = self.builder.foreign(&name, op, &operands);
        for (name, output) in names_of_outputs(node).into_iter().zip(outputs) {
            frame.bind(name, Bound::Given { output, is_constant });
        }
        Ok(())
    }

    fn op(
        &self,
        node: &Node,
        namespace: &str,
        kind: String,
        operator: Option<&Operator>,
        bounds: &[Bound],
        frame: &Frame,
    ) -> Opaque {
        let mut values: Vec<(&str, Value)> = Vec::with_capacity(node.inputs.len());
        let mut shown: Vec<(&str, ArgValue)> = Vec::new();
        let sizes = |name: &str| frame.graph.tensor_values.get(name).map(|meta| self.sizes(meta));
        for input in &node.inputs {
            let name = input.name.as_ref();
            let names = arguments::names(&input.arg);
            match &input.arg {
                Argument::Tensor(tensor) => {
                    values.extend(sizes(&tensor.name).map(|sizes| (name, Value::Tensor(sizes))));
                }
                Argument::Tensors(_) | Argument::OptionalTensors(_) => {
                    values.push((name, Value::Tensors(names.into_iter().map(sizes).collect())));
                }
                Argument::OptionalTensor(_) => {
                    let tensor = names.first().and_then(|name| sizes(name));
                    values.extend(tensor.map(|sizes| (name, Value::Tensor(sizes))));
                }
                argument => {
                    let Some(value) = arguments::shown(argument, &|name| self.size(name, frame)) else { continue };
                    shown.push((name, value.clone()));
                    values.push((name, Value::Setting(value)));
                }
            }
        }
        let names = names_of_outputs(node);
        let outputs: Vec<Sizes> = names.iter().filter_map(|name| sizes(name)).collect();
        let call = Call { arguments: &values, outputs: &outputs };
        let macs = match operator {
            Some(operator) => (operator.macs)(&call),
            // Arithmetic with sizes, and what calls bodies, multiplies nothing itself.
            None => (kind.starts_with("sym_") || namespace == "higher_order").then_some(0),
        };
        let macs = match macs {
            Some(0) => Some(0),
            macs => macs.zip(frame.runs).map(|(macs, runs)| macs.saturating_mul(runs)),
        };
        let elements = call.values();
        let flops = operator.and_then(|it| {
            let own = if it.flops == 0 { 0 } else { elements?.saturating_mul(it.flops) };
            Some(macs?.saturating_mul(2).saturating_add(own))
        });
        let mut types: Vec<TensorType> = names.iter().map(|name| self.ty(name, frame)).collect();
        if types.is_empty() {
            types.push(TensorType::unranked(DType::Undefined));
        }
        Opaque {
            domain: namespace.to_owned(),
            settings: arguments::settings(shown, &call, operator),
            category: operator.and_then(|operator| category(operator, bounds)),
            name: kind,
            flops,
            macs,
            outputs: types,
        }
    }

    /// A name for a node that nothing else has: the path of its module, and the operator.
    fn name(&mut self, node: &Node, kind: &str, frame: &Frame) -> String {
        let Place { path, classes } = place(node);
        let inside = |path: &str| -> String {
            let own = path.strip_prefix(frame.module.as_str()).filter(|_| !frame.group.is_empty());
            let own = own.filter(|own| own.is_empty() || own.starts_with('.') || frame.module.is_empty());
            format!("{}{}", frame.group, own.unwrap_or(path).trim_start_matches('.'))
        };
        for (path, class) in classes {
            self.classes.entry(readable(&inside(&path))).or_insert(class);
        }
        let path = inside(&path);
        let dot = if path.is_empty() || path.ends_with('.') { "" } else { "." };
        self.names.unique(readable(&format!("{path}{dot}{kind}")))
    }

    /// Adds the operations of a graph in place of the operation that calls it.
    fn wrapper(
        &mut self,
        body: &'a GraphArgument<'a>,
        node: &'a Node<'a>,
        bounds: &[Bound],
        frame: &mut Frame<'a>,
    ) -> Result<(), Diagnostic> {
        let mut inner = Frame::new(&body.graph, frame.group.clone());
        inner.module.clone_from(&frame.module);
        inner.runs = frame.runs;
        let results = self.run(inner, bounds, node)?;
        for (name, (_, bound)) in names_of_outputs(node).into_iter().zip(results) {
            frame.bind(name, bound);
        }
        Ok(())
    }

    /// Adds the operations of a body in a group of their own, and returns its outputs.
    fn body(
        &mut self,
        body: &'a GraphArgument<'a>,
        node: &'a Node<'a>,
        kind: &str,
        name: &str,
        bounds: &[Bound],
        frame: &Frame<'a>,
    ) -> Result<Vec<(&'a str, Bound)>, Diagnostic> {
        let mut inner = Frame::new(&body.graph, format!("{name}.{}.", readable(&body.name).replace('.', "_")));
        inner.module = place(node).path;
        inner.runs = frame.runs.zip(self.runs(kind, node, frame)).map(|(outer, own)| outer.saturating_mul(own));
        self.run(inner, bounds, node)
    }

    /// How often a body runs: once, once for each element of a list, or until a condition holds.
    fn runs(&self, kind: &str, node: &Node, frame: &Frame) -> Option<usize> {
        match kind {
            "while_loop" => None,
            "scan" | "map" | "map_impl" | "associative_scan" => {
                // What is walked over is the last list but one, or the only one.
                let lists: Vec<Vec<&str>> = node
                    .inputs
                    .iter()
                    .filter(|input| matches!(input.arg, Argument::Tensors(_)))
                    .map(|input| arguments::names(&input.arg))
                    .collect();
                let list = lists.get(usize::from(kind == "scan")).or_else(|| lists.first())?;
                let meta = frame.graph.tensor_values.get(*list.first()?)?;
                self.sizes(meta).first().copied()?
            }
            _ => Some(1),
        }
    }

    /// Adds the operations of a graph whose inputs are the operands of an operation after its graphs.
    fn run(
        &mut self,
        mut inner: Frame<'a>,
        bounds: &[Bound],
        node: &'a Node<'a>,
    ) -> Result<Vec<(&'a str, Bound)>, Diagnostic> {
        let graph: &'a Graph<'a> = inner.graph;
        let operands = bounds.get(passed_on(node)).unwrap_or_default();
        let inputs: Vec<&str> = graph.inputs.iter().flat_map(arguments::names).collect();
        for (index, name) in inputs.into_iter().enumerate() {
            inner.bind(name, operands.get(index).cloned().unwrap_or(Bound::Absent));
        }
        self.graph(&mut inner)?;
        let names = graph.outputs.iter().flat_map(arguments::names);
        names.map(|name| Ok((name, operand(name, node, &inner)?))).collect()
    }
}

/// Which of the operands of an operation its graphs are given: those after the last graph.
fn passed_on(node: &Node) -> std::ops::Range<usize> {
    let is_graph = |argument: &Argument| matches!(argument, Argument::Graph(_));
    let last = node.inputs.iter().rposition(|input| is_graph(&input.arg)).map_or(0, |last| last + 1);
    let count = |inputs: &[crate::pytorch::schema::NamedArgument]| -> usize {
        inputs.iter().map(|input| arguments::names(&input.arg).len()).sum()
    };
    let (before, after) = node.inputs.split_at(last.min(node.inputs.len()));
    let start = count(before);
    start..start + count(after)
}

fn place(node: &Node) -> Place {
    node.metadata.nn_module_stack.as_deref().map(modules::of).unwrap_or_default()
}

/// The category of an operation: arithmetic with stored tensors alone joins nothing.
fn category(operator: &Operator, bounds: &[Bound]) -> Option<Category> {
    let values = bounds.iter().filter(|bound| matches!(bound, Bound::Given { .. })).count();
    operator.category.filter(|category| *category != Category::Merge || values >= 2)
}

/// What a name stands for.
fn operand(name: &str, node: &Node, frame: &Frame) -> Result<Bound, Diagnostic> {
    frame.find(name).cloned().ok_or_else(|| {
        let (reader, name) = (excerpt(&node.target), excerpt(name));
        Diagnostic::error(format!("`{reader}` reads `{name}`, which nothing gives"))
            .hint("the file is damaged: export it again")
    })
}
