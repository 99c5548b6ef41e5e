"""Parts of the package's models."""

import functools

from torch import nn


def checked(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)

    return call


class Block(nn.Module):
    def __init__(self, width, number):
        super().__init__()
        self.number = number
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        match self.number:
            case 0:
                y = self.norm(x)
            case _:
                y = x
        return self.fc(y) + x
