"""Rounding up, except where the last window would start in the padding."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)
        self.up = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.drop = nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True)
        self.head = nn.Linear(8 * 3 * 3, 10)

    def forward(self, x):
        x = self.conv(x)  # 32 -> floor((32 - 3) / 2) + 1 = 15
        x = self.up(x)  # 15 -> ceil((15 - 2) / 2) + 1 = 8, not 7
        x = self.drop(x)  # 8 -> ceil((8 + 2 - 2) / 3) + 1 = 4, but window 4 would start at 3 * 3 = 9 >= 8 + 1: 3
        return self.head(x.flatten(1))


PARAMS = (
    3 * 8 * 3 * 3 + 8  # conv
    + 72 * 10 + 10  # head
)  # fmt: skip
MACS = (
    2 * 8 * 15 * 15 * 3 * 3 * 3  # conv: 27 products for each of 2 * 8 * 15 * 15 outputs
    + 2 * 72 * 10  # head
)
OUTPUTS = [(2, 10)]

model = Net()
print(model(torch.randn(2, 3, 32, 32)).shape)
