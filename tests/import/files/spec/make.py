"""Makes the trained networks of this folder with PyTorch and Keras, and what these compute (expected.json): for each
network its files, an input, and the output.

    KERAS_BACKEND=torch python make.py      with PyTorch 2.13, Keras 3 and ONNX or later

Pickles, stack traces and values for reproduction, which netviz does not read, are left out.
"""

import io
import json
import os
import warnings
import zipfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
warnings.simplefilter("ignore")

import keras
import numpy as np
import onnx
import torch
from keras import Input, Model, Sequential, layers
from onnxscript import optimizer
from torch import nn

HERE = Path(__file__).parent
expected = {}
torch.manual_seed(0)
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)


def numbers(values):
    return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def note(name, files, input, output):
    """Images are given to netviz with the channels first."""
    values = {"input": numbers(input), "output": numbers(output)}
    expected[name] = {"files": files, "shape": list(input.shape), **values}


def rounded(array):
    """With as many digits as `numbers` keeps."""
    return np.array(numbers(array), dtype=np.float32).reshape(array.shape)


# PyTorch.


class Block(nn.Module):
    def __init__(self, channels, more, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, more, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(more)
        self.conv2 = nn.Conv2d(more, more, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(more)
        self.down = nn.Sequential(nn.Conv2d(channels, more, 1, stride, bias=False), nn.BatchNorm2d(more))

    def forward(self, x):
        return torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))) + self.down(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        self.layer1 = Block(4, 4, 1)
        self.layer2 = Block(4, 6, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(torch.flatten(self.avgpool(self.layer2(self.layer1(x))), 1))


class Tagger(nn.Module):
    """`how` the states are read: the last step, or the last states of both directions."""

    def __init__(self, how, **arguments):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, **arguments)
        directions = 2 if arguments.get("bidirectional") else 1
        self.fc, self.how = nn.Linear(4 * directions, 2), how

    def forward(self, x):
        is_batch_first = self.lstm.batch_first
        y, (h, _) = self.lstm(x if is_batch_first else x.transpose(0, 1))
        if self.how == "states":
            return self.fc(torch.cat([h[-2], h[-1]], 1))
        return self.fc(y[:, -1] if is_batch_first else y[-1])


class Gate(nn.Module):
    """Squeeze and excitation, shuffled channels, and activations of mobile networks."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, groups=3)
        self.squeeze, self.excite = nn.Conv2d(6, 2, 1), nn.Conv2d(2, 6, 1)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = nn.functional.hardswish(self.conv(x))
        weights = nn.functional.adaptive_avg_pool2d(x, 1)
        x = x * nn.functional.hardsigmoid(self.excite(torch.relu(self.squeeze(weights))))
        n, c, h, w = x.shape
        x = x.view(n, 3, c // 3, h, w).transpose(1, 2).reshape(n, c, h, w)
        x = nn.functional.gelu(nn.functional.relu6(x[:, :4]).mean([2, 3]))
        return self.fc(torch.cat([x, nn.functional.silu(x[:, :2])], 1))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1),
        nn.Tanh(),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(3, 4, 3),
        nn.ELU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(),
        nn.Linear(16, 6),
        nn.BatchNorm1d(6),
        nn.ReLU(),
        nn.Linear(6, 5),
        nn.Softmax(1),
    )


TORCH = {
    "mlp": (nn.Sequential(nn.Linear(6, 8), nn.Sigmoid(), nn.LayerNorm(8), nn.Linear(8, 3)), (6,)),
    "lenet": (lenet(), (1, 11, 11)),
    "resnet": (ResNet(), (3, 16, 16)),
    "lstm": (Tagger("last", batch_first=True), (5, 3)),
    "lstm_time_first": (Tagger("last", num_layers=2), (5, 3)),
    "lstm_both": (Tagger("states", batch_first=True, bidirectional=True), (5, 3)),
    "gate": (Gate(), (3, 6, 6)),
}


def made_up(module):
    for norm in module.modules():
        if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
            for values, bounds in [(norm.weight, (0.7, 1.3)), (norm.bias, (-0.2, 0.2))]:
                values.data.uniform_(*bounds)
            norm.running_mean.uniform_(-0.2, 0.2)
            norm.running_var.uniform_(0.7, 1.3)
    return module.eval()


def program(module, input, name):
    """Compressed, and without pickles."""
    bytes = io.BytesIO()
    torch.export.save(torch.export.export(module, (input,)), bytes)
    with zipfile.ZipFile(bytes) as old, zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if "sample_inputs" in info.filename or data[:2] == b"\x80\x02":
                continue
            if info.filename.endswith("model.json"):
                text = json.loads(data)
                for node in text["graph_module"]["graph"]["nodes"]:
                    node["metadata"].pop("stack_trace", None)
                data = json.dumps(text, separators=(",", ":"))
            # Weights are read where they are.
            is_program = info.filename.endswith(".json")
            new.writestr(info.filename, data, zipfile.ZIP_DEFLATED if is_program else zipfile.ZIP_STORED)


def graph(module, input, name, dynamo, folds=True):
    path = HERE / name
    more = {} if folds else {"optimize": False}
    torch.onnx.export(module, (input,), path, dynamo=dynamo, external_data=False, verbose=False, **more)
    model = onnx.load(path)
    if not folds:
        model = optimizer.optimize(model, input_size_limit=12, output_size_limit=12)
    for node in model.graph.node:
        node.doc_string = ""
        kept = [entry for entry in node.metadata_props if entry.key == "namespace"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        del value.metadata_props[:]
    onnx.save(model, path)


for name, (module, shape) in TORCH.items():
    module, input = made_up(module), torch.tensor(rounded(torch.randn(2, *shape)))
    output = module(input).detach()
    files = [f"{name}.pt2", f"{name}-dynamo.onnx", f"{name}-script.onnx"]
    program(module, input, files[0])
    graph(module, input, files[1], True)
    graph(module, input, files[2], False)
    if name == "lstm_both":
        # Its gates are put in order by operations, as those of networks are that are too large to be folded.
        files.append(f"{name}-unfolded.onnx")
        graph(module, input, files[3], True, folds=False)
    note(f"PyTorch's {name}", files, input, output)

# Keras, with the channels last.


def residual():
    input = Input((8, 7, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False, name="stem")(input)
    a = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.BatchNormalization(scale=False)(layers.Conv2D(4, 3, padding="same")(a))
    x = layers.Activation("relu")(layers.Add()([x, a]))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    pooled = layers.AveragePooling2D(2, padding="same")(x)
    reduced = layers.SeparableConv2D(3, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Concatenate()([pooled, reduced])
    x = layers.DepthwiseConv2D(2, depth_multiplier=2)(x)
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    return Model(input, layers.Dense(5, activation="softmax", name="top")(x))


KERAS = {
    "residual": (residual(), (8, 7, 3)),
    "sequence": (
        Sequential(
            [
                Input((5, 3)),
                layers.LSTM(4, return_sequences=True),
                layers.Bidirectional(layers.LSTM(3)),
                layers.Dense(2),
            ]
        ),
        (5, 3),
    ),
    "lookup": (Sequential([Input((6,)), layers.Embedding(9, 4), layers.LSTM(3), layers.Dense(2)]), None),
    "scaled": (
        Sequential(
            [
                Input((6, 5, 2)),
                layers.Rescaling(0.5, offset=-0.25),
                layers.Conv2D(3, 2, activation="relu"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(2, activation="sigmoid"),
            ]
        ),
        (6, 5, 2),
    ),
}



def compressed(path):
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


for name, (model, shape) in KERAS.items():
    for weight in model.weights:
        bounds = (0.7, 1.3) if "gamma" in weight.path or "variance" in weight.path else (-0.5, 0.5)
        weight.assign(rng.uniform(*bounds, weight.shape))
    input = rng.integers(0, 9, (2, 6)) if shape is None else rounded(rng.standard_normal((2, *shape)))
    output = model.predict(input, verbose=0)
    turned = np.moveaxis(input, -1, 1) if input.ndim == 4 else input
    model.save(HERE / f"{name}.keras")
    compressed(HERE / f"{name}.keras")
    files = [f"{name}.keras"]
    if name == "scaled":
        model.save(HERE / f"{name}.h5")
        files.append(f"{name}.h5")
    note(f"Keras' {name}", files, turned, output)

lines = [f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in sorted(expected.items())]
(HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
