"""One layer, called three times: one layer's parameters, three layers' work."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = nn.Linear(16, 16)
        self.norm = nn.LayerNorm(16)

    def forward(self, x):
        for _ in range(3):
            x = x + torch.tanh(self.step(self.norm(x)))
        return x


PARAMS = (
    16 * 16 + 16  # step
    + 16 + 16  # norm
)  # fmt: skip
MACS = 3 * 4 * 16 * 16  # step: three calls on 4 rows; norms do not count
OUTPUTS = [(4, 16)]

model = Net()
print(model(torch.randn(4, 16)).shape)
