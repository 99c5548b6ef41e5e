"""Buffers made of computed tensors: position tables, relative positions by meshgrid, masks, anchors."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Sinusoids(nn.Module):
    def __init__(self, width, length=50):
        super().__init__()
        position = torch.arange(length).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        table = torch.zeros(1, length, width)
        table[0, :, 0::2] = torch.sin(position * rate)
        table[0, :, 1::2] = torch.cos(position * rate)
        self.register_buffer("table", table, persistent=False)

    def forward(self, x):
        return x + self.table[:, : x.size(1)]


class WindowAttention(nn.Module):
    def __init__(self, width, window, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.bias_table = nn.Parameter(torch.zeros((2 * window[0] - 1) * (2 * window[1] - 1), heads))
        coords = torch.stack(torch.meshgrid(torch.arange(window[0]), torch.arange(window[1]), indexing="ij"))
        flat = torch.flatten(coords, 1)
        relative = (flat[:, :, None] - flat[:, None, :]).permute(1, 2, 0).contiguous()
        relative[:, :, 0] += window[0] - 1
        relative[:, :, 1] += window[1] - 1
        relative[:, :, 0] *= 2 * window[1] - 1
        self.register_buffer("index", relative.sum(-1))
        n = window[0] * window[1]
        self.register_buffer("causal", torch.tril(torch.ones(n, n)).view(1, 1, n, n))
        nn.init.trunc_normal_(self.bias_table, std=0.02)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        attn = (q * c**-0.5) @ k.transpose(-2, -1)
        bias = self.bias_table[self.index.view(-1)].view(n, n, -1).permute(2, 0, 1)
        attn = (attn + bias.unsqueeze(0)).masked_fill(self.causal == 0, float("-inf"))
        return (F.softmax(attn, dim=-1) @ v).transpose(1, 2).reshape(b, n, c)


class Anchors(nn.Module):
    def __init__(self, stride, scales=(1.0, 2.0), ratios=(0.5, 1.0, 2.0)):
        super().__init__()
        scales, ratios = torch.tensor(scales), torch.tensor(ratios)
        h = (torch.sqrt(ratios)[:, None] * scales[None, :]).view(-1) * stride
        w = (1 / torch.sqrt(ratios)[:, None] * scales[None, :]).view(-1) * stride
        self.stride = stride
        self.register_buffer("cells", torch.stack([-w, -h, w, h], dim=1) / 2)

    def forward(self, feature):
        h, w = feature.shape[-2:]
        y, x = torch.meshgrid(torch.arange(h) * self.stride, torch.arange(w) * self.stride, indexing="ij")
        shifts = torch.stack((x.reshape(-1), y.reshape(-1), x.reshape(-1), y.reshape(-1)), dim=1)
        return (shifts[:, None] + self.cells[None]).reshape(-1, 4)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 4, 4)
        self.positions = Sinusoids(16)
        self.attn = WindowAttention(16, (3, 4), 2)
        self.anchors = Anchors(4)
        self.box = nn.Linear(16, self.anchors.cells.shape[0] * 4)

    def forward(self, x):
        x = self.stem(x)
        anchors = self.anchors(x)
        tokens = self.attn(self.positions(x.flatten(2).transpose(1, 2)))
        return self.box(tokens).view(x.size(0), -1, 4) + anchors


Net()(torch.randn(2, 3, 12, 16))
