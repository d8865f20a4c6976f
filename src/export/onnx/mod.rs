//! ONNX: the program's operations are those of ONNX, so each instruction becomes one node.
//!
//! - The batch is the first dimension of every value, named `N`: any batch size is accepted.
//! - Nodes and values have the names of instructions (`dense_1/Gemm`), initializers those of parameters
//!   (`dense_1.weight`). Layer names contain no `/` and parameter suffixes no `.`, so all names are unique.
//! - A final softmax is omitted and the output is named `logits`; without one, it is named `output`.
//! - The network is written for inference: running statistics are constants and dropout does nothing.

mod check;
mod op;
mod proto;

use prost::Message;

pub use check::check_onnx;

use crate::program::{Instruction, Parameter, Program, Role, ValueId};
use crate::weights::{Tensor, Weights};
use proto::{
    Dimension, DimensionProto, FLOAT, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};

/// Version of the operators. Their semantics are in ONNX's [changelog] up to this number.
///
/// [changelog]: https://github.com/onnx/onnx/blob/v1.13.1/docs/Changelog.md
pub const OPSET: i64 = 18;

/// Version of the file format: that of ONNX 1.13, which introduced opset 18, so that every reader of these operators
/// also reads the format. Nothing from later versions is used.
const IR_VERSION: i64 = 8;

/// The name of the first dimension.
const BATCH: &str = "N";

/// Serializes an ONNX model. The same program and weights give the same bytes.
///
/// # Panics
/// If the weights are not those of `program`.
pub fn onnx(program: &Program, weights: &Weights) -> Vec<u8> {
    assert_eq!(weights.0.len(), program.parameters.len(), "one tensor for each parameter");
    let model = ModelProto {
        ir_version: IR_VERSION,
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        producer_name: "netviz".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph(program, weights)),
        metadata_props: metadata(program),
    };
    model.encode_to_vec()
}

/// The expected preprocessing.
fn metadata(program: &Program) -> Vec<StringStringEntryProto> {
    let entries = super::metadata(program).into_iter();
    entries.map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value }).collect()
}

/// The name of the model's output: `logits` if a final softmax is omitted, otherwise `output`. A network without
/// operations returns its input under the input's name.
pub fn output_name(program: &Program) -> &str {
    value_name(program, program.logits)
}

fn value_name(program: &Program, id: ValueId) -> &str {
    if id != program.logits || id == program.input {
        &program.value(id).name
    } else if id != program.output {
        "logits"
    } else {
        "output"
    }
}

/// The instructions up to the logits: all but a final softmax.
fn exported(program: &Program) -> impl Iterator<Item = &Instruction> {
    let cut = program.logits != program.output;
    program.instructions.iter().filter(move |instruction| !(cut && instruction.output == program.output))
}

/// The values between the input and the logits.
fn between(program: &Program) -> impl Iterator<Item = ValueId> {
    exported(program).map(|instruction| instruction.output).filter(|&id| id != program.logits)
}

/// Whether a parameter is used in inference.
fn is_initializer(parameter: &Parameter) -> bool {
    match parameter.role {
        Role::Trainable | Role::Statistic => true,
        Role::Counter => false,
    }
}

fn graph(program: &Program, weights: &Weights) -> GraphProto {
    let parameters = program.parameters.iter().zip(&weights.0).filter(|(parameter, _)| is_initializer(parameter));
    let constants = exported(program).filter_map(constant);
    GraphProto {
        node: exported(program).map(|instruction| node(program, instruction)).collect(),
        name: program.name.clone(),
        initializer: parameters.map(|(parameter, tensor)| initializer(parameter, tensor)).chain(constants).collect(),
        input: vec![value_info(program, program.input)],
        output: vec![value_info(program, program.logits)],
        value_info: between(program).map(|id| value_info(program, id)).collect(),
    }
}

/// Inputs are the values, then the parameters, then the constant of the operator, if any.
fn node(program: &Program, instruction: &Instruction) -> NodeProto {
    let values = instruction.inputs.iter().map(|&id| value_name(program, id).to_owned());
    let parameters = instruction.parameters.iter().map(|&id| program.parameter(id));
    let parameters = parameters.filter(|parameter| is_initializer(parameter)).map(|parameter| parameter.name.clone());
    let constant = constant(instruction).map(|tensor| tensor.name);
    NodeProto {
        input: values.chain(parameters).chain(constant).collect(),
        output: vec![value_name(program, instruction.output).to_owned()],
        name: instruction.name.clone(),
        op_type: instruction.op.name().to_owned(),
        attribute: op::form(&instruction.op).attributes,
    }
}

/// The constant operand of an instruction, named after it: `reshape_1/Reshape.shape`.
fn constant(instruction: &Instruction) -> Option<TensorProto> {
    let constant = op::form(&instruction.op).constant?;
    Some(TensorProto { name: format!("{}.{}", instruction.name, constant.name), ..constant })
}

fn initializer(parameter: &Parameter, tensor: &Tensor) -> TensorProto {
    TensorProto {
        dims: parameter.shape.iter().map(|&size| int64(size)).collect(),
        data_type: FLOAT,
        name: parameter.name.clone(),
        raw_data: tensor.to_bytes(),
    }
}

fn value_info(program: &Program, id: ValueId) -> ValueInfoProto {
    let sizes = program.value(id).shape.dimensions().iter().map(|&size| Dimension::Size(int64(size)));
    let dimensions = std::iter::once(Dimension::Name(BATCH.into())).chain(sizes);
    let dim = dimensions.map(|value| DimensionProto { value: Some(value) }).collect();
    let tensor_type = TensorTypeProto { elem_type: FLOAT, shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto {
        name: value_name(program, id).to_owned(),
        r#type: Some(TypeProto { tensor_type: Some(tensor_type) }),
    }
}

/// A size in ONNX.
fn int64(size: usize) -> i64 {
    i64::try_from(size).expect("the sizes of a checked model are far below 2⁶³")
}
