//! Functions, and bodies of `If`, `Loop`, `Scan` and their like, each a group.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use netviz_model::diagnostics::Diagnostic;
use netviz_model::ir::TensorType;

use super::super::attributes::unknown;
use super::super::scope::Place;
use super::super::weight;
use super::{Bound, DEPTH, Frame, Walker, operand, opsets};
use crate::onnx::operators::common::axis;
use crate::onnx::operators::{Given, Int, Known};
use crate::onnx::proto::{AttributeProto, FunctionProto, GraphProto, NodeProto, ValueInfoProto};

impl<'a> Walker<'a> {
    /// Adds the operations of a function in a group of their own.
    pub(super) fn function(
        &mut self,
        function: &'a FunctionProto,
        (node, place): (&'a NodeProto, Place),
        own: &[(&'a str, &'a AttributeProto)],
        operands: Vec<Option<Bound>>,
        frame: &mut Frame<'a, '_>,
    ) -> Result<(), Diagnostic> {
        self.spend(weight::of_function(function))?;
        let path = self.name(node, place, frame);
        self.classes.entry(path.clone()).or_insert_with(|| function.name.clone());
        let mut opsets = opsets::of(&function.opset_import);
        if let Some(&version) = frame.opsets.get("") {
            // What a function does not state is that of the file.
            opsets.entry("").or_insert(version);
        }
        // Defaults are behind what is given, which comes first.
        let given = own.iter().map(|(_, proto)| *proto).chain(&function.attribute_proto).rev();
        let operands = operands.into_iter().chain(std::iter::repeat(None));
        let bound = |(name, operand): (&'a String, Option<Bound>)| (name.as_str(), operand.unwrap_or(Bound::Absent));
        let values = function.input.iter().zip(operands).map(bound).collect();
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

    /// Adds the operations of a body in a group of their own, and returns its outputs.
    pub(super) fn body(
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
        let count = inputs.len();
        let outer = outer_operands(node, count);
        for (index, input) in inputs.into_iter().enumerate() {
            let bound = outer(index).and_then(|index| operands.get(index)?.clone());
            let stated = self.type_of(input);
            let is_vague = stated.as_ref().is_none_or(|ty| ty.dims().is_none());
            let stepped = bound.as_ref().filter(|_| is_vague).and_then(|it| step(node, index, count, &self.ty(it)));
            let stated = stepped.or(stated);
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

/// Takes from the operands of a node with bodies those that a body reads as its inputs.
pub(super) fn pass_on(node: &NodeProto, own: &[(&str, &AttributeProto)], operands: &mut [Option<Bound>]) {
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

/// The type of what one step of a `Scan` is given of an operand: a state as it is, a sequence without the axis that the scan
/// goes along. `None` for early scans, whose operands have a batch, and for other nodes.
fn step(node: &NodeProto, index: usize, inputs: usize, operand: &TensorType) -> Option<TensorType> {
    if node.op_type != "Scan" || node.input.len() != inputs {
        return None;
    }
    let attribute = |name: &str| node.attribute.iter().find(|proto| proto.name == name);
    let sequences = usize::try_from(attribute("num_scan_inputs")?.i?).ok()?;
    let Some(sequence) = index.checked_sub(inputs.checked_sub(sequences)?) else { return Some(operand.clone()) };
    let along = attribute("scan_input_axes").and_then(|proto| proto.ints.get(sequence).copied()).unwrap_or(0);
    let dims = operand.dims()?;
    let along = axis(along, dims.len()).ok()?;
    Some(operand.with_dims(dims.iter().enumerate().filter(|(index, _)| *index != along).map(|(_, dim)| dim.clone())))
}

/// For each input of a body, the operand of the node that it is given.
pub(super) fn outer_operands(node: &NodeProto, inputs: usize) -> impl Fn(usize) -> Option<usize> + use<> {
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
