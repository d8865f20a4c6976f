"""Checks netviz's ONNX files with the onnx package and onnxruntime.

    onnx_check.py check MODEL.onnx...
    onnx_check.py compare MODEL.onnx BATCH.safetensors

`check` checks each model against the standard, with strict shape inference, and runs it on random
samples with onnxruntime and with onnx's reference implementation. It prints one JSON object per model.

`compare` runs the samples of a file with the tensors `input` and `logits` (32-bit floats, samples
first) and `labels` (64-bit integers). It prints one JSON object: the error of onnxruntime's logits
against the given ones, and the accuracy of both.

Errors are relative to the largest value: max |a - b| / max |b|.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

BATCHES = (1, 7)
CHUNK = 1000


def relative_error(found, expected):
    assert found.shape == expected.shape, f"{found.shape} instead of {expected.shape}"
    assert np.isfinite(expected).all(), "not a number"
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def sizes(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def inferred_shapes(model):
    """The shape of every value, inferred from the shape of the input alone."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.value_info[:]
    # Without nodes, the output is the input.
    for output in bare.graph.output if bare.graph.node else []:
        output.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(bare, check_type=True, strict_mode=True)
    return {value.name: sizes(value) for value in [*inferred.graph.value_info, *inferred.graph.output]}


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def check(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    graph = model.graph
    declared = {value.name: sizes(value) for value in [*graph.value_info, *graph.output]}
    inferred = inferred_shapes(model)
    assert inferred == declared, f"{path}: shapes {declared}, inferred {inferred}"

    [input], [output] = graph.input, graph.output
    runtime, reference = session(path), ReferenceEvaluator(model)
    errors = {}
    for batch in BATCHES:
        random, shape = np.random.default_rng(batch), [batch, *sizes(input)[1:]]
        is_float = input.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
        samples = random.standard_normal(shape, np.float32) if is_float else random.integers(0, 9, shape)
        feed = {input.name: samples}
        errors[batch] = relative_error(runtime.run(None, feed)[0], reference.run(None, feed)[0])
    return {
        "model": Path(path).stem,
        "ir_version": model.ir_version,
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "input": {input.name: sizes(input)},
        "output": {output.name: inferred[output.name]},
        "nodes": [node.name for node in graph.node],
        "initializers": {tensor.name: list(tensor.dims) for tensor in graph.initializer},
        "max_relative_error": errors,
    }


def load_safetensors(path):
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    kinds = {"F32": "<f4", "I64": "<i8"}
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, end = entry["data_offsets"]
            values = np.frombuffer(data[start + first : start + end], kinds[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def compare(model, batch):
    tensors = load_safetensors(batch)
    expected, labels = tensors["logits"], tensors["labels"]
    runtime = session(model)
    name = runtime.get_inputs()[0].name
    chunks = [tensors["input"][i : i + CHUNK] for i in range(0, len(labels), CHUNK)]
    logits = np.concatenate([runtime.run(None, {name: chunk})[0] for chunk in chunks])
    return {
        "samples": len(labels),
        "max_relative_error": relative_error(logits, expected),
        "accuracy": float((logits.argmax(1) == labels).mean()),
        "expected_accuracy": float((expected.argmax(1) == labels).mean()),
    }


if __name__ == "__main__":
    command, *paths = sys.argv[1:] or [""]
    if command == "check" and paths:
        for path in paths:
            print(json.dumps(check(path)))
    elif command == "compare" and len(paths) == 2:
        print(json.dumps(compare(*paths)))
    else:
        sys.exit(__doc__)
