import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(32, 96)

    def forward(self, x):
        q, k, v = self.qkv(x).split([32, 32, 32], dim=-1)
        return v


print(Net()(torch.randn(8, 20, 32)).shape)
