"""padding='same' keeps the size whatever the dilation; groups divide the work, not the outputs."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(8, 12, 3, padding="same", dilation=2, groups=4)
        self.even = nn.Conv2d(12, 12, (4, 3), padding="same", groups=12, bias=False)
        self.wide = nn.Conv1d(12, 4, 5, padding="same", dilation=3)

    def forward(self, x):
        x = self.even(self.grouped(x))
        return self.wide(x.flatten(2))


PARAMS = (
    12 * (8 // 4) * 3 * 3 + 12  # grouped: each output channel sees 2 of 8
    + 12 * 1 * 4 * 3  # even: each channel by itself
    + 4 * 12 * 5 + 4  # wide
)  # fmt: skip
MACS = (
    2 * 12 * 9 * 7 * 2 * 3 * 3  # grouped: 18 products for each of 2 * 12 * 9 * 7 outputs
    + 2 * 12 * 9 * 7 * 4 * 3  # even: an even kernel is padded by one more on one side
    + 2 * 4 * 63 * 12 * 5  # wide, over all 63 positions
)
OUTPUTS = [(2, 4, 63)]

model = Net()
print(model(torch.randn(2, 8, 9, 7)).shape)
