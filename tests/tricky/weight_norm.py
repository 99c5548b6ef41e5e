"""Weights that are computed from others: a length and a direction, or a weight over its largest singular value."""

import torch
from torch import nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.old = weight_norm(nn.Conv1d(4, 6, 3, padding=1))
        self.new = parametrizations.weight_norm(nn.Conv1d(6, 6, 3), dim=None)
        self.head = spectral_norm(nn.Linear(6, 2))

    def forward(self, x):
        return self.head(self.new(torch.relu(self.old(x))).mean(dim=2))


PARAMS = (
    6 * 4 * 3 + 6 + 6  # old: the direction is as large as the weight, the length has one number a filter; the bias
    + 6 * 6 * 3 + 1 + 6  # new: one length for the whole weight
    + 6 * 2 + 2  # head; the two vectors of its power iteration are buffers
)  # fmt: skip
MACS = (
    2 * 6 * 10 * 4 * 3  # old
    + 2 * 6 * 8 * 6 * 3  # new: 10 -> 8
    + 2 * 6 * 2  # head
    + 3 * 6 * 2  # in training, head's power iteration multiplies the matrix with a vector three times
)
OUTPUTS = [(2, 2)]

model = Net()
print(model(torch.randn(2, 4, 10)).shape)
