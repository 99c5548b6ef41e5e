"""A stream cannot be shuffled by the loader."""

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Readings(IterableDataset):
    def __iter__(self):
        for _ in range(20):
            yield torch.rand(5)


net = nn.Linear(5, 1)
loader = DataLoader(Readings(), batch_size=4, shuffle=True)  # raises
for readings in loader:
    net(readings)
