"""Makes the exported programs of this folder, and what PyTorch says about them (expected.json).

    python make.py            with PyTorch 2.13 or later
    python make.py EARLY...   also packs the programs of early versions, such as mlp-2.6.pt2, without their pickles

Pickles and stack traces, which netviz does not read, are left out, and the program is compressed: a file is small.
"""

import io
import json
import sys
import zipfile
from pathlib import Path

import torch
from torch import nn
from torch.export import Dim
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

HERE = Path(__file__).parent
PROGRAM = ("models/model.json", "serialized_exported_program.json")
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.bn1(self.conv1(x)) + x)


class Convolutions(nn.Module):
    """Groups, statistics, a grouped, a transposed and an unused layer."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2)
        self.layer1 = nn.Sequential(Block(8), Block(8))
        self.depthwise = nn.Conv2d(8, 8, 3, groups=8)
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.head = nn.Linear(4, 10)
        self.auxiliary = nn.Linear(3, 5)

    def forward(self, x):
        x = self.depthwise(self.layer1(self.stem(x)))
        return self.head(self.up(x).mean((2, 3)))


class Shared(nn.Module):
    """Tied and frozen weights, a layer called twice, strides, a buffer and a constant."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 4)
        self.frozen = nn.Linear(4, 4)
        self.frozen.weight.requires_grad = False
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embedding.weight
        self.conv = nn.Conv2d(2, 3, 3).to(memory_format=torch.channels_last)
        self.register_buffer("scale", torch.arange(16.0).reshape(4, 4).t()[:, ::2])
        self.register_buffer("position", torch.arange(4), persistent=False)

    def forward(self, x):
        y = self.frozen(self.frozen(self.embedding(x)))
        stack = torch.stack([y, y + self.position], 1)
        return self.head(y) + torch.tensor([1.0] * 10), self.conv(stack), self.scale.sum() * x.shape[1]


class Control(nn.Module):
    """Branches and loops."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 8)
        self.b = nn.Linear(8, 8)
        self.c = nn.Linear(8, 8)

    def forward(self, x):
        x = torch.cond(x.sum() > 0, lambda x: self.a(x), lambda x: self.b(x) - 1, (x,))
        with torch.no_grad():
            x = self.c(x)
        steps = torch.zeros((), dtype=torch.int64)
        return torch._higher_order_ops.while_loop(
            lambda i, x: i < 3, lambda i, x: (i + 1, torch.tanh(x) * 2), (steps, x)
        )[1]


class Sequences(nn.Module):
    """Recurrent layers, attention, and products by equation."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 6, num_layers=2, bidirectional=True, batch_first=True)
        self.gru = nn.GRU(12, 8, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        y, _ = self.gru(self.lstm(x)[0])
        y = self.norm(y)
        z, _ = self.attention(y, y, y, need_weights=False)
        heads = z.reshape(1, 5, 2, 4).transpose(1, 2)
        q = nn.functional.scaled_dot_product_attention(heads, heads, heads, is_causal=True)
        first, second = q.chunk(2, dim=-1)
        return torch.einsum("bhid,bhjd->bhij", first, second).softmax(-1)


def multiply_adds(model, example):
    """Of one sample, recurrences and attention included."""
    torch.backends.mha.set_fastpath_enabled(False)
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH):
        with FlopCounterMode(display=False) as counter:
            model(*example)
    return counter.get_total_flops() // 2


def packed(source, target):
    """Copies an archive without pickles and stack traces, the program compressed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            info = zipfile.ZipInfo(name)
            if name.endswith(PROGRAM):
                info.compress_type = zipfile.ZIP_DEFLATED
                program = json.loads(text)
                strip(program)
                text = json.dumps(program)
            new.writestr(info, b"left out" if name.endswith(".pt") else text)


def strip(value):
    if isinstance(value, dict):
        value.pop("stack_trace", None)
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            strip(part)


def main():
    path = HERE / "expected.json"
    expected = json.loads(path.read_text()) if path.is_file() else {}
    batch = {"x": {0: Dim("batch")}}
    models = [
        ("convolutions", Convolutions(), torch.randn(1, 3, 33, 33), None),
        ("dynamic", Convolutions(), torch.randn(2, 3, 33, 33), batch),
        ("shared", Shared(), torch.ones(2, 5, dtype=torch.int64), {"x": {0: Dim("batch"), 1: Dim("length", min=4)}}),
        ("control", Control(), torch.randn(1, 8), None),
        ("sequences", Sequences(), torch.randn(1, 5, 8), None),
    ]
    for name, model, x, shapes in models:
        model.eval()
        program = torch.export.export(model, (x,), dynamic_shapes=shapes)
        memory = io.BytesIO()
        torch.export.save(program, memory)
        packed(memory, HERE / f"{name}.pt2")
        state = model.state_dict()
        expected[name] = {
            "torch": torch.__version__,
            "trainable": sum(p.numel() for p in model.parameters() if p.requires_grad),
            "frozen": sum(p.numel() for p in model.parameters() if not p.requires_grad),
            "buffers": sum(b.numel() for n, b in model.named_buffers() if n in state and b.is_floating_point()),
            "macs": None if name in ("control", "shared") else multiply_adds(model, (x[:1],)),
            "output": float(program.module()(x)[0].double().sum()),
            "values": {key: value.flatten()[:4].tolist() + value.flatten()[-1:].tolist() for key, value in state.items()},
        }
    for early in map(Path, sys.argv[1:]):
        packed(early, HERE / early.name)
    path.write_text(json.dumps(expected, indent=1) + "\n")


main()
