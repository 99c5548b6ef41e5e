"""Matrices in a ParameterList and in a ParameterDict, multiplied by hand."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = nn.ParameterList([nn.Parameter(torch.randn(6, 6)) for _ in range(4)])
        self.ends = nn.ParameterDict({"matrix": nn.Parameter(torch.randn(6, 2)), "shift": nn.Parameter(torch.zeros(2))})

    def forward(self, x):
        for matrix in self.steps:
            x = torch.relu(x @ matrix)
        return torch.einsum("nf,fc->nc", x, self.ends["matrix"]) + self.ends["shift"]


PARAMS = (
    4 * 6 * 6  # steps
    + 6 * 2 + 2  # ends
)  # fmt: skip
MACS = (
    4 * 5 * 6 * 6  # four products of (5, 6) with (6, 6)
    + 5 * 6 * 2  # einsum: a product for each n, f and c
)
OUTPUTS = [(5, 2)]

model = Net()
print(model(torch.randn(5, 6)).shape)
