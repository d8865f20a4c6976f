"""Gives the networks of onnx's package random weights in place of constant ones, and runs them.

    python light.py OUT

Prints a line of JSON for each: the paths of the model, of an input and of its output, and the shape of the input.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

OUT = Path(sys.argv[1])
LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"


def with_weights(model, rng):
    graph = model.graph
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    readers = {name: (node.op_type, index) for node in graph.node for index, name in enumerate(node.input)}
    # The last layers give numbers that do not saturate the softmax.
    last = next(node for node in reversed(graph.node) if node.op_type in ("Gemm", "Conv"))
    nodes = list(graph.node)
    del graph.node[:]
    for node in nodes:
        if node.op_type != "ConstantOfShape":
            graph.node.append(node)
            continue
        name, shape = node.output[0], shapes[node.input[0]].astype(int)
        kind, operand = readers[name]
        if kind == "BatchNormalization" and operand in (1, 4):
            values = rng.uniform(0.7, 1.3, shape)
        elif len(shape) > 1:
            values = rng.standard_normal(shape) * np.sqrt(1 / np.prod(shape[1:]))
        else:
            values = rng.standard_normal(shape) * 0.1
        if name in last.input:
            values = values * 0.1
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), name))
    # Initializers need not be inputs.
    model.ir_version = 4
    return model


options = onnxruntime.SessionOptions()
options.log_severity_level = 3
for path in sorted(LIGHT.glob("*.onnx")):
    rng = np.random.default_rng(0)
    model = with_weights(onnx.load(path), rng)
    target = OUT / path.name
    onnx.save(model, target)
    session = onnxruntime.InferenceSession(target, options)
    input = rng.standard_normal(session.get_inputs()[0].shape).astype(np.float32)
    (output,) = session.run(None, {session.get_inputs()[0].name: input})
    files = {"input": OUT / f"{path.stem}.in", "output": OUT / f"{path.stem}.out"}
    input.tofile(files["input"])
    output.astype(np.float32).tofile(files["output"])
    paths = {key: str(file) for key, file in files.items()}
    print(json.dumps({"path": str(target), **paths, "shape": list(input.shape)}))
