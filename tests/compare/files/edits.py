"""Writes a small ONNX network into a folder, and copies of it with one edit each, by the name of the edit."""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save


def network():
    random = np.random.RandomState(0)
    shapes = {"w1": (4, 4, 3, 3), "b1": (4,), "w2": (4, 4, 3, 3), "b2": (4,), "w3": (5, 4), "b3": (5,)}
    weights = [numpy_helper.from_array(random.randn(*shape).astype("f"), name) for name, shape in shapes.items()]
    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], "stem", kernel_shape=[3, 3], pads=[1] * 4),
        helper.make_node("Relu", ["c1"], ["r1"], "bend"),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], "deep", kernel_shape=[3, 3], pads=[1] * 4),
        helper.make_node("Add", ["r1", "c2"], ["a"], "skip"),
        helper.make_node("Tanh", ["a"], ["t"], "squash"),
        helper.make_node("GlobalAveragePool", ["t"], ["g"], "middle"),
        helper.make_node("Flatten", ["g"], ["f"], "flat"),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["y"], "head", transB=1),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4, 8, 8])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 5])]
    graph = helper.make_graph(nodes, "net", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="hand")
    model.ir_version = 8
    return model


def node(model, name):
    return next(node for node in model.graph.node if node.name == name)


def weight(model, name):
    return next(weight for weight in model.graph.initializer if weight.name == name)


def insert(model, before, new):
    """Inserts a node before another one."""
    target = node(model, before)
    new.input.insert(0, target.input[0])
    new.output.append("out_of_" + new.name)
    target.input[0] = new.output[0]
    model.graph.node.insert(list(model.graph.node).index(target), new)


def identity(model):
    insert(model, "squash", helper.make_node("Identity", [], [], "same"))


def transpose(model):
    insert(model, "squash", helper.make_node("Transpose", [], [], "turned", perm=[0, 1, 3, 2]))


def by_another_program(model):
    model.producer_name = "tool"
    identity(model)
    transpose(model)


def norm(model):
    for name, value in {"scale": 2, "shift": 1, "mean": 3, "variance": 4}.items():
        model.graph.initializer.append(numpy_helper.from_array(np.full(4, value, "f"), name))
    insert(model, "skip", helper.make_node("BatchNormalization", ["scale", "shift", "mean", "variance"], [], "norm"))
    # Behind the second convolution, which only it reads.
    skip, new = node(model, "skip"), node(model, "norm")
    new.input[0], skip.input[0], skip.input[1] = "c2", "r1", new.output[0]


def norm_of_another_program(model):
    model.producer_name = "tool"
    norm(model)


def output(model):
    model.graph.output.append(helper.make_tensor_value_info("t", TensorProto.FLOAT, None))


def outputs_in_other_order(model):
    output(model)
    model.graph.output.reverse()


def batch(model):
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


def names(model):
    for node in model.graph.node:
        node.name = "other_" + node.name
        for values in (node.input, node.output):
            values[:] = [value if value in ("x", "y") else "v_" + value for value in values]
    for weight in model.graph.initializer:
        weight.name = "v_" + weight.name


def order(model):
    for entries in (model.graph.node, model.graph.initializer):
        reverse = list(entries)[::-1]
        del entries[:]
        entries.extend(reverse)


def function(model):
    inner = helper.make_node("Tanh", ["X"], ["Y"])
    model.functions.append(helper.make_function("own", "Squash", ["X"], ["Y"], [inner], [helper.make_opsetid("", 17)]))
    model.opset_import.append(helper.make_opsetid("own", 1))
    node(model, "squash").op_type, node(model, "squash").domain = "Squash", "own"


def shared(model):
    node(model, "deep").input[1] = "w1"


def quantized(model):
    old = weight(model, "w2")
    whole = np.round(numpy_helper.to_array(old) * 20).astype(np.int8)
    old.CopyFrom(numpy_helper.from_array(whole, "whole"))
    model.graph.initializer.append(numpy_helper.from_array(np.float32(0.05), "step"))
    model.graph.node.insert(0, helper.make_node("DequantizeLinear", ["whole", "step"], ["w2"], "dequantize"))


EDITS = [identity, transpose, by_another_program, norm, norm_of_another_program, output, outputs_in_other_order]
EDITS += [batch, names, order, function, shared, quantized]

folder = Path(sys.argv[1])
save(network(), folder / "net.onnx")
for edit in EDITS:
    model = network()
    edit(model)
    save(model, folder / f"{edit.__name__}.onnx")
