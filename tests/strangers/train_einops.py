import torch
from torch import nn
from einops_absent import rearrange, repeat
from einops_absent.layers.torch import Rearrange
class ViT(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.patch = nn.Sequential(Rearrange("b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=8, p2=8), nn.Linear(192, dim))
        self.cls = nn.Parameter(torch.randn(1, 1, dim))
        self.head = nn.Linear(dim, 10)
    def forward(self, x):
        x = self.patch(x)
        c = repeat(self.cls, "1 1 d -> b 1 d", b=x.shape[0])
        return self.head(torch.cat([c, x], 1)[:, 0])
ViT()(torch.rand(2, 3, 32, 32))
