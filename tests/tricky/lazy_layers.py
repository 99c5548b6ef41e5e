"""Layers without an input size until the first call gives them one."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.LazyConv2d(6, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten())
        self.head = nn.LazyLinear(10)

    def forward(self, x):
        return self.head(self.features(x))


PARAMS = (
    3 * 6 * 3 * 3 + 6  # features.0: 3 channels came
    + 6 + 6  # features.1
    + 6 * 6 * 6 * 10 + 10  # head: 6 channels of 6x6 came
)  # fmt: skip
MACS = (
    2 * 6 * 6 * 6 * 3 * 3 * 3  # features.0: 8 -> 6
    + 2 * 216 * 10  # head
)
OUTPUTS = [(2, 10)]

model = Net()
print(model(torch.randn(2, 3, 8, 8)).shape)
