"""No layer at all: functions on Parameters of the module's own."""

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(8, 3, 5, 5))
        self.shift = nn.Parameter(torch.zeros(8))
        self.depthwise = nn.Parameter(torch.randn(8, 1, 3, 3))
        self.matrix = nn.Parameter(torch.randn(10, 8))
        self.frozen = nn.Parameter(torch.ones(1), requires_grad=False)
        self.register_buffer("mean", torch.zeros(3, 1, 1))

    def forward(self, x):
        x = F.relu(F.conv2d(x - self.mean, self.kernel, self.shift, stride=2))  # 20 -> 8
        x = F.conv2d(x, self.depthwise, padding=1, groups=8)
        return F.linear(x.mean(dim=(2, 3)), self.matrix) * self.frozen


PARAMS = (
    8 * 3 * 5 * 5 + 8  # kernel, shift
    + 8 * 1 * 3 * 3  # depthwise
    + 10 * 8  # matrix
    + 1  # frozen: a parameter, though not a trained one
)  # fmt: skip
MACS = (
    2 * 8 * 8 * 8 * 3 * 5 * 5  # 75 products for each of 2 * 8 * 8 * 8 outputs
    + 2 * 8 * 8 * 8 * 1 * 3 * 3  # depthwise: each channel sees itself only
    + 2 * 8 * 10  # the matrix; scaling by a number is not counted
)
OUTPUTS = [(2, 10)]

model = Net()
print(model(torch.randn(2, 3, 20, 20)).shape)
