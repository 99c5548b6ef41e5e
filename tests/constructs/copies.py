"""Copies: `copy.deepcopy` of a layer and of a list, clones of a layer, a frozen teacher."""

import copy
from copy import deepcopy

import torch
import torch.nn as nn


def clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class Layer(nn.Module):
    def __init__(self, width, attention, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.norms = clones(nn.LayerNorm(width), 2)
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        y = self.norms[0](x)
        x = x + self.dropout(self.attention(y, y, y)[0])
        return x + self.dropout(self.feed(self.norms[1](x)))


class Student(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        attention = nn.MultiheadAttention(width, 2, batch_first=True)
        self.layers = clones(Layer(width, attention), 2)
        self.heads = nn.ModuleDict({"a": nn.Linear(width, 3)})
        self.heads["b"] = deepcopy(self.heads["a"])
        self.bias = nn.Parameter(deepcopy(self.heads["a"].bias))
        self.teacher = None

    def with_teacher(self):
        self.teacher = deepcopy(self.layers)
        for p in self.teacher.parameters():
            p.requires_grad_(False)
        self.teacher.eval()
        return self

    def forward(self, x):
        y = x
        for layer in self.layers:
            x = layer(x)
        with torch.no_grad():
            for layer in self.teacher:
                y = layer(y)
        return self.heads["a"](x), self.heads["b"](y) + self.bias


model = Student().with_teacher()
twin = copy.copy(model.heads["a"])
assert twin.weight is model.heads["a"].weight
model(torch.randn(2, 5, 8))
