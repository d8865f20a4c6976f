"""The learning rates of PyTorch's schedulers; `values.json` is the output of this script.

Run with PyTorch 2.13: `python crates/netviz-model/tests/schedules/values.py > crates/netviz-model/tests/schedules/values.json`
"""
import json
import math

import torch
from torch.optim.lr_scheduler import ChainedScheduler, CosineAnnealingLR, LinearLR, ReduceLROnPlateau, StepLR

RATE = 0.5
EPOCHS = 12
STEPS = 5


def loss(epoch):
    """A loss that falls, rises, and stays the same."""
    return 1 + math.sin(1.3 * epoch) / (1 + epoch // 4)


# Keys of `train` in a spec, and the same in PyTorch: a scheduler that steps after every step, or after every epoch.
CASES = {
    "schedule: {step: {every: 3}}": ("epoch", lambda o: StepLR(o, 3)),
    "schedule: {step: {every: 5, factor: 0.7}}": ("epoch", lambda o: StepLR(o, 5, gamma=0.7)),
    "schedule: cosine": ("step", lambda o: CosineAnnealingLR(o, EPOCHS * STEPS)),
    "schedule: {cosine: {minimum: 0.2}}": ("step", lambda o: CosineAnnealingLR(o, EPOCHS * STEPS, eta_min=0.2 * RATE)),
    "warm_up: 8": ("step", lambda o: LinearLR(o, start_factor=1 / 8, total_iters=7)),
    "schedule: cosine, warm_up: 8": ("step", lambda o: ChainedScheduler(
        [CosineAnnealingLR(o, EPOCHS * STEPS), LinearLR(o, start_factor=1 / 8, total_iters=7)])),
    "schedule: {reduce_on_plateau: {patience: 1}}": ("loss", lambda o: ReduceLROnPlateau(o, patience=1)),
    "schedule: {reduce_on_plateau: {patience: 2, factor: 0.5, threshold: 0.3}}":
        ("loss", lambda o: ReduceLROnPlateau(o, patience=2, factor=0.5, threshold=0.3)),
    "schedule: {reduce_on_plateau: {patience: 1, factor: 0.5, minimum: 0.3}}":
        ("loss", lambda o: ReduceLROnPlateau(o, patience=1, factor=0.5, min_lr=0.3 * RATE)),
}


def rates(told, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler = make(optimizer)
    values = []
    for epoch in range(EPOCHS):
        for _ in range(STEPS):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if told == "step":
                scheduler.step()
        if told == "epoch":
            scheduler.step()
        elif told == "loss":
            scheduler.step(loss(epoch))
    return values


print(json.dumps({name: rates(*case) for name, case in CASES.items()}, indent=1))
