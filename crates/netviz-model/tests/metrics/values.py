"""Writes what `torch.topk` finds, which the tests compare with the metric `top_k`.

Run with PyTorch 2.15: `python crates/netviz-model/tests/metrics/values.py > crates/netviz-model/tests/metrics/values.json`
"""

import json

import torch

torch.manual_seed(1)
scores = torch.randn(40, 10)
classes = torch.randint(0, 10, (40,))
found = {k: (scores.topk(k).indices == classes[:, None]).any(1).float().mean().item() for k in (1, 3, 5, 10)}
print(json.dumps({"scores": scores.flatten().tolist(), "classes": classes.tolist(), "found": found}))
