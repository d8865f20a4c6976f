"""Makes small networks with PyTorch and Keras, and what these compute (expected.json): for each file an input, and the
output with its shape. Images are given and returned with the channels first, as netviz has them.

    KERAS_BACKEND=torch python make.py      with PyTorch 2.13, Keras 3.15 or later

Pickles and stack traces, which netviz does not read, are left out.
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
import torch
from keras import Input, Model, Sequential, layers, ops
from torch import nn

HERE = Path(__file__).parent
IMAGE = (6, 5, 3)
expected = {}
torch.manual_seed(0)
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)


def numbers(values):
    return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def turned(array):
    return np.moveaxis(array, -1, 1) if array.ndim == 4 else array


def note(file, input, output):
    expected[file] = {
        "shape": list(input.shape),
        "input": numbers(input),
        "output": numbers(output),
        "output_shape": list(output.shape),
    }


def rounded(shape):
    values = rng.standard_normal(shape)
    return np.array(numbers(values), dtype=np.float32).reshape(shape)


def packed(path, data, keep=lambda name: True):
    """An archive with compressed members, except weights, which netviz reads where they are."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist() if keep(name)}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            is_stored = "/data/" in name and not name.endswith(".json")
            kind = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
            if name.endswith("models/model.json"):
                text = json.loads(data)
                for node in text["graph_module"]["graph"]["nodes"]:
                    node["metadata"].pop("stack_trace", None)
                data = json.dumps(text, separators=(",", ":"))
            file.writestr(zipfile.ZipInfo(name), data, kind)


# PyTorch.


class Means(nn.Module):
    """What is not one layer of `torch.nn`, but one of netviz."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.conv(x).clamp(min=0)
        return self.head(torch.cat([x.mean(3).mean(2), torch.amax(x, (2, 3))], 1))


class Pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 4, 3),
            nn.BatchNorm2d(4, affine=False),
            nn.Threshold(0, 0),
            nn.ZeroPad2d((1, 2, 0, 1)),
            nn.Conv2d(4, 4, 2),
            nn.AdaptiveMaxPool2d(1),
        )

    def forward(self, x):
        return self.layers(x)


for name, module in {"means": Means(), "pooled": Pooled()}.items():
    for key, buffer in module.named_buffers():
        if buffer.dtype.is_floating_point:
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    module.eval()
    input = rounded((2, 3, 7, 6))
    with torch.no_grad():
        output = module(torch.tensor(input)).numpy()
    file = io.BytesIO()
    torch.export.save(torch.export.export(module, (torch.tensor(input),)), file)
    packed(HERE / f"{name}.pt2", file.getvalue(), lambda path: "sample_inputs" not in path)
    note(f"{name}.pt2", input, output)


# Keras.


def adapted():
    normalization = layers.Normalization()
    normalization.adapt(rng.normal(2, 3, (20, 4)).astype("float32"))
    return Sequential([Input((4,)), normalization, layers.Dense(3)])


def operations():
    x = Input(IMAGE)
    y = ops.relu6(layers.Conv2D(4, 2)(x))
    first, second, third = ops.split(y, [1, 2], axis=-1)
    y = ops.concatenate([ops.transpose(third, (0, 2, 1, 3))[:, :3, :, 1:], (first * second)[:, :3, ...]], axis=2)
    y = ops.gelu(layers.Dense(4)(layers.Flatten()(y)), approximate=False)
    return Model(x, layers.Dense(3)(y[..., 1:]))


def means():
    x = Input(IMAGE)
    return Model(x, ops.mean(ops.hard_sigmoid(layers.Conv2D(4, 2)(x)), axis=(1, 2), keepdims=True))


KERAS = {
    "lora": Sequential(
        [
            Input((6,)),
            layers.Dense(5, lora_rank=2, lora_alpha=3, activation="tanh"),
            layers.EinsumDense("ab,cb->ac", output_shape=4, bias_axes="c", lora_rank=1),
        ]
    ),
    "lora_lookup": Sequential([Input((4,), dtype="int32"), layers.Embedding(9, 3, lora_rank=2), layers.Flatten()]),
    "normalized": Sequential(
        [
            Input(IMAGE),
            layers.Normalization(mean=[0.5, -0.5, 1], variance=[0.25, 2, 0]),
            layers.LayerNormalization(axis=[1, 2, 3]),
            layers.Conv2D(2, 3),
        ]
    ),
    "adapted": adapted(),
    "training": Sequential(
        [
            Input(IMAGE),
            layers.RandomFlip(),
            layers.RandomRotation(0.1),
            layers.GaussianNoise(0.1),
            layers.Conv2D(2, 3),
            layers.SpatialDropout2D(0.2),
            layers.GaussianDropout(0.1),
            layers.AlphaDropout(0.1),
        ]
    ),
    "operations": operations(),
    "means": means(),
    # Average pooling `same` with an even window, whose padding is larger at the end and does not count. PyTorch's backend
    # of Keras 3.15 computes another mean at the edges: the expected output is that of JAX.
    "even": Sequential([Input(IMAGE), layers.AveragePooling2D(4, 3, padding="same")]),
}


def even(image):
    """The definition of TensorFlow and JAX."""
    (height, width), output = image.shape[:2], []
    for top in range(0, height, 3):
        for left in range(0, width, 3):
            before = [max((-(-size // 3) - 1) * 3 + 4 - size, 0) // 2 for size in (height, width)]
            rows = slice(max(top - before[0], 0), top - before[0] + 4)
            columns = slice(max(left - before[1], 0), left - before[1] + 4)
            output.append(image[rows, columns].mean((0, 1)))
    return np.stack(output).reshape(-(-height // 3), -(-width // 3), -1)


for name, model in KERAS.items():
    for weight in model.weights:
        is_fixed = "seed" in weight.path or "normalization" in weight.path and "gamma" not in weight.path
        if not is_fixed:
            weight.assign(rng.uniform(-0.5, 0.5, weight.shape))
    input = rng.integers(0, 9, (2, 4)) if "lookup" in name else rounded((2, *model.input_shape[1:]))
    if name == "even":
        output = np.stack([even(image) for image in input])
    else:
        output = keras.ops.convert_to_numpy(model(input, training=False))
    model.save(HERE / f"{name}.keras")
    packed(HERE / f"{name}.keras", (HERE / f"{name}.keras").read_bytes())
    note(f"{name}.keras", turned(input), turned(output))
    if "lora" in name:
        model.save(HERE / f"{name}.h5")
        note(f"{name}.h5", turned(input), turned(output))

lines = [f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in sorted(expected.items())]
(HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
