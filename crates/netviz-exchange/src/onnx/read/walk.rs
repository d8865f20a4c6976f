//! Walks over the nodes of a file, and gives each to the graph.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use netviz_model::category::Category;
use netviz_model::diagnostics::{Diagnostic, excerpt};
use netviz_model::graph::{Argument, Graph, GraphBuilder, Output};
use netviz_model::ir::{DType, Dim, Opaque, ParameterId, Role, TensorType};
use netviz_model::limits;
use netviz_model::text::controls_terminal;

use super::attributes::{self, doubt, settings, unknown};
use super::{order, scope, tensor, weight};
use crate::import::{File, Names, Tensor, Values, title};
use crate::onnx::operators::{self, Call, Given, Int, Known, Operator, Value};
use crate::onnx::proto::{
    AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto,
};
use crate::onnx::types;

/// What a name stands for.
#[derive(Debug, Clone)]
enum Bound {
    /// A stored tensor, by its index.
    Stored(usize),
    /// A value that an operation gives, or an input.
    Given { output: Output, ty: TensorType, known: Option<Known> },
    /// What a body is given at run time, such as the number of the iteration.
    Free { ty: TensorType, known: Option<Known> },
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
    functions: HashMap<[&'a str; 3], &'a FunctionProto>,
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
    operators: BTreeMap<String, usize>,
    warnings: Vec<Diagnostic>,
}

/// What a walk gives.
pub(super) struct Walked {
    pub(super) graph: Graph,
    /// The values of its parameters.
    pub(super) tensors: Vec<Tensor>,
    /// How often each operator occurs, those of bodies and of called functions included.
    pub(super) operators: BTreeMap<String, usize>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Groups within groups, by functions and bodies.
const DEPTH: usize = 64;

impl<'a> Walker<'a> {
    pub(super) fn new(file: &'a File<'a>, model: &'a ModelProto, graph: &'a GraphProto) -> Self {
        let name = title(&graph.name, file.name);
        let functions = model.functions.iter();
        let batch = batch(graph);
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
            operators: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    /// Walks over the whole file.
    pub(super) fn walk(mut self, graph: &'a GraphProto) -> Result<Walked, Diagnostic> {
        let opsets = versions(&self.model.opset_import);
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
        Ok(Walked { graph, tensors, operators: self.operators, warnings: self.warnings })
    }

    /// Adds the stored tensors of a graph to a frame.
    fn store(&mut self, graph: &'a GraphProto, frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        for proto in &graph.initializer {
            let index = self.keep(proto, &proto.name)?;
            frame.values.insert(&proto.name, Bound::Stored(index));
        }
        for sparse in &graph.sparse_initializer {
            let Some(proto) = &sparse.values else { continue };
            let index = self.keep_sparse(proto, &sparse.dims)?;
            frame.values.insert(&proto.name, Bound::Stored(index));
        }
        Ok(())
    }

    fn keep(&mut self, proto: &TensorProto, name: &str) -> Result<usize, Diagnostic> {
        let tensor = tensor::read(proto, self.file.beside, &mut self.warnings)?;
        self.stored.push(Stored { name: name.to_owned(), tensor, id: None });
        Ok(self.stored.len() - 1)
    }

    /// A tensor of which the values that are not zero are stored; it has the size of these.
    fn keep_sparse(&mut self, proto: &TensorProto, dims: &[i64]) -> Result<usize, Diagnostic> {
        let index = self.keep(proto, &proto.name)?;
        let dims = dims.iter().take(limits::FOREIGN_RANK);
        let shape = dims.map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        let tensor = &mut self.stored[index].tensor;
        *tensor = Tensor { shape, values: Values::Missing("is sparse".into()), ..tensor.clone() };
        Ok(index)
    }

    /// Adds nodes in the order of execution.
    fn graph(&mut self, nodes: &'a [NodeProto], frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        for index in order::sorted(nodes, &mut self.captures)? {
            self.node(&nodes[index], frame)?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a NodeProto, frame: &mut Frame<'a, '_>) -> Result<(), Diagnostic> {
        self.nodes += 1;
        if self.nodes > limits::OPERATIONS {
            let most = netviz_model::text::thousands(limits::OPERATIONS);
            return Err(Diagnostic::error(format!("the network has more than {most} operations"))
                .hint("split it, or export it without unrolled loops"));
        }
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
            operands.push(if name.is_empty() { None } else { Some(operand(name, node, frame)?) });
        }
        if self.alias(node, &own, &operands, frame) {
            return Ok(());
        }
        let key = [domain(&node.domain), node.op_type.as_str(), node.overload.as_str()];
        if let Some(function) = self.functions.get(&key).copied() {
            return self.function(function, node, &own, operands, frame);
        }
        self.operation(node, &own, operands, frame)
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

    /// The tensor of a `Constant` node.
    fn constant(
        &mut self,
        node: &'a NodeProto,
        own: &[(&str, &AttributeProto)],
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        let Some(output) = node.output.first() else { return Ok(()) };
        let index = match own {
            [("value", proto), ..] if proto.t.is_some() => {
                self.keep(proto.t.as_deref().unwrap_or(&TensorProto::default()), output)?
            }
            [("sparse_value", proto), ..] => match &proto.sparse_tensor {
                Some(sparse) => {
                    self.keep_sparse(sparse.values.as_ref().unwrap_or(&TensorProto::default()), &sparse.dims)?
                }
                None => return Ok(()),
            },
            _ => {
                let tensor = own.iter().find_map(|(name, proto)| plain(name, proto)).ok_or_else(|| {
                    Diagnostic::error(format!("the constant `{}` has no value", excerpt(output)))
                        .hint("the file is damaged: export it again")
                })?;
                self.stored.push(Stored { name: output.clone(), tensor, id: None });
                self.stored.len() - 1
            }
        };
        frame.values.insert(output, Bound::Stored(index));
        Ok(())
    }

    /// Nodes that only pass on or fill a stored tensor: they are that tensor.
    fn alias(
        &mut self,
        node: &'a NodeProto,
        own: &[(&str, &'a AttributeProto)],
        operands: &[Option<Bound>],
        frame: &mut Frame<'a, '_>,
    ) -> bool {
        let ([Some(Bound::Stored(index))], [output]) = (operands, &node.output[..]) else { return false };
        let bound = match (domain(&node.domain), node.op_type.as_str()) {
            ("", "Identity") => *index,
            ("", "ConstantOfShape") => {
                let Some(shape) = self.stored[*index].tensor.integers(limits::RANK * 8) else { return false };
                let shape: Option<Vec<usize>> = shape.into_iter().map(|size| usize::try_from(size).ok()).collect();
                let Some(shape) = shape else { return false };
                let filled = own.iter().find(|(name, _)| *name == "value").and_then(|(_, proto)| proto.t.as_deref());
                let (dtype, element) = match filled {
                    None => (DType::Float32, Some(vec![0; 4])),
                    Some(proto) => match tensor::read(proto, &crate::import::Nothing, &mut Vec::new()) {
                        Ok(tensor) => (tensor.dtype, tensor.bytes().map(Cow::into_owned)),
                        Err(_) => return false,
                    },
                };
                let Some(element) = element else { return false };
                let tensor = Tensor { dtype, shape, values: Values::Filled(element.into()) };
                self.stored.push(Stored { name: output.clone(), tensor, id: None });
                self.stored.len() - 1
            }
            _ => return false,
        };
        frame.values.insert(output, Bound::Stored(bound));
        true
    }

    /// Adds the operations of a function in a group of their own.
    fn function(
        &mut self,
        function: &'a FunctionProto,
        node: &'a NodeProto,
        own: &[(&'a str, &'a AttributeProto)],
        operands: Vec<Option<Bound>>,
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        if frame.depth >= DEPTH {
            return Err(Diagnostic::error(format!(
                "functions are nested more than {DEPTH} deep, at `{}`",
                function.name
            ))
            .hint("a function must not call itself"));
        }
        self.spend(weight::of_function(function))?;
        let path = self.name(node, frame);
        self.classes.entry(path.clone()).or_insert_with(|| function.name.clone());
        let opsets = versions(&function.opset_import);
        // Defaults are behind what is given, which comes first.
        let given = own.iter().map(|(_, proto)| *proto).chain(&function.attribute_proto).rev();
        let mut values = HashMap::new();
        for (name, operand) in function.input.iter().zip(operands) {
            values.extend(operand.map(|operand| (name.as_str(), operand)));
        }
        let mut inner = Frame {
            values,
            parent: None,
            opsets: &opsets,
            declared: self.declared(function.value_info.iter()),
            path: format!("{path}."),
            given: Rc::new(given.map(|proto| (proto.name.as_str(), proto)).collect()),
            times: frame.times,
            depth: frame.depth + 1,
        };
        self.graph(&function.node, &mut inner)?;
        for (name, result) in node.output.iter().zip(&function.output).filter(|(name, _)| !name.is_empty()) {
            let bound = operand(result, node, &inner)?;
            frame.values.insert(name, bound);
        }
        Ok(())
    }

    /// Adds an operation, after those of its bodies.
    fn operation(
        &mut self,
        node: &'a NodeProto,
        own: &[(&'a str, &'a AttributeProto)],
        mut operands: Vec<Option<Bound>>,
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        let set = domain(&node.domain);
        let name = self.name(node, frame);
        let operator = operators::find(set, &node.op_type);
        let types: Vec<Option<TensorType>> = operands.iter().map(|o| o.as_ref().map(|o| self.ty(o))).collect();
        let values: Vec<Option<Known>> = operands.iter().map(|o| o.as_ref().and_then(|o| self.known(o))).collect();
        let attributes: Vec<(String, Value)> =
            own.iter().filter_map(|(name, proto)| Some(((*name).to_owned(), attributes::value(proto)?))).collect();
        let call = Call {
            opset: frame.opsets.get(set).copied().unwrap_or(1),
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
            pass_on(node, own, &mut operands);
        }
        let category = operator.and_then(|operator| category(operator, &operands));
        let arguments: Vec<Argument> = operands
            .iter()
            .chain(&results)
            .enumerate()
            .map(|(index, operand)| self.argument(operand.as_ref(), index, operator))
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
            if !name.is_empty() {
                frame.values.insert(name, Bound::Given { output, ty, known });
            }
        }
        Ok(())
    }
}

/// Names, types and operands.
impl<'a> Walker<'a> {
    /// A name for a node that nothing else has.
    fn name(&mut self, node: &NodeProto, frame: &Frame) -> String {
        let place = scope::of(node);
        for (path, class) in place.classes {
            self.classes.entry(format!("{}{path}", frame.path)).or_insert(class);
        }
        let own = if place.path.is_empty() || place.path.ends_with('.') {
            format!("{}{}", place.path, self.names.unnamed(&node.op_type))
        } else {
            place.path
        };
        self.names.unique(readable(&format!("{}{own}", frame.path)))
    }

    /// The types of the outputs of an operation: those that are inferred, or else stated.
    fn types(
        &mut self,
        name: &str,
        node: &NodeProto,
        operator: Option<&Operator>,
        call: &Call,
        frame: &Frame,
    ) -> Vec<TensorType> {
        let inferred = match operator.map(|operator| (operator.infer)(call)) {
            Some(Ok(types)) => types.into_iter().map(types::bounded).collect(),
            Some(Err(misfit)) => {
                self.warnings.push(doubt(name, misfit));
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut types = Vec::new();
        for index in 0..call.outputs.max(1) {
            let stated = node.output.get(index).and_then(|output| frame.declared.get(output.as_str()));
            types.push(match (inferred.get(index), stated) {
                (Some(inferred), Some(stated)) => self.merged(name, inferred, stated),
                (Some(ty), None) | (None, Some(ty)) => ty.clone(),
                (None, None) => unknown(),
            });
        }
        types
    }

    /// What is known of a value whose type is inferred and stated.
    fn merged(&mut self, name: &str, inferred: &TensorType, stated: &TensorType) -> TensorType {
        let same_kind = inferred.containers() == stated.containers();
        if inferred.dtype() == DType::Undefined || !same_kind {
            return stated.clone();
        }
        let (Some(own), Some(other)) = (inferred.dims(), stated.dims()) else {
            return if inferred.dims().is_none() && stated.dtype() == inferred.dtype() { stated } else { inferred }
                .clone();
        };
        if own.len() != other.len() || own.iter().zip(other).any(|(own, other)| !own.may_equal(other)) {
            let message =
                format!("`{name}` gives {}, but the file states {}", inferred.signature(), stated.signature());
            self.warnings.push(Diagnostic::warning(message).hint("the stated shape is ignored"));
            return inferred.clone();
        }
        let dims: Vec<Dim> = own.iter().zip(other).map(|(own, other)| own.or(other).clone()).collect();
        let containers = inferred.containers().iter().rev();
        containers.fold(TensorType::new(inferred.dtype(), dims), |ty, &container| ty.within(container))
    }

    /// The types that a file states.
    fn declared(&self, values: impl Iterator<Item = &'a ValueInfoProto>) -> HashMap<&'a str, TensorType> {
        values.filter_map(|value| Some((value.name.as_str(), self.type_of(value)?))).collect()
    }

    /// The type of a value with the batch as `N`, and with the sizes that symbols are given.
    fn type_of(&self, value: &ValueInfoProto) -> Option<TensorType> {
        let ty = types::read(value.r#type.as_ref()?)?;
        let Some(dims) = ty.dims() else { return Some(ty) };
        let dims: Vec<Dim> = dims.iter().map(|dim| self.dim(dim)).collect();
        let typed = TensorType::new(ty.dtype(), dims);
        Some(ty.containers().iter().rev().fold(typed, |ty, &container| ty.within(container)))
    }

    /// The type of an input of the network, of which sizes without names can be given by their places: `x.2`.
    fn input_type(&self, input: &ValueInfoProto) -> TensorType {
        let ty = self.type_of(input).unwrap_or_else(unknown);
        let Some(dims) = ty.dims().filter(|_| ty.containers().is_empty()) else { return ty };
        let dim = |(index, dim): (usize, &Dim)| match dim {
            Dim::Unknown => match self.file.dims.get(&format!("{}.{index}", input.name)) {
                Some(&size) => Dim::Size(size),
                None if index == 0 && self.batch == Dim::Unknown => Dim::BATCH,
                None => Dim::Unknown,
            },
            _ => dim.clone(),
        };
        ty.with_dims(dims.iter().enumerate().map(dim))
    }

    fn dim(&self, dim: &Dim) -> Dim {
        match dim {
            Dim::Symbol(name) => match self.file.dims.get(name.as_ref()) {
                Some(&size) => Dim::Size(size),
                None if *dim == self.batch => Dim::BATCH,
                None if *dim == Dim::BATCH => Dim::Symbol("N_2".into()),
                None => dim.clone(),
            },
            _ => dim.clone(),
        }
    }

    /// The type as pictures show it: without a leading batch of 1.
    fn shown(&self, ty: &TensorType) -> TensorType {
        match (&self.batch, ty.dims()) {
            (Dim::Size(1), Some([Dim::Size(1), rest @ ..])) if !rest.is_empty() && ty.containers().is_empty() => {
                ty.with_dims(std::iter::once(Dim::BATCH).chain(rest.iter().cloned()))
            }
            _ => ty.clone(),
        }
    }

    fn ty(&self, bound: &Bound) -> TensorType {
        match bound {
            Bound::Stored(index) => tensor::ty(&self.stored[*index].tensor),
            Bound::Given { ty, .. } | Bound::Free { ty, .. } => ty.clone(),
        }
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
        };
        known.filter(|known| self.follows(known))
    }

    /// What the graph is given for an operand.
    fn argument(&mut self, operand: Option<&Bound>, index: usize, operator: Option<&Operator>) -> Argument {
        match operand {
            None | Some(Bound::Free { .. }) => Argument::Absent,
            Some(Bound::Given { output, .. }) => Argument::Output(*output),
            Some(Bound::Stored(stored)) => {
                let role = operator.and_then(|it| it.roles.get(index)).copied();
                Argument::Stored(self.parameter(*stored, role))
            }
        }
    }

    /// The parameter of the graph that a stored tensor is, made when it is used first.
    fn parameter(&mut self, index: usize, role: Option<Role>) -> ParameterId {
        let Stored { name, tensor, id } = &mut self.stored[index];
        if let Some(id) = *id {
            return id;
        }
        let role = role_of(tensor, role);
        let new = self.builder.stored(name.clone(), tensor.dtype, tensor.shape.clone(), role);
        *id = Some(new);
        self.used.push(index);
        new
    }

    /// The output that a name of the network's outputs stands for.
    fn leaving(&mut self, name: &str, frame: &Frame) -> Result<Output, Diagnostic> {
        match frame.find(name) {
            Some(Bound::Given { output, .. }) => Ok(*output),
            // A tensor that is an output has to come from somewhere.
            Some(Bound::Stored(index)) => {
                let index = *index;
                let id = self.parameter(index, Some(Role::Constant));
                let ty = tensor::ty(&self.stored[index].tensor);
                let name = self.names.unique(readable(name));
                let op = Opaque { name: "Constant".into(), macs: Some(0), outputs: vec![ty], ..Opaque::default() };
                Ok(self.builder.foreign(&name, op, &[Argument::Stored(id)])[0])
            }
            Some(Bound::Free { .. }) | None => {
                Err(Diagnostic::error(format!("the output `{}` is given by nothing", excerpt(name)))
                    .hint("the file is damaged: export it again"))
            }
        }
    }
}

/// Bodies of `If`, `Loop`, `Scan` and their like.
impl<'a> Walker<'a> {
    /// Adds the operations of a body in a group of their own, and returns its outputs.
    fn body(
        &mut self,
        key: &str,
        body: &'a GraphProto,
        node: &NodeProto,
        (name, times): (&str, Option<usize>),
        operands: &[Option<Bound>],
        frame: &Frame<'a, '_>,
    ) -> Result<(Vec<Given>, Vec<Option<Bound>>), Diagnostic> {
        if frame.depth >= DEPTH {
            return Err(Diagnostic::error(format!("bodies are nested more than {DEPTH} deep, at `{name}`")));
        }
        let mut inner = Frame {
            values: HashMap::new(),
            parent: Some(frame),
            opsets: frame.opsets,
            declared: self.declared(body.value_info.iter().chain(&body.output)),
            path: format!("{name}.{key}."),
            given: Rc::clone(&frame.given),
            times,
            depth: frame.depth + 1,
        };
        self.spend(weight::of_graph(body))?;
        self.store(body, &mut inner)?;
        let inputs: Vec<&ValueInfoProto> =
            body.input.iter().filter(|input| !inner.values.contains_key(input.name.as_str())).collect();
        let outer = outer_operands(node, inputs.len());
        for (index, input) in inputs.into_iter().enumerate() {
            let bound = outer(index).and_then(|index| operands.get(index)?.clone());
            let stated = self.type_of(input);
            let bound = match bound {
                // It may change from step to step.
                Some(Bound::Given { output, ty, .. }) => {
                    let ty = stated.unwrap_or_else(|| TensorType::unranked(ty.dtype()));
                    Bound::Given { output, ty, known: None }
                }
                Some(bound @ Bound::Stored(_)) if stated.is_none() => bound,
                _ => {
                    // An iteration only starts while the condition holds.
                    let holds = node.op_type == "Loop" && index == 1;
                    let known = if holds { Known::ints(Vec::new(), vec![Int::Known(1)]) } else { None };
                    Bound::Free { ty: stated.unwrap_or_else(unknown), known }
                }
            };
            inner.values.insert(&input.name, bound);
        }
        self.graph(&body.node, &mut inner)?;
        let mut results = Vec::new();
        let mut bounds = Vec::new();
        for output in &body.output {
            let bound = operand(&output.name, node, &inner)?;
            results.push(Given { ty: self.ty(&bound), known: self.known(&bound) });
            bounds.push(Some(bound));
        }
        Ok((results, bounds))
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

/// Takes from the operands of a node with bodies those that a body reads as its inputs.
fn pass_on(node: &NodeProto, own: &[(&str, &AttributeProto)], operands: &mut [Option<Bound>]) {
    for body in own.iter().flat_map(|(_, proto)| proto.g.as_deref().into_iter().chain(&proto.graphs)) {
        let read: HashSet<&str> = body.node.iter().flat_map(|node| &node.input).map(String::as_str).collect();
        let outer = outer_operands(node, body.input.len());
        for (index, input) in body.input.iter().enumerate() {
            if let Some(operand) = outer(index).and_then(|index| operands.get_mut(index))
                && read.contains(input.name.as_str())
                && matches!(operand, Some(Bound::Given { .. }))
            {
                *operand = None;
            }
        }
    }
}

/// For each input of a body, the operand of the node that it is given.
fn outer_operands(node: &NodeProto, inputs: usize) -> impl Fn(usize) -> Option<usize> + use<> {
    let kind = match node.op_type.as_str() {
        "Loop" => 1,
        "Scan" | "SequenceMap" => 2,
        _ => 0,
    };
    // An early Scan has the lengths of the sequences first.
    let skipped = node.input.len().checked_sub(inputs).filter(|&skipped| skipped <= 1);
    move |index| match kind {
        // The number of the iteration and the condition come from the loop itself.
        1 => (index >= 2).then_some(index),
        2 => Some(index + skipped?),
        _ => None,
    }
}

/// The versions of sets of operators.
fn versions(sets: &[crate::onnx::proto::OperatorSetIdProto]) -> HashMap<&str, i64> {
    sets.iter().map(|set| (domain(&set.domain), set.version)).collect()
}

/// The name of a set of operators; both names of ONNX's own are empty.
fn domain(name: &str) -> &str {
    if name == "ai.onnx" { "" } else { name }
}

/// The batch of a network: the symbol or the unknown size that its first input starts with, or 1 if all inputs start with
/// that.
fn batch(graph: &GraphProto) -> Dim {
    let stored: HashSet<&str> = graph.initializer.iter().map(|tensor| tensor.name.as_str()).collect();
    let inputs = graph.input.iter().filter(|input| !stored.contains(input.name.as_str()));
    let types: Vec<TensorType> = inputs.filter_map(|input| types::read(input.r#type.as_ref()?)).collect();
    let leading = types.iter().filter_map(TensorType::dims).find_map(<[Dim]>::first);
    let is_one = |ty: &TensorType| matches!(ty.dims(), Some([Dim::Size(1), _, ..] | [] | [_]) | None);
    match leading {
        Some(Dim::Symbol(name)) => Dim::Symbol(name.clone()),
        Some(Dim::Unknown) => Dim::Unknown,
        Some(Dim::Size(1)) if types.iter().all(is_one) => Dim::Size(1),
        _ => Dim::BATCH,
    }
}

/// A cost that occurs several times; `None` if it is not known how often.
fn repeated(cost: usize, times: Option<usize>) -> Option<usize> {
    if cost == 0 { Some(0) } else { Some(cost.saturating_mul(times?)) }
}

/// The role of a stored tensor: that of the operand, unless its type rules that out, or else what its type and size say.
fn role_of(tensor: &Tensor, role: Option<Role>) -> Role {
    let is_small = tensor.dtype.bits() <= 8 && !matches!(tensor.dtype, DType::Bool | DType::String | DType::Undefined);
    match (role, tensor.dtype.is_float() && tensor.dtype.bits() > 8) {
        (Some(role), true) => role,
        // Quantized biases have more bits than weights.
        (Some(Role::Frozen), false) if tensor.elements() > 1 => Role::Frozen,
        (None, true) if tensor.elements() > 1 => Role::Trainable,
        // Quantized weights.
        (None | Some(Role::Trainable | Role::Frozen), false) if is_small && tensor.elements() > 1 => Role::Frozen,
        _ => Role::Constant,
    }
}

/// A tensor that an attribute of a `Constant` node holds as numbers.
fn plain(name: &str, proto: &AttributeProto) -> Option<Tensor> {
    let ints = |values: &[i64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let floats = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (dtype, shape, bytes) = match name {
        "value_int" => (DType::Int64, vec![], ints(&[proto.i?])),
        "value_ints" => (DType::Int64, vec![proto.ints.len()], ints(&proto.ints)),
        "value_float" => (DType::Float32, vec![], floats(&[proto.f?])),
        "value_floats" => (DType::Float32, vec![proto.floats.len()], floats(&proto.floats)),
        "value_string" => (DType::String, vec![], Vec::new()),
        "value_strings" => (DType::String, vec![proto.strings.len()], Vec::new()),
        _ => return None,
    };
    Some(Tensor { dtype, shape, values: Values::Bytes(bytes.into()) })
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
