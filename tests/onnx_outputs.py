"""Runs exported models in a folder, one for each entry of an expected.json, with the inputs that this states; prints the
entry and the largest difference from the outputs there, relative to the largest output."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

onnxruntime.set_default_logger_severity(3)

for name, entry in json.loads(Path(sys.argv[1]).read_text()).items():
    path = Path(sys.argv[2]) / f"{name}.onnx"
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    kind = np.int64 if "int64" in given.type else np.float32
    (output,) = session.run(None, {given.name: np.array(entry["input"], kind).reshape(entry["shape"])})
    assert list(output.shape) == entry["output_shape"], (name, output.shape, entry["output_shape"])
    expected = np.array(entry["output"]).reshape(output.shape)
    print(name, np.abs(output - expected).max() / max(1, np.abs(expected).max()))
