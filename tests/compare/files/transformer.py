"""Writes one block of a transformer, whose layers are made of single operations, as PyTorch's .pt2 and by both ONNX exporters.

Needs torch, onnx and onnxscript: `python transformer.py`.
"""

import math

import torch
from torch import nn
from torch.nn import functional


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(size) + 0.5)

    def forward(self, x):
        variance = x.to(torch.float32).pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + 1e-6))


class Attention(nn.Module):
    def __init__(self, size, heads, fused):
        super().__init__()
        self.heads, self.fused = heads, fused
        self.qkv = nn.Linear(size, 3 * size)
        self.bias = nn.Parameter(torch.rand(heads, 1, 1))
        self.dropout = nn.Dropout(0.1)
        self.out = nn.Linear(size, size)

    def forward(self, x, mask):
        batch, tokens, size = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if self.fused:
            y = functional.scaled_dot_product_attention(q, k, v)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + self.bias
            y = self.dropout(functional.softmax(scores.masked_fill(mask, -1e9), dim=-1)) @ v
        return self.out(y.transpose(1, 2).reshape(batch, tokens, size))


class Gelu(nn.Module):
    def forward(self, x):
        return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))


class Block(nn.Module):
    def __init__(self, size=16):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = Norm(size), Norm(size), Norm(size)
        self.own, self.fused = Attention(size, 2, False), Attention(size, 2, True)
        self.up, self.gelu, self.down = nn.Linear(size, 32), Gelu(), nn.Linear(32, size)
        self.register_buffer("mask", torch.triu(torch.ones(6, 6, dtype=torch.bool), 1))

    def forward(self, x):
        x = x + self.own(self.norm1(x), self.mask)
        x = x + self.fused(self.norm2(x), self.mask)
        return x + self.down(self.gelu(self.up(self.norm3(x))))


torch.manual_seed(0)
block, sample = Block().eval(), torch.zeros(1, 6, 16)
torch.export.save(torch.export.export(block, (sample,)), "transformer.pt2")
torch.onnx.export(block, (sample,), "transformer.dynamo.onnx", dynamo=True, external_data=False)
torch.onnx.export(block, (sample,), "transformer.script.onnx", dynamo=False)
