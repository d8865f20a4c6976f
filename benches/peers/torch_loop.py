"""A model of netviz in PyTorch: torch_loop.py DIR dense|lenet5 loader|index [compile]

`loader` is the usual DataLoader; `index` indexes batches by hand, which is faster. `compile` compiles the network, its
gradients and the optimizer with `torch.compile`, which takes part of the first epoch.
"""
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from mnist_files import load

folder, model, batching, *options = sys.argv[1:]
images, labels, test_images, test_labels = load(folder)


def inputs(images):
    x = torch.from_numpy(images.copy()).float() / 255
    return nn.functional.pad(x.reshape(-1, 1, 28, 28), (2, 2, 2, 2)) if model == "lenet5" else x


torch.manual_seed(0)
x, y = inputs(images), torch.from_numpy(labels.copy()).long()
if model == "dense":
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
    optimizer, size, epochs = torch.optim.RMSprop(net.parameters(), 1e-3, alpha=0.9, eps=1e-7), 128, 5
else:
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten(),
        nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    optimizer, size, epochs = torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7), 64, 3
criterion = nn.CrossEntropyLoss()
forward, update = net, optimizer.step
if "compile" in options:
    forward, update = torch.compile(net), torch.compile(optimizer.step)
loader = DataLoader(TensorDataset(x, y), size, shuffle=True)
for _ in range(epochs):
    start, total = time.perf_counter(), 0.0
    batches = loader if batching == "loader" else ((x[i], y[i]) for i in torch.randperm(len(x)).split(size))
    for bx, by in batches:
        loss = criterion(forward(bx), by)
        optimizer.zero_grad()
        loss.backward()
        update()
        total += loss.item() * len(bx)
    print(f"seconds {time.perf_counter() - start:.4f}")
with torch.no_grad():
    right = (net(inputs(test_images)).argmax(1) == torch.from_numpy(test_labels.copy())).float().mean()
print(f"accuracy {right:.4f}")
