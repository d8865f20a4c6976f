"""Runs pairs of models in a folder, N-first.onnx and N-second.onnx, with the same input; prints N and the largest
difference of their outputs, relative to the largest output."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime

onnxruntime.set_default_logger_severity(3)


def output(path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    shape = [size if isinstance(size, int) else 2 for size in given.shape]
    random = np.random.default_rng(0)
    if "int64" in given.type:
        values = random.integers(0, 2, shape)
    else:
        values = random.standard_normal(shape, dtype=np.float32)
    return session.run(None, {given.name: values})[0]


for first in sorted(Path(sys.argv[1]).glob("*-first.onnx")):
    index = first.name.split("-")[0]
    one, other = output(first), output(first.with_name(f"{index}-second.onnx"))
    assert one.shape == other.shape, (index, one.shape, other.shape)
    assert np.isfinite(one).all() and one.std() > 0, f"network {index} computes nothing to compare"
    print(index, np.abs(one - other).max() / max(1, np.abs(one).max()))
