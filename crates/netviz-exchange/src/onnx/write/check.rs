//! Reads an ONNX file back and compares it with the program.

use std::collections::{HashMap, HashSet};

use prost::Message;

use super::{
    IR_VERSION, attributes, between, constants, exported, is_initializer, metadata, operands, outputs, value_info,
};
use crate::Error;
use crate::onnx::proto::{FLOAT, GraphProto, ModelProto, NodeProto, TensorProto};
use netviz_model::ir::{Instruction, OPSET, Program, ValueId};
use netviz_model::limits;
use netviz_model::weights::Weights;

/// Compares the bytes of an ONNX file, as [`write`](super::write()) writes them, with the program and
/// the weights.
///
/// Every node must compute its instruction from the outputs of the earlier nodes for the operands; every initializer
/// must hold its parameter bit for bit; and every value must be declared with its name and shape.
///
/// # Errors
/// The first difference, or an error if the file is larger than its format allows (2 GiB).
pub fn check(bytes: &[u8], program: &Program, weights: &Weights) -> Result<(), Error> {
    require(bytes.len() <= limits::ONNX_FILE, || "is larger than 2 GiB, the most that one ONNX file can hold".into())?;
    let model = ModelProto::decode(bytes).map_err(|error| Error::Format(format!("not a valid ONNX file: {error}")))?;
    let opsets: Vec<(&str, i64)> = model.opset_import.iter().map(|set| (set.domain.as_str(), set.version)).collect();
    require(model.ir_version == IR_VERSION && opsets == [("", OPSET)], || "has other versions".into())?;
    require(model.metadata_props == metadata(program), || "has other metadata".into())?;
    let graph = model.graph.unwrap_or_default();
    let tensors = tensors(&graph, program, weights)?;
    nodes(&graph, program, &tensors)?;
    values(&graph, program)
}

fn require(holds: bool, difference: impl FnOnce() -> String) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::mismatch(&difference())) }
}

/// The initializers by name, after a comparison with the weights.
fn tensors<'a>(
    graph: &'a GraphProto,
    program: &Program,
    weights: &Weights,
) -> Result<HashMap<&'a str, &'a TensorProto>, Error> {
    let tensors: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    require(tensors.len() == graph.initializer.len(), || "has two initializers of one name".into())?;
    let parameters =
        program.parameters().iter().zip(weights.tensors()).filter(|(parameter, _)| is_initializer(parameter));
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

fn nodes(graph: &GraphProto, program: &Program, tensors: &HashMap<&str, &TensorProto>) -> Result<(), Error> {
    require(graph.input.len() == program.inputs().len(), || "has another number of inputs".into())?;
    // The name that the file gives to each value of the program.
    let inputs = graph.input.iter().map(|input| input.name.as_str());
    let mut names: HashMap<ValueId, &str> = program.inputs().iter().copied().zip(inputs.clone()).collect();
    let mut taken: HashSet<&str> = tensors.keys().copied().chain(inputs).collect();
    require(graph.node.len() == exported(program).count(), || "has another number of nodes".into())?;
    for (node, instruction) in graph.node.iter().zip(exported(program)) {
        let same = is_same(node, instruction, program, &names, tensors);
        require(same, || format!("has another node for `{}`", instruction.name))?;
        for (name, &output) in node.output.iter().zip(&instruction.outputs) {
            require(taken.insert(name), || format!("has two values named `{name}`"))?;
            names.insert(output, name);
        }
    }
    let found = graph.output.iter().map(|output| Some(output.name.as_str()));
    require(outputs(program).map(|id| names.get(&id).copied()).eq(found), || "has another output".into())
}

/// Compares a node with an instruction and its operands.
fn is_same(
    node: &NodeProto,
    instruction: &Instruction,
    program: &Program,
    names: &HashMap<ValueId, &str>,
    tensors: &HashMap<&str, &TensorProto>,
) -> bool {
    let expected = operands(program, instruction, |id| names.get(&id).copied().unwrap_or_default().to_owned());
    node.name == *instruction.name
        && node.output.len() == instruction.outputs.len()
        && node.op_type == instruction.op.name()
        && node.attribute == attributes(instruction)
        && node.input == expected
        && constants(instruction).iter().all(|expected| tensors.get(expected.name.as_str()) == Some(&expected))
}

/// The declared values, in the order of the program.
fn values(graph: &GraphProto, program: &Program) -> Result<(), Error> {
    let ids = program.inputs().iter().copied().chain(between(program)).chain(outputs(program));
    let declared = graph.input.iter().chain(&graph.value_info).chain(&graph.output).cloned();
    let same = declared.eq(ids.map(|id| value_info(program, id)));
    require(same, || "has values of another name or shape".into())
}
