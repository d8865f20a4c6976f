"""Writes what layers of PyTorch compute, and the gradients of their parameters, which the tests compare with the engine's.

Run with PyTorch 2.15: `python crates/netviz-torch/tests/layers/values.py > crates/netviz-torch/tests/layers/values.json`
"""

import json

import torch

torch.manual_seed(1)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def case(name, yaml, input, parameters, output):
    """`parameters` are by the name in netviz's model. The loss is the sum of the output times `direction`."""
    direction = torch.randn_like(output)
    (output * direction).sum().backward()
    return {
        "name": name,
        "model": yaml,
        "input": numbers(input),
        "batch": len(input),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "direction": numbers(direction),
        "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
    }


def random(module):
    """Parameters that differ from each other; many modules begin with zeros and ones."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.5)
    return module


def named(layer, module):
    return {f"{layer}.{name}": parameter for name, parameter in module.named_parameters()}


def layer_norm():
    input = torch.randn(3, 4, 6)
    last = random(torch.nn.LayerNorm(6, eps=1e-3))
    yield case("last dimension", "input: [4, 6]\nlayers: [layer_norm]", input, named("layer_norm_1", last), last(input))
    all = random(torch.nn.LayerNorm((4, 6), eps=1e-5))
    yaml = "input: [4, 6]\nlayers: [layer_norm: {axis: 0, epsilon: 0.00001}]"
    yield case("whole sample", yaml, input, named("layer_norm_1", all), all(input))


def embedding():
    input = torch.randint(0, 7, (3, 4))
    table = random(torch.nn.Embedding(7, 5))
    yaml = "input: {shape: [4], dtype: int64}\nlayers: [embedding: {vocabulary: 7, units: 5}]"
    yield case("repeated values", yaml, input, named("embedding_1", table), table(input))


def split():
    input = torch.randn(3, 5, 4)
    first, second = torch.split(input, [2, 3], dim=1)
    yaml = """
input: [5, 4]
layers:
  - split: {name: parts, sections: [2, 3]}
  - concat: {name: turned, from: [parts:1, parts:0]}
  - flatten
  - dense: {name: dense, units: 4}
"""
    dense = random(torch.nn.Linear(20, 4))
    output = dense(torch.cat([second, first], dim=1).flatten(1))
    yield case("unequal parts", yaml, input, named("dense", dense), output)


def lstm():
    input = torch.randn(2, 4, 3)
    forward = random(torch.nn.LSTM(3, 5, batch_first=True))
    yaml = "input: [4, 3]\nlayers: [lstm: 5]"
    yield case("last state", yaml, input, named("lstm_1", forward), forward(input)[1][0][0])
    forward = random(torch.nn.LSTM(3, 5, batch_first=True))
    yaml = "input: [4, 3]\nlayers: [lstm: {units: 5, return_sequences: true}]"
    yield case("sequence", yaml, input, named("lstm_1", forward), forward(input)[0])
    both = random(torch.nn.LSTM(3, 5, batch_first=True, bidirectional=True))
    yaml = "input: [4, 3]\nlayers: [lstm: {units: 5, bidirectional: true, return_sequences: true}]"
    yield case("bidirectional sequence", yaml, input, named("lstm_1", both), both(input)[0])
    both = random(torch.nn.LSTM(3, 5, batch_first=True, bidirectional=True))
    yaml = """
input: [4, 3]
layers:
  - lstm: {name: lstm, units: 5, bidirectional: true, return_state: true}
  - add: {from: [lstm:1, lstm:2]}
"""
    _, (state, cell) = both(input)
    output = (state + cell).transpose(0, 1).flatten(1)
    yield case("bidirectional state and cell", yaml, input, named("lstm", both), output)


def lines(kind):
    """A case a line."""
    return "[\n" + ",\n".join(json.dumps(case) for case in kind()) + "\n]"


kinds = (embedding, layer_norm, lstm, split)
print("{" + ",\n".join(f'"{kind.__name__}": {lines(kind)}' for kind in kinds) + "}")
