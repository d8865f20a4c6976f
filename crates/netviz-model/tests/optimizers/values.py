"""Four parameters after 100 steps of PyTorch's optimizers; `values.json` is the output of this script.

Run with PyTorch 2.13: `python crates/netviz-model/tests/optimizers/values.py > crates/netviz-model/tests/optimizers/values.json`
"""
import json
import math

import torch

START = [1.0, -0.5, 0.25, 2.0]
STEPS = 100

# The argument of `optimizer` in a spec, and the same in PyTorch.
CASES = {
    "{sgd: {learning_rate: 0.05}}": lambda p: torch.optim.SGD(p, lr=0.05),
    "{sgd: {learning_rate: 0.05, momentum: 0.9}}": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "{sgd: {learning_rate: 0.05, momentum: 0.9, nesterov: true}}":
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "{sgd: {learning_rate: 0.05, weight_decay: 0.3}}": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.3),
    "{sgd: {learning_rate: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.3}}":
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.3),
    "{rmsprop: {learning_rate: 0.01, weight_decay: 0.3}}":
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-7, weight_decay=0.3),
    "{adam: {learning_rate: 0.02, weight_decay: 0.3}}":
        lambda p: torch.optim.Adam(p, lr=0.02, eps=1e-7, weight_decay=0.3),
    "{rmsprop: {learning_rate: 0.01}}": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-7),
    "{rmsprop: {learning_rate: 0.01, rho: 0.99, epsilon: 0.001}}":
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99, eps=1e-3),
    "{adam: {learning_rate: 0.02}}": lambda p: torch.optim.Adam(p, lr=0.02, eps=1e-7),
    "{adam: {learning_rate: 0.02, beta_1: 0.8, beta_2: 0.99}}":
        lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.99), eps=1e-7),
    "{adamw: {learning_rate: 0.02, weight_decay: 0.1}}":
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1, eps=1e-7),
}


def gradient(step, index):
    """Waves of different sizes: gradients that change their sign and are never 0 for long."""
    return (index + 1) * math.sin(0.3 * step * (index + 1)) / 4


def path(make):
    parameter = torch.tensor(START, requires_grad=True)
    optimizer = make([parameter])
    values = []
    for step in range(1, STEPS + 1):
        parameter.grad = torch.tensor([gradient(step, index) for index in range(len(START))])
        optimizer.step()
        if step % 10 == 0:
            values.append(parameter.tolist())
    return values


print(json.dumps({name: path(make) for name, make in CASES.items()}, indent=1))
