import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.key = nn.Linear(32, 64)

    def forward(self, x):
        k = self.key(x)
        return k @ k


print(Net()(torch.randn(8, 20, 32)).shape)
