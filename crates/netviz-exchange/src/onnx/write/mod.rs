//! ONNX: the program's operations are those of ONNX, so each instruction becomes one node.
//!
//! - The batch is the first dimension of every value, named `N`: any batch size is accepted.
//! - Nodes and values have the names of instructions (`dense_1/Gemm`), initializers those of parameters
//!   (`dense_1.weight`). Layer names contain no `/` and parameter suffixes no `.`, so all names are unique.
//! - A final softmax is omitted and the output is named `logits`; without one, it is named `output`.
//! - The network is written for inference: running statistics are constants and dropout does nothing.

mod check;
mod op;

use std::collections::HashSet;

use netviz_model::text::thousands;
use prost::Message;

pub use check::check;

use super::proto::{
    AttributeProto, Dimension, DimensionProto, FLOAT, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use super::types;
use crate::Format;
use netviz_model::ir::{Dim, Instruction, OPSET, Operand, Parameter, Program, Role, ValueId};
use netviz_model::weights::{TensorData, Weights};

pub(crate) const FORMAT: Format = Format { name: "ONNX", ending: "onnx", write, check, contents, usage };

/// Version of the file format: that of ONNX 1.13, which introduced opset 18, so that every reader of these operators
/// also reads the format. Nothing from later versions is used.
const IR_VERSION: i64 = 8;

/// Serializes an ONNX model. The same program and weights give the same bytes.
///
/// # Panics
/// If the weights are not those of `program`.
pub fn write(program: &Program, weights: &Weights) -> Vec<u8> {
    weights.check(program).expect("weights of the program");
    let model = ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        producer_name: "netviz".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph(program, weights)),
        metadata_props: metadata(program),
        ..Default::default()
    };
    model.encode_to_vec()
}

fn contents(program: &Program) -> String {
    let (input, output) = (program.value(program.input()), output_name(program));
    format!(
        "ONNX, opset {OPSET}, {} parameters\n  input   {:<8}{}\n  output  {output:<8}{}",
        thousands(program.parameter_count().total()),
        input.name,
        input.ty.signature(),
        program.value(program.logits()).ty.signature(),
    )
}

fn usage(program: &Program, path: &str) -> String {
    format!(
        "session = onnxruntime.InferenceSession({path})\n[{}] = session.run(None, {{{:?}: samples}})",
        output_name(program),
        program.value(program.input()).name,
    )
}

/// The expected preprocessing.
fn metadata(program: &Program) -> Vec<StringStringEntryProto> {
    let entries = crate::metadata(program).into_iter();
    entries.map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value }).collect()
}

/// The name of the model's output: `logits` if a final softmax is omitted, otherwise `output`. A network without
/// operations returns its input under the input's name.
pub fn output_name(program: &Program) -> &str {
    value_name(program, program.logits())
}

fn value_name(program: &Program, id: ValueId) -> &str {
    if id != program.logits() || program.inputs().contains(&id) {
        &program.value(id).name
    } else if id != program.output() {
        "logits"
    } else {
        "output"
    }
}

/// The values that the model returns: its outputs, with the logits in place of probabilities.
fn outputs(program: &Program) -> impl Iterator<Item = ValueId> {
    std::iter::once(program.logits()).chain(program.outputs()[1..].iter().copied())
}

/// The instructions up to the logits: all but a final softmax.
fn exported(program: &Program) -> impl Iterator<Item = &Instruction> {
    let cut = program.logits() != program.output();
    program.instructions().iter().filter(move |instruction| !(cut && instruction.outputs.contains(&program.output())))
}

/// The values between the inputs and the outputs.
fn between(program: &Program) -> impl Iterator<Item = ValueId> {
    let outputs: HashSet<ValueId> = outputs(program).collect();
    exported(program)
        .flat_map(|instruction| instruction.outputs.iter().copied())
        .filter(move |id| !outputs.contains(id))
}

/// Whether a parameter is used in inference.
fn is_initializer(parameter: &Parameter) -> bool {
    match parameter.role {
        Role::Trainable | Role::Statistic | Role::Frozen => true,
        Role::Counter | Role::Constant => false,
    }
}

fn graph(program: &Program, weights: &Weights) -> GraphProto {
    let parameters =
        program.parameters().iter().zip(weights.tensors()).filter(|(parameter, _)| is_initializer(parameter));
    let shared = program.constants().iter().map(|constant| op::constant(constant.name.clone(), &constant.value));
    let constants = exported(program).flat_map(constants);
    GraphProto {
        node: exported(program).map(|instruction| node(program, instruction)).collect(),
        name: program.name().to_owned(),
        initializer: parameters
            .map(|(parameter, tensor)| initializer(parameter, tensor))
            .chain(shared)
            .chain(constants)
            .collect(),
        input: program.inputs().iter().map(|&id| value_info(program, id)).collect(),
        output: outputs(program).map(|id| value_info(program, id)).collect(),
        value_info: between(program).map(|id| value_info(program, id)).collect(),
        ..Default::default()
    }
}

fn node(program: &Program, instruction: &Instruction) -> NodeProto {
    NodeProto {
        input: operands(program, instruction, |id| value_name(program, id).to_owned()),
        output: instruction.outputs.iter().map(|&id| value_name(program, id).to_owned()).collect(),
        name: instruction.name.to_string(),
        op_type: instruction.op.name().to_owned(),
        attribute: attributes(instruction),
        ..Default::default()
    }
}

fn attributes(instruction: &Instruction) -> Vec<AttributeProto> {
    instruction.op.form().attributes.iter().map(|(name, value)| op::attribute(name, value)).collect()
}

/// The names of the operands: values by a function, parameters and constants by their own names. An omitted operand is
/// empty, and left out at the end.
fn operands(program: &Program, instruction: &Instruction, name: impl Fn(ValueId) -> String) -> Vec<String> {
    let operand = |operand: &Operand| match *operand {
        Operand::Value(id) => Some(name(id)),
        Operand::Parameter(id) => {
            let parameter = program.parameter(id);
            is_initializer(parameter).then(|| parameter.name.clone())
        }
        Operand::Constant(id) => Some(program.constants()[id.index()].name.clone()),
        Operand::Absent => None,
    };
    let mut names: Vec<Option<String>> = instruction.inputs.iter().map(operand).collect();
    names.extend(constants(instruction).into_iter().map(|tensor| Some(tensor.name)));
    while names.last() == Some(&None) {
        names.pop();
    }
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// The settings of an instruction that are operands in ONNX, named after it: `reshape_1/Reshape.shape`.
fn constants(instruction: &Instruction) -> Vec<TensorProto> {
    let form = instruction.op.form();
    let named = |(name, value): &(&str, _)| op::constant(format!("{}.{name}", instruction.name), value);
    form.constants.iter().map(named).collect()
}

fn initializer(parameter: &Parameter, tensor: &TensorData) -> TensorProto {
    TensorProto {
        dims: parameter.shape.iter().map(|&size| int64(size)).collect(),
        data_type: FLOAT,
        name: parameter.name.clone(),
        raw_data: tensor.to_bytes().into(),
        ..Default::default()
    }
}

fn value_info(program: &Program, id: ValueId) -> ValueInfoProto {
    let ty = &program.value(id).ty;
    let dimension = |dim: &Dim| DimensionProto {
        value: match dim {
            Dim::Size(size) => Some(Dimension::Size(int64(*size))),
            Dim::Symbol(name) => Some(Dimension::Name(name.clone().into_owned())),
            Dim::Unknown => None,
        },
    };
    let shape = ty.dims().map(|dims| TensorShapeProto { dim: dims.iter().map(dimension).collect() });
    let tensor_type = TensorTypeProto { elem_type: types::number(ty.dtype()), shape };
    ValueInfoProto {
        name: value_name(program, id).to_owned(),
        r#type: Some(TypeProto { tensor_type: Some(tensor_type), ..Default::default() }),
    }
}

/// A size in ONNX.
fn int64(size: usize) -> i64 {
    i64::try_from(size).expect("the sizes of a checked model are far below 2⁶³")
}
