"""A small network as it is, and as ONNX Runtime's optimizer saves it: `python make.py`, with onnx and onnxruntime.

The optimized file depends on the processor: channels are in blocks of 16 with AVX-512, of 8 elsewhere. Weights are zeros,
so that both files are small after git packs them.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
NODE = helper.make_node


def weights(name, *sizes):
    return numpy_helper.from_array(np.zeros(sizes, np.float32), name)


nodes = [
    NODE("Conv", ["x", "w1", "b1"], ["c1"], "stem", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    NODE("Relu", ["c1"], ["r1"], "relu"),
    NODE("MaxPool", ["r1"], ["p1"], "max", kernel_shape=[2, 2], strides=[2, 2]),
    NODE("Conv", ["p1", "w2", "b2"], ["c2"], "deep", kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=16),
    NODE("Conv", ["c2", "w3", "b3"], ["c3"], "point", kernel_shape=[1, 1]),
    NODE("Add", ["c3", "p1"], ["a1"], "add"),
    NODE("AveragePool", ["a1"], ["v1"], "mean", kernel_shape=[2, 2], strides=[2, 2]),
    NODE("Upsample", ["v1", "scales"], ["u1"], "up", mode="nearest"),
    NODE("Conv", ["u1", "w4", "b4"], ["c4"], "last", kernel_shape=[1, 1]),
    NODE("GlobalAveragePool", ["c4"], ["g1"], "pool"),
    NODE("Flatten", ["g1"], ["f1"], "flatten"),
    NODE("Gemm", ["f1", "w5", "b5"], ["h1"], "dense", transB=1),
    NODE("Relu", ["h1"], ["y"], "relu_2"),
]
tensors = [
    weights("w1", 16, 3, 3, 3), weights("b1", 16), weights("w2", 16, 1, 3, 3), weights("b2", 16),
    weights("w3", 16, 16, 1, 1), weights("b3", 16), weights("w4", 16, 16, 1, 1), weights("b4", 16),
    weights("w5", 10, 16), weights("b5", 10), numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales"),
]
graph = helper.make_graph(
    nodes, "small",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 32, 32])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])],
    tensors,
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, HERE / "plain.onnx")

options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
options.optimized_model_filepath = str(HERE / "optimized.onnx")
onnxruntime.InferenceSession(str(HERE / "plain.onnx"), options, providers=["CPUExecutionProvider"])
