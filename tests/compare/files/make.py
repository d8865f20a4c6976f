"""Writes one small network in four ways: PyTorch's .pt2, ONNX by both of its exporters, and Keras with the same weights.

Needs torch, onnx, onnxscript and keras: `KERAS_BACKEND=torch python make.py`.
"""

import keras
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.deep = nn.Conv2d(4, 6, 3, stride=2)
        self.head = nn.Linear(6 * 3 * 3, 5)

    def forward(self, x):
        x = torch.relu(self.norm(self.stem(x)))
        x = torch.relu(self.deep(x))
        return self.head(torch.flatten(x, 1))


torch.manual_seed(0)
net = Net().eval()
for buffer in (net.norm.running_mean, net.norm.running_var, net.norm.weight.data, net.norm.bias.data):
    buffer.uniform_(0.5, 1.5)
sample = torch.zeros(1, 3, 8, 8)
torch.export.save(torch.export.export(net, (sample,)), "net.pt2")
torch.onnx.export(net, (sample,), "net.dynamo.onnx", dynamo=True, external_data=False)
torch.onnx.export(net, (sample,), "net.script.onnx", dynamo=False)

inputs = keras.Input((8, 8, 3), name="x")
stem = keras.layers.Conv2D(4, 3, padding="same", use_bias=False, name="stem")
norm = keras.layers.BatchNormalization(epsilon=1e-5, name="norm")
deep = keras.layers.Conv2D(6, 3, strides=2, activation="relu", name="deep")
head = keras.layers.Dense(5, name="head")
x = keras.layers.ReLU()(norm(stem(inputs)))
x = deep(x)
# PyTorch flattens channels first.
x = keras.layers.Permute((3, 1, 2))(x)
outputs = head(keras.layers.Flatten()(x))
model = keras.Model(inputs, outputs, name="net")
kernel = lambda conv: conv.weight.detach().numpy().transpose(2, 3, 1, 0)
vector = lambda tensor: tensor.detach().numpy()
stem.set_weights([kernel(net.stem)])
norm.set_weights([vector(t) for t in (net.norm.weight, net.norm.bias, net.norm.running_mean, net.norm.running_var)])
deep.set_weights([kernel(net.deep), vector(net.deep.bias)])
head.set_weights([vector(net.head.weight).T, vector(net.head.bias)])
model.save("net.keras")
