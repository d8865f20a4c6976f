"""Copies ONNX models without the shapes that they state, so that only inference can give them.

    python onnx_strip.py OUT FOLDER...

Each model below the folders is written twice: as it is but for the types of results, and with its small inputs as
constants, whose values are those of the test data beside it. Prints a line of JSON for each file: its path, the
operators in it, and the stated element type, sizes and containers of each output.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx

# An input of at most so many elements may be a shape, a scale or an axis.
SMALL = 16

# The element types by their numbers, those included that this version of the package may not know.
DTYPES = (
    "? float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 "
    "bfloat16 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz uint4 int4 float4_e2m1 float8_e8m0 uint2 int2"
).split()


def graphs(graph):
    """A graph with all bodies in it."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for body in [attribute.g] * attribute.HasField("g") + list(attribute.graphs):
                yield from graphs(body)


def stated(value):
    """Element type, sizes (None for unknown ones and symbols), and container of a value."""
    kind, container = value.type, ""
    while kind.WhichOneof("value") in ("sequence_type", "optional_type", "map_type"):
        which = kind.WhichOneof("value")
        container += which[0]
        kind = kind.map_type.value_type if which == "map_type" else getattr(kind, which).elem_type
    tensor = kind.sparse_tensor_type if kind.HasField("sparse_tensor_type") else kind.tensor_type
    if not tensor.HasField("shape"):
        return [DTYPES[tensor.elem_type], None, container]
    sizes = [dim.dim_value if dim.HasField("dim_value") else None for dim in tensor.shape.dim]
    return [DTYPES[tensor.elem_type], sizes, container]


def strip(model):
    for graph in graphs(model.graph):
        del graph.value_info[:]
        for output in graph.output:
            output.ClearField("type")
    for function in model.functions:
        del function.value_info[:]


def constants(model, folder):
    """Makes small inputs constants; whether there are any."""
    initialized = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in initialized]
    found = False
    for index, value in enumerate(inputs):
        file = folder / "test_data_set_0" / f"input_{index}.pb"
        if not file.is_file() or value.type.WhichOneof("value") != "tensor_type":
            continue
        tensor = onnx.TensorProto()
        tensor.ParseFromString(file.read_bytes())
        is_small = np.prod(tensor.dims, dtype=np.int64) <= SMALL and len(tensor.dims) <= 1
        # Some old data have another element type.
        if not is_small or tensor.data_type != value.type.tensor_type.elem_type:
            continue
        tensor.name = value.name
        model.graph.initializer.append(tensor)
        model.graph.input.remove(value)
        found = True
    return found


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for folder in map(Path, sys.argv[2:]):
        for file in sorted(folder.rglob("*.onnx")):
            model = onnx.load(file, load_external_data=False)
            name = "-".join(file.relative_to(folder).with_suffix("").parts)
            outputs = [stated(output) for output in model.graph.output]
            operators = sorted({node.op_type for graph in graphs(model.graph) for node in graph.node})
            strip(model)
            for kind in ["plain", "constant"]:
                if kind == "constant" and not constants(model, file.parent):
                    continue
                path = out / f"{name}.{kind}.onnx"
                path.write_bytes(model.SerializeToString())
                print(json.dumps({"path": str(path), "operators": operators, "outputs": outputs}))


main()
