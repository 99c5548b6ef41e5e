"""Sequences in lists in dictionaries, and one block that hangs in two of them."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        block = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
        self.stages = nn.ModuleDict(
            {
                "first": nn.ModuleList([block, nn.Sequential(nn.Linear(8, 4), nn.Sequential(nn.Linear(4, 8)))]),
                "second": nn.ModuleList([block, nn.Identity()]),
            }
        )
        self.unused = nn.ModuleList([nn.Linear(2, 2)])

    def forward(self, x):
        for blocks in self.stages.values():
            for layer in blocks:
                x = layer(x)
        return x


PARAMS = (
    8 * 8 + 8  # the block: once, though it hangs in both lists
    + 8 * 4 + 4 + 4 * 8 + 8  # stages.first.1
    + 2 * 2 + 2  # unused, and counted all the same
)  # fmt: skip
MACS = (
    3 * 8 * 8  # the block in the first list, on 3 rows
    + 3 * 8 * 4 + 3 * 4 * 8  # stages.first.1
    + 3 * 8 * 8  # the block in the second list
)  # fmt: skip
OUTPUTS = [(3, 8)]

model = Net()
print(model(torch.randn(3, 8)).shape)
