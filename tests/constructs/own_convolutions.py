"""Subclasses of PyTorch's layers with a forward of their own."""

import math
from typing import Optional

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class StandardisedConv2d(nn.Conv2d):
    def __init__(self, *args, eps=1e-6, **kwargs):
        super().__init__(*args, **kwargs)
        self.gain = nn.Parameter(torch.full((self.out_channels, 1, 1, 1), 1.0))
        self.scale = self.weight[0].numel() ** -0.5
        self.eps = eps

    def forward(self, x):
        weight = F.batch_norm(
            self.weight.reshape(1, self.out_channels, -1),
            None,
            None,
            weight=(self.gain * self.scale).view(-1),
            training=True,
            momentum=0.0,
            eps=self.eps,
        ).reshape_as(self.weight)
        return self._conv_forward(x, weight, self.bias)


class SameConv2d(nn.Conv2d):
    def forward(self, x):
        ih, iw = x.size()[-2:]
        kh, kw = self.weight.size()[-2:]
        sh, sw = self.stride
        oh, ow = math.ceil(ih / sh), math.ceil(iw / sw)
        pad_h = max((oh - 1) * sh + (kh - 1) * self.dilation[0] + 1 - ih, 0)
        pad_w = max((ow - 1) * sw + (kw - 1) * self.dilation[1] + 1 - iw, 0)
        if pad_h > 0 or pad_w > 0:
            x = F.pad(x, [pad_w // 2, pad_w - pad_w // 2, pad_h // 2, pad_h - pad_h // 2])
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class CausalConv1d(nn.Conv1d):
    def __init__(self, cin, cout, kernel_size, dilation=1):
        self.left = (kernel_size - 1) * dilation
        super().__init__(cin, cout, kernel_size, dilation=dilation)

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(F.pad(input, (self.left, 0)))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return F.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias, self.eps).permute(
            0, 3, 1, 2
        )


class LoRALinear(nn.Linear):
    def __init__(self, fan_in: int, fan_out: int, r: int = 4, alpha: float = 1.0, bias: Optional[bool] = True):
        nn.Linear.__init__(self, fan_in, fan_out, bias=bias)
        self.a = nn.Parameter(self.weight.new_zeros((r, fan_in)))
        self.b = nn.Parameter(self.weight.new_zeros((fan_out, r)))
        self.scaling = alpha / r
        self.weight.requires_grad = False
        self.reset_parameters()

    def reset_parameters(self):
        nn.Linear.reset_parameters(self)
        if hasattr(self, "a"):
            nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x):
        return (
            F.linear(x, self.weight, self.bias) + (x @ self.a.transpose(0, 1) @ self.b.transpose(0, 1)) * self.scaling
        )


class Masked(nn.Conv2d):
    def __init__(self, kind, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_buffer("mask", self.weight.data.clone())
        _, _, h, w = self.weight.size()
        self.mask.fill_(1)
        self.mask[:, :, h // 2, w // 2 + (kind == "B") :] = 0
        self.mask[:, :, h // 2 + 1 :] = 0

    def forward(self, x):
        self.weight.data *= self.mask
        return super().forward(x)


class ResidualSequential(nn.Sequential):
    def forward(self, x):
        for module in self:
            x = x + module(x)
        return x


net = nn.Sequential(
    StandardisedConv2d(3, 8, 3, padding=1),
    SameConv2d(8, 16, 5, stride=2, dilation=2),
    LayerNorm2d(16),
    ResidualSequential(Masked("A", 16, 16, 5, padding=2), nn.Sequential(nn.ReLU(), nn.Conv2d(16, 16, 1))),
    nn.Flatten(2),
    CausalConv1d(16, 20, 3, dilation=2),
    LoRALinear(12 * 10, 7),
)
net(torch.randn(2, 3, 23, 20))
