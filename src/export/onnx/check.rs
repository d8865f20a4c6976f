//! Reads an ONNX file back and compares it with the program.

use std::collections::{HashMap, HashSet};

use prost::Message;

use super::proto::{FLOAT, GraphProto, ModelProto, NodeProto, TensorProto};
use super::{IR_VERSION, OPSET, between, constant, exported, is_initializer, metadata, op, value_info};
use crate::export::Difference;
use crate::limits;
use crate::program::{Instruction, Program, ValueId};
use crate::weights::Weights;

/// Compares the bytes of an ONNX file, as [`onnx`](super::onnx()) writes them, with the program and
/// the weights.
///
/// Every node must compute its instruction from the outputs of the earlier nodes for the operands; every initializer
/// must hold its parameter bit for bit; and every value must be declared with its name and shape.
///
/// # Errors
/// The first difference, or an error if the file is larger than its format allows (2 GiB).
pub fn check_onnx(bytes: &[u8], program: &Program, weights: &Weights) -> Result<(), Difference> {
    require(bytes.len() <= limits::ONNX_FILE, || "is larger than 2 GiB, the most that one ONNX file can hold".into())?;
    let model = ModelProto::decode(bytes).map_err(|error| Difference(format!("cannot be read back: {error}")))?;
    let opsets: Vec<(&str, i64)> = model.opset_import.iter().map(|set| (set.domain.as_str(), set.version)).collect();
    require(model.ir_version == IR_VERSION && opsets == [("", OPSET)], || "has other versions".into())?;
    require(model.metadata_props == metadata(program), || "has other metadata".into())?;
    let graph = model.graph.unwrap_or_default();
    let tensors = tensors(&graph, program, weights)?;
    nodes(&graph, program, &tensors)?;
    values(&graph, program)
}

fn require(holds: bool, difference: impl FnOnce() -> String) -> Result<(), Difference> {
    if holds { Ok(()) } else { Err(Difference(difference())) }
}

/// The initializers by name, after a comparison with the weights.
fn tensors<'a>(
    graph: &'a GraphProto,
    program: &Program,
    weights: &Weights,
) -> Result<HashMap<&'a str, &'a TensorProto>, Difference> {
    let tensors: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    require(tensors.len() == graph.initializer.len(), || "has two initializers of one name".into())?;
    let parameters = program.parameters.iter().zip(&weights.0).filter(|(parameter, _)| is_initializer(parameter));
    for (parameter, values) in parameters {
        let same = tensors.get(parameter.name.as_str()).is_some_and(|tensor| {
            let shape = tensor.dims.iter().map(|&size| usize::try_from(size).ok());
            tensor.data_type == FLOAT
                && shape.eq(parameter.shape.iter().copied().map(Some))
                && tensor.raw_data == values.to_bytes()
        });
        require(same, || format!("does not hold the weights of `{}`", parameter.name))?;
    }
    Ok(tensors)
}

fn nodes(graph: &GraphProto, program: &Program, tensors: &HashMap<&str, &TensorProto>) -> Result<(), Difference> {
    let ([input], [output]) = (graph.input.as_slice(), graph.output.as_slice()) else {
        return Err(Difference("has not one input and one output".into()));
    };
    // The name that the file gives to each value of the program.
    let mut names = HashMap::from([(program.input, input.name.as_str())]);
    let mut taken: HashSet<&str> = tensors.keys().copied().chain([input.name.as_str()]).collect();
    require(graph.node.len() == exported(program).count(), || "has another number of nodes".into())?;
    for (node, instruction) in graph.node.iter().zip(exported(program)) {
        let same = is_same(node, instruction, program, &names, tensors);
        require(same, || format!("has another node for `{}`", instruction.name))?;
        for name in &node.output {
            require(taken.insert(name), || format!("has two values named `{name}`"))?;
            names.insert(instruction.output, name);
        }
    }
    require(names.get(&program.logits) == Some(&output.name.as_str()), || "has another output".into())
}

/// Compares a node with an instruction and its operands.
fn is_same(
    node: &NodeProto,
    instruction: &Instruction,
    program: &Program,
    names: &HashMap<ValueId, &str>,
    tensors: &HashMap<&str, &TensorProto>,
) -> bool {
    let constant = constant(instruction);
    let values = instruction.inputs.iter().map(|id| names.get(id).copied());
    let parameters = instruction.parameters.iter().map(|&id| program.parameter(id));
    let parameters =
        parameters.filter(|parameter| is_initializer(parameter)).map(|parameter| Some(parameter.name.as_str()));
    let constants = constant.iter().map(|tensor| Some(tensor.name.as_str()));
    node.name == instruction.name
        && node.output.len() == 1
        && node.op_type == instruction.op.name()
        && node.attribute == op::form(&instruction.op).attributes
        && values.chain(parameters).chain(constants).eq(node.input.iter().map(|name| Some(name.as_str())))
        && constant.iter().all(|expected| tensors.get(expected.name.as_str()) == Some(&expected))
}

/// The declared values, in the order of the program.
fn values(graph: &GraphProto, program: &Program) -> Result<(), Difference> {
    let ids = [program.input].into_iter().chain(between(program)).chain([program.logits]);
    let declared = graph.input.iter().chain(&graph.value_info).chain(&graph.output).cloned();
    let same = declared.eq(ids.map(|id| value_info(program, id)));
    require(same, || "has values of another name or shape".into())
}
