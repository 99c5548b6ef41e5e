"""Attention by kernels: scaled_dot_product_attention under `sdpa_kernel`, flex attention, rotary positions, a cache."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-b, a), dim=-1) * sin


class Rotary(nn.Module):
    def __init__(self, width, base=10000):
        super().__init__()
        inverse = 1.0 / (base ** (torch.arange(0, width, 2).float() / width))
        self.register_buffer("inverse", inverse, persistent=False)
        self.cached = None

    @torch.no_grad()
    def forward(self, x, positions):
        with torch.autocast(device_type=x.device.type, enabled=False):
            angles = (self.inverse[None, :, None].float() @ positions[:, None, :].float()).transpose(1, 2)
            table = torch.cat((angles, angles), dim=-1)
        return table.cos().to(x.dtype), table.sin().to(x.dtype)


class Attention(nn.Module):
    def __init__(self, width=16, heads=4, groups=2):
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.q = nn.Linear(width, heads * self.size, bias=False)
        self.kv = nn.Linear(width, 2 * groups * self.size, bias=False)
        self.out = nn.Linear(width, width)
        self.rotary = Rotary(self.size)
        self.flash = hasattr(F, "scaled_dot_product_attention")

    def forward(self, x, cache=None):
        b, t, _ = x.shape
        positions = torch.arange(t, device=x.device).unsqueeze(0)
        q = self.q(x).view(b, t, self.heads, self.size).transpose(1, 2)
        k, v = self.kv(x).view(b, t, 2, self.groups, self.size).unbind(2)
        k, v = k.transpose(1, 2), v.transpose(1, 2)
        cos, sin = (part.unsqueeze(1) for part in self.rotary(x, positions))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if cache is not None:
            k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
        k, v = (part.repeat_interleave(self.heads // self.groups, dim=1) for part in (k, v))
        with sdpa_kernel([SDPBackend.MATH, SDPBackend.EFFICIENT_ATTENTION]):
            y = F.scaled_dot_product_attention(
                q, k, v, is_causal=cache is None, dropout_p=0.1 if self.training else 0.0
            )
        return self.out(y.transpose(1, 2).contiguous().view(b, t, -1)), (k, v)


model = Attention().eval()
_, cache = model(torch.randn(2, 7, 16))
