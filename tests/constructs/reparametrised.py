"""Weights that are computed: weight norm, spectral norm, parametrisations of one's own, pruning, fused layers."""

import torch
import torch.nn as nn
import torch.nn.utils.parametrize as parametrize
from torch.nn.utils import parametrizations, remove_weight_norm, spectral_norm, weight_norm
from torch.nn.utils.fusion import fuse_conv_bn_eval


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).transpose(-1, -2)

    def right_inverse(self, x):
        return x.triu()


class Rank(nn.Module):
    def __init__(self, rank):
        super().__init__()
        self.rank = rank

    def forward(self, left, right):
        return left @ right

    def right_inverse(self, w):
        return w[:, : self.rank].contiguous(), w[: self.rank].contiguous()


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = weight_norm(nn.ConvTranspose1d(4, 8, 4, 2, 1))
        self.blocks = nn.ModuleList([weight_norm(nn.Conv1d(8, 8, 3, padding=d, dilation=d)) for d in (1, 3)])
        self.critic = spectral_norm(nn.Conv1d(8, 6, 3))
        self.new = parametrizations.weight_norm(nn.Linear(6, 6))
        self.turn = parametrizations.orthogonal(nn.Linear(6, 6, bias=False))
        self.spectral = parametrizations.spectral_norm(nn.Linear(6, 5))
        self.even = nn.Linear(5, 5)
        parametrize.register_parametrization(self.even, "weight", Symmetric())
        self.low = nn.Linear(5, 5)
        parametrize.register_parametrization(self.low, "weight", Rank(2))
        conv, norm = nn.Conv1d(6, 6, 1, bias=False).eval(), nn.BatchNorm1d(6).eval()
        self.fused = fuse_conv_bn_eval(conv, norm)

    def strip(self):
        for block in self.blocks:
            remove_weight_norm(block)
        parametrize.remove_parametrizations(self.new, "weight")
        return self

    def forward(self, x):
        x = self.up(x)
        for block in self.blocks:
            x = x + block(x)
        x = self.fused(self.critic(x)).transpose(1, 2)
        assert parametrize.is_parametrized(self.even)
        return self.low(self.even(self.spectral(self.turn(self.new(x)))))


Generator().strip().eval()(torch.randn(2, 4, 10))
