//! How much there is to read in a node, a body or a function, for the limit on what is unrolled.

use crate::onnx::proto::{AttributeProto, FunctionProto, GraphProto, NodeProto, Numbers, TensorProto};

/// Characters of a name that count as much as one number.
const CHARACTERS: usize = 16;
/// Numbers that count as much as one type or tensor.
const TYPE: usize = 16;

fn of_text(text: &str) -> usize {
    1 + text.len() / CHARACTERS
}

/// Names and metadata of a node; attributes count by themselves.
pub(super) fn of(node: &NodeProto) -> usize {
    let names = node.input.iter().chain(&node.output).chain([&node.name, &node.op_type, &node.domain]);
    let metadata = node.metadata_props.iter().map(|entry| of_text(&entry.key) + of_text(&entry.value));
    names.map(|name| of_text(name)).chain(metadata).sum()
}

/// Numbers and texts of an attribute; bodies count by themselves.
pub(super) fn of_attribute(proto: &AttributeProto) -> usize {
    let texts = proto.strings.iter().chain(&proto.s).map(|text| 1 + text.len() / CHARACTERS);
    let tensors = proto.t.as_deref().into_iter().chain(&proto.tensors).map(of_tensor);
    of_text(&proto.name) + proto.ints.len() + proto.floats.len() + texts.chain(tensors).sum::<usize>()
}

/// A tensor, of which values that are stored in pieces are copied.
fn of_tensor(proto: &TensorProto) -> usize {
    let lists = [&proto.float_data, &proto.int32_data, &proto.int64_data, &proto.double_data, &proto.uint64_data];
    let copied: usize = lists.into_iter().map(Numbers::copied).sum();
    1 + proto.dims.len() + copied / CHARACTERS
}

/// Types, tensors and names of a body.
pub(super) fn of_graph(graph: &GraphProto) -> usize {
    let values = graph.input.len() + graph.output.len() + graph.value_info.len();
    let tensors = graph.initializer.len() + graph.sparse_initializer.len();
    TYPE * (values + tensors) + graph.initializer.iter().map(of_tensor).sum::<usize>()
}

/// Types, defaults and names of a function.
pub(super) fn of_function(function: &FunctionProto) -> usize {
    let names = function.input.len() + function.output.len() + function.opset_import.len();
    names + TYPE * (function.value_info.len() + function.attribute_proto.len())
}
