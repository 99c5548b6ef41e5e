"""A decoder: output_padding adds one row and one column that the stride left open."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Sequential(
            nn.ConvTranspose2d(8, 6, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=(0, 1), groups=2, bias=False),
        )

    def forward(self, x):
        return self.up(x)


PARAMS = (
    8 * 6 * 3 * 3 + 6  # up.0
    + 6 * (4 // 2) * 3 * 3  # up.2: each of 2 groups sees half the channels
)  # fmt: skip
MACS = (
    # every value of the input is multiplied with every weight that leads from its channel
    2 * 8 * 7 * 7 * 6 * 3 * 3  # up.0: (7 - 1) * 2 - 2 + 2 + 1 + 1 = 14
    + 2 * 6 * 14 * 14 * (4 // 2) * 3 * 3  # up.2: (14 - 1) * 2 - 2 + 2 + 0 + 1 = 27, and 28 with the padding
)
OUTPUTS = [(2, 4, 27, 28)]

model = Net()
print(model(torch.randn(2, 8, 7, 7)).shape)
