"""Activation checkpointing: of a function, of layers with keyword arguments, of a sequence."""

from functools import partial

import torch
import torch.nn as nn
import torch.utils.checkpoint as cp
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


class Block(nn.Module):
    def __init__(self, width, with_cp=True):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, 4, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.with_cp = with_cp

    def forward(self, x, mask=None):
        def inner(x):
            y = self.norm(x)
            return x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]

        if self.with_cp and x.requires_grad:
            x = cp.checkpoint(inner, x, use_reentrant=True)
        else:
            x = inner(x)
        return x + checkpoint(self.mlp, x, use_reentrant=False, preserve_rng_state=False)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputs = nn.Linear(6, 16)
        self.blocks = nn.ModuleList([Block(16) for _ in range(2)])
        self.tail = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU())
        self.run = partial(checkpoint, use_reentrant=False)

    def forward(self, x):
        x = self.inputs(x)
        mask = torch.triu(torch.full((x.size(1), x.size(1)), float("-inf")), diagonal=1)
        for block in self.blocks:
            x = self.run(block, x, mask=mask)
        return checkpoint_sequential(self.tail, 2, x, use_reentrant=False)


Encoder()(torch.randn(2, 5, 6, requires_grad=True))
