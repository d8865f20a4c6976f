//! Walks over the nodes of a file, and gives each to the graph.

mod bodies;
mod stored;
mod types;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use netviz_model::category::Category;
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::{Argument, Graph, GraphBuilder, Output};
use netviz_model::ir::{Dim, Opaque, ParameterId, Role, TensorType, ValueId};
use netviz_model::limits;
use netviz_model::text::controls_terminal;

use super::attributes::{self, settings};
use super::opsets::{self, domain};
use super::scope::Place;
use super::unrolled::{self, DEPTH, Functions, key};
use super::{order, scope, tensor, weight};
use crate::import::{File, Names, Tensor, title};
use crate::onnx::operators::{self, Call, Known, Operator, Value};
use crate::onnx::proto::{AttributeProto, GraphProto, ModelProto, NodeProto};

/// What a name stands for.
#[derive(Debug, Clone)]
enum Bound {
    /// A stored tensor, by its index.
    Stored(usize),
    /// A value that an operation gives, or an input.
    Given { output: Output, ty: TensorType, known: Option<Known> },
    /// What a body is given at run time, such as the number of the iteration.
    Free { ty: TensorType, known: Option<Known> },
    /// An optional input of a function that its caller leaves out.
    Absent,
}

/// The names of a graph, a body or a function.
struct Frame<'a, 'p> {
    values: HashMap<&'a str, Bound>,
    parent: Option<&'p Frame<'a, 'p>>,
    /// Versions of sets of operators, by their domains.
    opsets: &'p HashMap<&'a str, i64>,
    /// Types that the file states.
    declared: HashMap<&'a str, TensorType>,
    /// Groups that it is in, with a dot behind; empty for the whole network.
    path: String,
    /// The attributes that a function is called with.
    given: Rc<HashMap<&'a str, &'a AttributeProto>>,
    /// How often its nodes run; `None` if that is not known.
    times: Option<usize>,
    depth: usize,
}

impl Frame<'_, '_> {
    fn find(&self, name: &str) -> Option<&Bound> {
        self.values.get(name).or_else(|| self.parent.and_then(|parent| parent.find(name)))
    }
}

/// A tensor that the graph may have as a parameter.
struct Stored {
    name: String,
    tensor: Tensor,
    id: Option<ParameterId>,
}

/// The state of the walk.
pub(super) struct Walker<'a> {
    file: &'a File<'a>,
    model: &'a ModelProto,
    functions: Functions<'a>,
    builder: GraphBuilder,
    names: Names,
    stored: Vec<Stored>,
    /// The stored tensors that are parameters of the graph, in order.
    used: Vec<usize>,
    /// The name of the batch in the file.
    batch: Dim,
    classes: BTreeMap<String, String>,
    nodes: usize,
    captures: order::Captures<'a>,
    /// Names, attributes and metadata that were read, as often as they were.
    read: usize,
    /// Elements of small tensors that were followed.
    followed: Cell<usize>,
    /// What operations give of which all whole numbers are known.
    sizes: Vec<(Output, Tensor)>,
    operators: BTreeMap<String, usize>,
    absent: tensor::Absent,
    warnings: Vec<Diagnostic>,
}

/// What a walk gives.
pub(super) struct Walked {
    pub(super) graph: Graph,
    /// The values of its parameters.
    pub(super) tensors: Vec<Tensor>,
    /// Whole numbers that operations give, whatever the inputs are.
    pub(super) sizes: BTreeMap<ValueId, Tensor>,
    /// How often each operator occurs, those of bodies and of called functions included.
    pub(super) operators: BTreeMap<String, usize>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(file: &'a File<'a>, model: &'a ModelProto, graph: &'a GraphProto) -> Self {
        let name = title(&graph.name, file.name);
        let functions = model.functions.iter();
        let batch = types::batch(graph);
        Self {
            file,
            model,
            functions: functions.map(|f| ([domain(&f.domain), f.name.as_str(), f.overload.as_str()], f)).collect(),
            builder: GraphBuilder::new(name),
            names: Names::default(),
            stored: Vec::new(),
            used: Vec::new(),
            batch,
            classes: BTreeMap::new(),
            nodes: 0,
            captures: order::Captures::default(),
            read: 0,
            followed: Cell::new(0),
            sizes: Vec::new(),
            operators: BTreeMap::new(),
            absent: tensor::Absent::default(),
            warnings: Vec::new(),
        }
    }

    /// Walks over the whole file.
    pub(super) fn walk(mut self, graph: &'a GraphProto) -> Result<Walked, Diagnostic> {
        let (opsets, warning) = opsets::of_file(self.model, &graph.node);
        self.warnings.extend(warning);
        unrolled::check(&graph.node, &self.functions)?;
        let mut frame = Frame {
            values: HashMap::new(),
            parent: None,
            opsets: &opsets,
            declared: self.declared(graph.value_info.iter().chain(&graph.output)),
            path: String::new(),
            given: Rc::default(),
            times: Some(1),
            depth: 0,
        };
        self.store(graph, &mut frame)?;
        for input in &graph.input {
            // Early versions list weights as inputs too.
            if frame.values.contains_key(input.name.as_str()) {
                continue;
            }
            let ty = self.input_type(input);
            let name = self.names.unique(readable(&input.name));
            let output = self.builder.foreign_input(&name, self.shown(&ty));
            frame.values.insert(&input.name, Bound::Given { output, ty, known: None });
        }
        self.graph(&graph.node, &mut frame)?;
        let mut outputs = Vec::new();
        for output in &graph.output {
            outputs.push(self.leaving(&output.name, &frame)?);
        }
        let tensors: Vec<Tensor> = self.used.iter().map(|&index| self.stored[index].tensor.clone()).collect();
        let graph = self.builder.finish_foreign(&outputs, self.batch, self.classes);
        let warnings = self.absent.warnings().chain(self.warnings).collect();
        let sizes = self.sizes.into_iter().map(|(output, tensor)| (graph.value(output), tensor)).collect();
        Ok(Walked { graph, tensors, sizes, operators: self.operators, warnings })
    }

    /// Adds nodes in the order of execution.
    fn graph(&mut self, nodes: &'a [NodeProto], frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        let order = order::sorted(nodes, &mut self.captures)?;
        let mut places = scope::places(nodes, &order);
        for index in order {
            self.node(&nodes[index], std::mem::take(&mut places[index]), frame)?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a NodeProto, place: Place, frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        self.nodes += 1;
        // Bodies that functions are given as attributes are known here alone.
        unrolled::bounded(self.nodes)?;
        self.spend(weight::of(node))?;
        let kind = match domain(&node.domain) {
            "" => node.op_type.clone(),
            domain => format!("{domain}.{}", node.op_type),
        };
        *self.operators.entry(kind).or_insert(0) += 1;
        let own = attributes::resolved(&node.attribute, &frame.given);
        self.spend(own.iter().map(|(_, proto)| weight::of_attribute(proto)).sum())?;
        if domain(&node.domain).is_empty() && node.op_type == "Constant" {
            return self.constant(node, &own, frame);
        }
        let mut operands = Vec::with_capacity(node.input.len());
        for name in &node.input {
            let bound = if name.is_empty() { None } else { Some(operand(name, node, frame)?) };
            operands.push(bound.filter(|bound| !matches!(bound, Bound::Absent)));
        }
        if self.alias(node, &own, &operands, frame) {
            return Ok(());
        }
        if let Some(function) = self.functions.get(&key(node)).copied() {
            return self.function(function, (node, place), &own, operands, frame);
        }
        self.operation((node, place), &own, operands, frame)
    }

    /// Counts what is read, which functions that are called often multiply.
    fn spend(&mut self, amount: usize) -> Result<(), Diagnostic> {
        self.read = self.read.saturating_add(amount);
        if self.read <= limits::UNROLLED {
            return Ok(());
        }
        let most = netviz_model::text::thousands(limits::UNROLLED);
        Err(Diagnostic::error(format!("the operations of the network have more than {most} names and attributes"))
            .hint("split it, or export it without functions"))
    }

    /// Adds an operation, after those of its bodies.
    fn operation(
        &mut self,
        (node, place): (&'a NodeProto, Place),
        own: &[(&'a str, &'a AttributeProto)],
        mut operands: Vec<Option<Bound>>,
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        let set = domain(&node.domain);
        let name = self.name(node, place, frame);
        let operator = operators::find(set, &node.op_type);
        let types: Vec<Option<TensorType>> = operands.iter().map(|o| o.as_ref().map(|o| self.ty(o))).collect();
        let values: Vec<Option<Known>> = operands.iter().map(|o| o.as_ref().and_then(|o| self.known(o))).collect();
        let opset = frame.opsets.get(set).copied().unwrap_or(1);
        let mut attributes: Vec<(String, Value)> =
            own.iter().filter_map(|(name, proto)| Some(((*name).to_owned(), attributes::value(proto)?))).collect();
        attributes.extend(operator.and_then(|operator| operator.implied(opset, &attributes)));
        let call = Call {
            opset,
            attributes: &attributes,
            types: &types,
            values: &values,
            outputs: node.output.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1),
            bodies: &[],
        };
        // What is repeated within a loop counts as often as both say.
        let times = match operator {
            Some(operator) => (operator.repeats)(&call).zip(frame.times).map(|(own, all)| all.saturating_mul(own)),
            None => None,
        };
        let mut bodies = Vec::new();
        let mut results: Vec<Option<Bound>> = Vec::new();
        for (key, proto) in own {
            for body in proto.g.as_deref().into_iter().chain(&proto.graphs) {
                let warnings = self.warnings.len();
                let (given, bounds) = self.body(key, body, node, (&name, times), &operands, frame)?;
                // Operands need not fit where nothing runs.
                if operators::is_dead(&call, &node.op_type, key) {
                    self.warnings.truncate(warnings);
                }
                bodies.push(((*key).to_owned(), given));
                results.extend(bounds);
            }
        }
        let call = Call { bodies: &bodies, ..call };
        let outputs = self.types(&name, node, operator, &call, frame);
        let known = operator.map(|it| it.known(&call)).unwrap_or_default();
        let follow =
            |known: Option<Known>| known.filter(|known| known.shape.len() <= limits::RANK && self.follows(known));
        let mut known = known.into_iter().map(follow).collect::<Vec<_>>().into_iter();
        let macs = operator.and_then(|it| repeated((it.macs)(&call, &outputs)?, frame.times));
        let elements = outputs.first().and_then(TensorType::elements);
        let flops = operator.and_then(|it| {
            let own = if it.flops == 0 { 0 } else { repeated(elements?.saturating_mul(it.flops), frame.times)? };
            Some(macs?.saturating_mul(2).saturating_add(own))
        });
        // What a body is given from outside is drawn inside it.
        if !bodies.is_empty() {
            bodies::pass_on(node, own, &mut operands);
        }
        let category = operator.and_then(|operator| category(operator, &operands));
        let arguments: Vec<Argument> = operands
            .iter()
            .chain(&results)
            .enumerate()
            .map(|(index, operand)| self.argument(operand.as_ref(), index, &call, operator))
            .collect();
        let op = Opaque {
            domain: set.to_owned(),
            name: node.op_type.clone(),
            settings: settings(&attributes, operator),
            category,
            flops,
            macs,
            outputs: outputs.iter().map(|ty| self.shown(ty)).collect(),
        };
        let given = self.builder.foreign(&name, op, &arguments);
        for ((name, output), ty) in node.output.iter().zip(given).zip(outputs) {
            let known = known.next().flatten();
            self.sizes.extend(known.as_ref().and_then(tensor::of).map(|tensor| (output, tensor)));
            if !name.is_empty() {
                frame.values.insert(name, Bound::Given { output, ty, known });
            }
        }
        Ok(())
    }
}

/// Names and operands.
impl Walker<'_> {
    /// A name for a node that nothing else has.
    fn name(&mut self, node: &NodeProto, place: Place, frame: &Frame) -> String {
        for (path, class) in place.classes {
            self.classes.entry(format!("{}{path}", frame.path)).or_insert(class);
        }
        let own = if place.path.is_empty() || place.path.ends_with('.') {
            format!("{}{}", place.path, self.names.unnamed(&node.op_type))
        } else {
            inlined(&place.path, &frame.path)
        };
        self.names.unique(readable(&format!("{}{own}", frame.path)))
    }

    /// Counts elements that are followed; whether there are still few enough.
    fn follows(&self, known: &Known) -> bool {
        self.followed.set(self.followed.get().saturating_add(known.shape.iter().product::<usize>().saturating_add(1)));
        self.followed.get() <= limits::FOLLOWED
    }

    fn known(&self, bound: &Bound) -> Option<Known> {
        if self.followed.get() > limits::FOLLOWED {
            return None;
        }
        let known = match bound {
            Bound::Stored(index) => tensor::known(&self.stored[*index].tensor),
            Bound::Given { known, .. } | Bound::Free { known, .. } => known.clone(),
            Bound::Absent => None,
        };
        known.filter(|known| self.follows(known))
    }

    /// What the graph is given for an operand.
    fn argument(
        &mut self,
        operand: Option<&Bound>,
        index: usize,
        call: &Call,
        operator: Option<&Operator>,
    ) -> Argument {
        match operand {
            None | Some(Bound::Free { .. } | Bound::Absent) => Argument::Absent,
            Some(Bound::Given { output, .. }) => Argument::Output(*output),
            Some(Bound::Stored(stored)) => {
                let role = operator.and_then(|it| it.role(index));
                let weights = operator.and_then(|it| (it.weights)(call, index, &self.stored[*stored].tensor));
                // Terms of what the network computes from its inputs are learned, such as biases and positions.
                let is_added = operator.is_some_and(|it| it.name == "Add") && call.values.iter().all(Option::is_none);
                Argument::Stored(self.parameter(*stored, (role, is_added), weights))
            }
        }
    }

    /// The output that a name of the network's outputs stands for.
    fn leaving(&mut self, name: &str, frame: &Frame) -> Result<Output, Diagnostic> {
        match frame.find(name) {
            Some(Bound::Given { output, .. }) => Ok(*output),
            // A tensor that is an output has to come from somewhere.
            Some(Bound::Stored(index)) => {
                let index = *index;
                let id = self.parameter(index, (Some(Role::Constant), false), None);
                let ty = tensor::ty(&self.stored[index].tensor);
                let name = self.names.unique(readable(name));
                let op = Opaque { name: "Constant".into(), macs: Some(0), outputs: vec![ty], ..Opaque::default() };
                Ok(self.builder.foreign(&name, op, &[Argument::Stored(id)])[0])
            }
            Some(Bound::Free { .. } | Bound::Absent) | None => {
                Err(Diagnostic::error(format!("the output `{}` is given by nothing", excerpt(name)))
                    .hint("the file is damaged: export it again"))
            }
        }
    }
}

/// The category of an operation: a lookup in a stored table is an embedding, and arithmetic with a stored tensor alone
/// joins nothing.
fn category(operator: &Operator, operands: &[Option<Bound>]) -> Option<Category> {
    let is_stored = |operand: &Option<Bound>| matches!(operand, Some(Bound::Stored(_)));
    let values = operands.iter().flatten().filter(|operand| matches!(operand, Bound::Given { .. })).count();
    match operator.category {
        Some(Category::Shape) if operator.name == "Gather" && operands.first().is_some_and(is_stored) => {
            Some(Category::Embedding)
        }
        Some(Category::Merge) if values < 2 => None,
        category => category,
    }
}

/// What a name stands for.
fn operand(name: &str, node: &NodeProto, frame: &Frame) -> Result<Bound, Diagnostic> {
    frame.find(name).cloned().ok_or_else(|| {
        let (reader, name) = (if node.name.is_empty() { &node.op_type } else { &node.name }, excerpt(name));
        Diagnostic::error(format!("`{}` reads `{name}`, which nothing gives", excerpt(reader)))
            .hint("the file is damaged: export it again")
    })
}

/// A cost that occurs several times; `None` if it is not known how often.
fn repeated(cost: usize, times: Option<usize>) -> Option<usize> {
    if cost == 0 { Some(0) } else { Some(cost.saturating_mul(times?)) }
}

/// A path in a body without what stands for the groups around it, which tools that copy functions into their calls write:
/// `If_0_then_branch__Inline_0__.decoder.Gather` within `If_0.then_branch.decoder.If_1.` is `Gather`.
fn inlined(path: &str, around: &str) -> String {
    let around: Vec<&str> = around.split('.').filter(|part| !part.is_empty()).collect();
    let Some((first, rest)) = path.split_once('.') else { return path.to_owned() };
    let stands_for = |count: &usize| first.starts_with(&around[..*count].join("_"));
    let Some(count) = (2..=around.len()).rev().find(stands_for) else { return path.to_owned() };
    let own: Vec<&str> = rest.split('.').collect();
    let groups = own.len() - 1;
    let shared = own[..groups].iter().zip(&around[count..]).take_while(|(own, around)| own == around).count();
    own[shared..].join(".")
}

/// A name without control characters, which no terminal and no picture can show, and in no more groups than are shown.
fn readable(name: &str) -> String {
    let mut groups = 0;
    let shown = |letter: char| match letter {
        '.' if groups == limits::GROUP_DEPTH => '_',
        '.' => {
            groups += 1;
            '.'
        }
        letter if controls_terminal(letter) => '\u{fffd}',
        letter => letter,
    };
    let name: String = name.chars().take(limits::FOREIGN_NAME).map(shown).collect();
    if name.is_empty() { "value".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_functions_do_not_repeat_where_they_are() {
        let around = "If_0.then_branch.decoder.If_1.then_branch.";
        assert_eq!(inlined("If_0_then_branch__Inline_0__.decoder.Gather", around), "Gather");
        assert_eq!(inlined("If_0_then_branch__Inline_0__.encoder.0.Conv", around), "encoder.0.Conv");
        assert_eq!(inlined("encoder.0.Conv", around), "encoder.0.Conv");
        assert_eq!(inlined("a.Conv", ""), "a.Conv");
    }
}
